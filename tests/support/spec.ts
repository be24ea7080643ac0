/** Plans for tests. */

import { DEFAULT } from "../../lib/spec/source.ts";
import type { BoxSpec } from "../../lib/spec/box_spec.ts";

/** A plan with nothing special, changed as asked. */
export function someSpec(changes: Partial<BoxSpec> = {}): BoxSpec {
  return {
    name: "kanibako-app",
    image: "localhost/kanibako-oci:latest",
    entrypoint: "/bin/sh",
    args: ["/run/kanibako/in/enter", "run", "true"],
    workdir: "/home/agent/workspace",
    user: { kind: "owner", uid: 1234, gid: 1234 },
    mounts: [],
    env: {},
    network: { kind: "none", from: DEFAULT },
    limits: { pids: 100, from: DEFAULT },
    security: {
      profile: "strict",
      boundingSet: [],
      noNewPrivileges: true,
      seccomp: "narrowed",
      readOnlyRoot: false,
      from: DEFAULT,
    },
    ports: [],
    services: [],
    labels: { "kanibako.box": "kanibako-app" },
    hostname: "app",
    terminal: "pipe",
    lifetime: "ephemeral",
    ...changes,
  };
}
