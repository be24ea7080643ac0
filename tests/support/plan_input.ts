/** What plans are made from, for tests. */

import { resolveSettings } from "../../lib/config/resolve.ts";
import type { FlagSettings } from "../../lib/config/settings.ts";
import { openHost } from "../../lib/config/system.ts";
import { bind, type PlanInput } from "../../lib/plan/parts/part.ts";
import { chooseSecurity } from "../../lib/plan/security.ts";
import type { BoxIdentity } from "../../lib/spec/identity.ts";
import { fromPart } from "../../lib/spec/source.ts";

/** What a plan is made from, with nothing special, changed as asked. */
export async function planInput(
  changes: Partial<PlanInput> = {},
  flags: FlagSettings = {},
): Promise<PlanInput> {
  const home = await Deno.realPath(await Deno.makeTempDir());
  const host = await openHost((name) => name === "HOME" ? home : undefined);
  const box: BoxIdentity = {
    id: "kanibako-app",
    role: "box",
    name: "app",
    workspace: { path: "/src/app" },
    home: `${host.dirs.data}/boxes/app/shell`,
    vault: { readOnly: "/src/app/vault/ro", readWrite: "/src/app/vault/rw" },
    state: `${host.dirs.state}/boxes/kanibako-app`,
  };
  const metadata = `${host.dirs.data}/boxes/app`;
  const place = { mode: "default", path: "/src/app", metadata } as const;
  const settings = await resolveSettings(host, place, undefined, flags);
  return {
    place: "/home/agent/workspace",
    box,
    metadata,
    settings,
    image: "localhost/kanibako-oci:latest",
    user: { kind: "keep-id", uid: 1000, gid: 1000 },
    security: chooseSecurity(settings.security, true),
    labels: {},
    terminal: "pipe",
    lifetime: "ephemeral",
    work: { kind: "command", argv: ["printf", "%s", "a b", ""], from: fromPart("your words") },
    sharedResources: [],
    program: [
      bind("/cache/kanibako", "/home/agent/.local/bin/kanibako", fromPart("this program"), {
        readOnly: true,
      }),
    ],
    handIn: new Map(),
    mailbox: true,
    hideVault: true,
    nested: new Map(),
    shared: { shares: [], caches: [] },
    protectedPaths: [],
    countsEachUser: false,
    networkRules: [],
    surroundings: {},
    term: "xterm-256color",
    ...changes,
  };
}
