import { BOX_ENTER, BOX_IN, STEWARD_SOCKET } from "../../spec/box_paths.ts";
import { steward as serve } from "../../steward/steward.ts";

/** Serves the host's calls until the box ends. */
export default async function steward(): Promise<void> {
  const ending = new AbortController();
  Deno.addSignalListener("SIGTERM", () => ending.abort());
  for (const signal of ["SIGHUP", "SIGINT"] as const) Deno.addSignalListener(signal, () => {});
  await serve({
    socket: `${BOX_IN}/${STEWARD_SOCKET}`,
    enter: ["/bin/sh", BOX_ENTER],
    signal: ending.signal,
  });
  Deno.exit(0);
}
