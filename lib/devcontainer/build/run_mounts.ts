/**
 * What RUN may have for the time it runs.
 *
 * Caches are left out: they save time, all projects share them, and through them builds have reached the host (CVE-2024-9675). Of mounts
 * only folders of the build's own context are taken: those of images have led to the host, too (CVE-2024-1753).
 *
 * @module
 */

import { shellQuote } from "../../host/ui/text.ts";
import { badDockerfile, type Instruction } from "./instructions.ts";

/** What a mount of the context may say. */
const OF_CONTEXT = [
  "type",
  "source",
  "src",
  "target",
  "dst",
  "destination",
  "ro",
  "readonly",
  "rw",
  "readwrite",
];

/** The instruction without caches. Throws `bad-dockerfile` for what is not supported. */
export function checkedRun(given: Instruction): Instruction {
  const flags = given.flags.filter((flag) => {
    const [name, value] = [flag.slice(2).split("=")[0]!, flag.slice(flag.indexOf("=") + 1)];
    if (name === "network" && (value === "none" || value === "default")) return true;
    if (name !== "mount") throw badDockerfile(`RUN has the option ${shellQuote(flag)}`);
    return isKept(value);
  });
  return { ...given, flags };
}

function isKept(mount: string): boolean {
  const said = mountWords(mount);
  switch (said.type ?? "bind") {
    case "cache":
      return false;
    case "tmpfs":
    // None is ever given, so where one is required the build says so.
    case "secret":
    case "ssh":
      return true;
    case "bind": {
      const other = Object.keys(said).find((name) => !OF_CONTEXT.includes(name));
      if (other === undefined && !mount.includes("$")) return true;
      throw badDockerfile(
        `RUN mounts ${shellQuote(mount)}, and only what is in the build's context can be mounted`,
        "Copy it with COPY --from in place of mounting it.",
      );
    }
    default:
      throw badDockerfile(`RUN mounts ${shellQuote(mount)}, which is of no known type`);
  }
}

/** The words of a mount by name. */
export function mountWords(mount: string): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    mount.split(",").map((word) => {
      const [name, ...value] = word.split("=");
      return [name!, value.join("=")];
    }),
  );
}
