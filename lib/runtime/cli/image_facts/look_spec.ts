/**
 * The plan of the container in which an image is looked at: nothing of this host but this program, no network, no privilege, and nothing
 * of it can be written.
 *
 * @module
 */

import type { BoxSpec } from "../../../spec/box_spec.ts";
import { fromPart, type Source } from "../../../spec/source.ts";
import type { ImageLook } from "../../images.ts";

const FROM: Source = fromPart("the look into an image");
const MOST_PROCESSES = 64;
const MEMORY_BYTES = 512 * 2 ** 20;

/** The plan. `shell`: the words that run its shell, up to the script. `limited`: whether this host limits memory. */
export function lookSpec(
  image: string,
  { user, program }: ImageLook,
  [entrypoint, ...words]: readonly [string, ...string[]],
  limited: boolean,
): BoxSpec {
  return {
    name: `kanibako-look-${crypto.randomUUID().slice(0, 8)}`,
    image,
    entrypoint,
    args: words,
    workdir: "/",
    user,
    mounts: program.mounts.map(({ source, destination }) => ({
      type: "bind",
      source,
      destination,
      readOnly: true,
      from: FROM,
    })),
    env: {},
    network: { kind: "none", from: FROM },
    ports: [],
    limits: { pids: MOST_PROCESSES, ...(limited ? { memoryBytes: MEMORY_BYTES } : {}), from: FROM },
    security: {
      profile: "strict",
      boundingSet: [],
      noNewPrivileges: true,
      seccomp: "no-setid",
      readOnlyRoot: true,
      from: FROM,
    },
    services: [],
    labels: {},
    hostname: "look",
    terminal: "pipe",
    lifetime: "ephemeral",
  };
}
