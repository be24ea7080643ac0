/** One call on a vault, as a process of its own: what, and with which strategy. */

import { openHost } from "../lib/config/system.ts";
import { resolveSettings } from "../lib/config/resolve.ts";
import { createProject } from "../lib/project/create.ts";
import { locateProject } from "../lib/project/locate.ts";
import { takeSnapshot } from "../lib/vault/snapshot.ts";
import { listSnapshots, openVault, removeSnapshot } from "../lib/vault/store.ts";

const [base, what, detail] = Deno.args as [string, string, string | undefined];
const strategy = what === "restore" ? undefined : detail as "archive" | "hardlink" | undefined;
const path = `${base}/app`;
const host = await openHost((name) => name === "HOME" ? `${base}/home` : undefined);
if (what === "make") {
  await Deno.mkdir(path, { recursive: true });
  await createProject(host, { path });
  Deno.exit();
}
const project = await locateProject(host, path);
using vault = await openVault(host, project);
if (what === "prune") {
  for (const { name, record } of (await listSnapshots(vault)).all) {
    if (record.strategy === "archive") await removeSnapshot(vault, name);
  }
} else if (what === "restore") {
  const { restore } = await import("../lib/vault/restore.ts");
  const { vault: settings } = await resolveSettings(host, project, undefined, {});
  const { name } = (await listSnapshots(vault)).all.find(({ record }) => record.strategy === "hardlink")!;
  await restore(vault, { name, paths: [detail!], home: false, settings });
} else {
  const { vault: settings } = await resolveSettings(host, project, undefined, {});
  const result = await takeSnapshot(vault, {
    auto: true,
    ifChanged: what === "unchanged",
    settings: strategy
      ? { ...settings, strategy: { value: strategy, level: "flag", from: "bench" } }
      : settings,
  });
  if ((what === "unchanged") !== (result.kind === "unchanged")) {
    console.error(`not as expected: ${result.kind}`);
  }
}
