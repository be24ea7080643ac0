import { callSocket } from "../../lib/config/box_state.ts";
import { steward } from "../../lib/steward/steward.ts";
import { Exchange } from "../../lib/wire/exchange.ts";

/** A steward in this process, so that this machine's loopback is the box's, and the host's half of it in a state folder. */
export async function nearBox(): Promise<NearBox> {
  const state = await Deno.makeTempDir();
  const script = `${state}/enter`;
  await Deno.writeTextFile(script, 'shift; exec "$@"\n');
  const inside = `${state}/steward`;
  const exchange = new Exchange(
    Deno.listen({ transport: "unix", path: inside }),
    Deno.listen({ transport: "unix", path: callSocket(state) }),
  );
  const ending = new AbortController();
  const serving = steward({ socket: inside, enter: ["/bin/sh", script], signal: ending.signal });
  return {
    state,
    dial: () => Deno.connect({ transport: "unix", path: callSocket(state) }),
    endSteward: () => ending.abort(),
    async [Symbol.asyncDispose]() {
      ending.abort();
      await exchange[Symbol.asyncDispose]();
      await serving;
      await Deno.remove(state, { recursive: true });
    },
  };
}

/** What {@link nearBox} gives. */
export interface NearBox extends AsyncDisposable {
  readonly state: string;
  /** A connection to the host's half, as a caller has it. */
  dial(): Promise<Deno.UnixConn>;
  endSteward(): void;
}

/** Everything that comes until the other side ends. */
export async function readAll(
  conn: { read(into: Uint8Array): Promise<number | null> },
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const buffer = new Uint8Array(64 * 1024);
  for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
    parts.push(buffer.slice(0, count));
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** Writes all of it. */
export async function writeAll(
  conn: { write(bytes: Uint8Array): Promise<number> },
  bytes: Uint8Array,
): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}
