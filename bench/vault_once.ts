/**
 * One call on a vault, as a process of its own: what, and with which strategy. Prints how long the call took, in milliseconds.
 *
 * @module
 */

import { fromPart } from "../lib/spec/source.ts";
import { openHost } from "../lib/config/system.ts";
import { resolveSettings } from "../lib/config/resolve.ts";
import { createProject } from "../lib/project/create.ts";
import { locateProject } from "../lib/project/locate.ts";
import type { VaultSettings } from "../lib/config/settings.ts";
import { restore } from "../lib/vault/restore/restore.ts";
import { takeSnapshot } from "../lib/vault/snapshot/snapshot.ts";
import { listSnapshots, openVault, removeSnapshot } from "../lib/vault/store.ts";

const [base, what, detail] = Deno.args as [string, string, string | undefined];
const path = `${base}/app`;
const host = await openHost((name) => name === "HOME" ? `${base}/home` : undefined);
if (what === "make") {
  await Deno.mkdir(path, { recursive: true });
  await createProject(host, { path });
  Deno.exit();
}
const project = await locateProject(host, path);
using vault = await openVault(host, project);
const { vault: settings } = await resolveSettings(host, project, undefined, {});
const { all } = await listSnapshots(vault);
const began = performance.now();
if (what === "prune") {
  // The first stays: others are compared with it.
  for (const { name } of all.slice(1)) await removeSnapshot(vault, name);
} else if (what === "restore") {
  await restore(vault, { name: all[0]!.name, paths: [detail!], home: false, settings });
} else {
  const strategy = {
    value: detail as VaultSettings["strategy"]["value"],
    level: "flag",
    from: fromPart("bench"),
  } as const;
  const ifChanged = what === "unchanged";
  const result = await takeSnapshot(vault, { auto: true, ifChanged, settings: { ...settings, strategy } });
  if (ifChanged !== (result.kind === "unchanged")) throw new Error(`not as expected: ${result.kind}`);
}
console.log(performance.now() - began);
