/**
 * The plan of the container that a box's browser is in: Chromium, the network of the box, and nothing of this machine.
 *
 * @module
 */

import { BROWSER_OWN_PORT, BROWSER_PORT } from "../../spec/box_paths.ts";
import type { BoxSpec } from "../../spec/box_spec.ts";
import type { BrowserOptions } from "../../spec/browser_options.ts";
import { fromPart, type Source } from "../../spec/source.ts";
import { boxLabels, LABEL_ROLE } from "../../runtime/labels.ts";
import watch from "./watch.sh" with { type: "text" };

const FROM: Source = fromPart("the browser");
const MIB = 2 ** 20;
const TMP_MIB = 1024;

/** The name of the container beside a box. */
export function browserName(box: string): string {
  return `${box}-browser`;
}

/** The plan. `box`: the container it stands beside; `run`: the box's run; `owner`: see `ownerMark`. */
export function browserSpec(
  { image, user, pids, memoryBytes, cpus, files }: BrowserOptions,
  { box, id, run, owner }: { box: string; id: string; run: string; owner: string },
): BoxSpec {
  const name = browserName(box);
  const labels = boxLabels(
    { id: browserName(id), role: "browser", parent: id },
    owner,
    run,
    "ephemeral",
    undefined,
  );
  return {
    name,
    image,
    entrypoint: "/bin/sh",
    args: ["-c", watch, "browser", String(BROWSER_OWN_PORT), listening(BROWSER_PORT)],
    workdir: "/",
    user,
    mounts: [
      {
        type: "tmpfs",
        destination: "/tmp",
        readOnly: false,
        sizeBytes: TMP_MIB * MIB,
        mode: 0o1777,
        noExec: true,
        from: FROM,
      },
      ...Object.entries(files).map(([destination, content]) => ({
        type: "files",
        destination,
        readOnly: true,
        files: new Map([["", { content, mode: 0o644 }]]),
        from: FROM,
      } as const)),
    ],
    env: { HOME: { value: "/tmp", secret: false, from: FROM } },
    // Whatever the box has: it shares that.
    network: { kind: "none", from: FROM },
    beside: box,
    ports: [],
    limits: {
      pids,
      ...(memoryBytes === undefined ? {} : { memoryBytes }),
      ...(cpus === undefined ? {} : { cpus }),
      from: FROM,
    },
    security: {
      profile: "strict",
      boundingSet: [],
      noNewPrivileges: true,
      seccomp: "no-setid",
      readOnlyRoot: true,
      from: FROM,
    },
    services: [],
    labels: { ...labels, [LABEL_ROLE]: "browser" },
    hostname: "browser",
    terminal: "none",
    lifetime: "ephemeral",
  };
}

/** How the kernel's table of sockets shows that something listens on a port of the loopback. */
function listening(port: number): string {
  return `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")} 00000000:0000 0A`;
}
