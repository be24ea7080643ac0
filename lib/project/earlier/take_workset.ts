/**
 * Takes over a workset or a standalone project: they lie in folders of the user's, so files of this program are written beside those of
 * the earlier one, and both stay where they are.
 *
 * @module
 */

import { readUntrusted } from "../../config/approval.ts";
import { checkOwnership } from "../../config/ownership.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { exists, isFolder, real } from "../../host/path.ts";
import { escapeControl, shellQuote } from "../../host/ui/text.ts";
import type { Step } from "../change/change.ts";
import { checkWorkspace } from "../guard.ts";
import { type Manifest, manifestText, type WorksetMember } from "../membership/manifest.ts";
import { boxesFolder } from "../membership/members.ts";
import { freeName, isName, slug } from "../names.ts";
import type { Registry } from "../registry.ts";
import { foldersIn } from "./boxes.ts";
import { isTable, readDocument, type Table, tableAt, textAt } from "./document.ts";
import { cannotTake, type Item } from "./item.ts";
import { copyOf, takeSettings } from "./settings.ts";
import { standaloneFolder } from "./source.ts";
import { changeOf, sharesOf, withoutShares } from "./take_box.ts";

/** Plans taking over a workset. `name`: as it was registered. */
export async function takeWorkset(
  host: Host,
  folder: string,
  name: string | undefined,
  { registry, shares }: { readonly registry: Registry; readonly shares: boolean },
): Promise<Item> {
  const root = real(folder);
  const known = Object.entries(registry.worksets).find(([, other]) => other === root)?.[0];
  const cannot = (why: string) => cannotTake("workset", name ?? root, root, why);
  try {
    if (!isFolder(root)) return cannot("its folder is gone");
    await checkOwnership(root, "others may read");
    await checkWorkspace(host, root, { standalone: false, allowHome: false, what: "workset" });
    const notes: string[] = [];
    const steps: Step[] = [];
    const asks = new Map<string, string>();
    const document = await readDocument(`${root}/workset`);
    if (!document) return cannot("it has no manifest");
    const wanted = textAt(document.table, "name") ?? name ?? root.slice(root.lastIndexOf("/") + 1);
    const asCalled = known ?? (isName(wanted) ? wanted : slug(wanted));
    const isTaken = (name: string) =>
      Object.hasOwn(registry.projects, name) || Object.hasOwn(registry.worksets, name);
    const hasManifest = exists(`${root}/workset.toml`);
    const called = known ?? (hasManifest ? asCalled : await freeName(`/${asCalled}`, isTaken));
    if (called !== asCalled) notes.push(`it was called ${shellQuote(asCalled)}`);
    if (known === undefined && isTaken(called)) {
      // Its name is in a file of the original, which is not changed without a word.
      const remedy = `kanibako workset create --existing ${shellQuote(root)} --name NAME`;
      return cannot(`its name is taken here. To register it under another one: ${remedy}`);
    }
    const manifest = manifestOf(document.table, called, notes);
    if (!hasManifest) {
      const after = await manifestText(manifest);
      steps.push({ do: "write", file: `${root}/workset.toml`, before: null, after, mode: 0o644 });
    }
    const write = async (path: string, level: "box" | "workset", own: Table = {}): Promise<void> => {
      if (exists(`${path}.toml`)) return;
      const found = await readDocument(path);
      if (!found) return;
      const table = copyOf(found.table);
      for (const each of ["resolved", "paths"]) delete table[each];
      const project = { ...tableAt(table, "project"), ...tableAt(own, "project") };
      delete project["name"];
      const settings = await takeSettings(
        withoutShares(table, shares),
        level,
        level === "box" ? { project } : {},
      );
      for (const [key, value] of sharesOf(settings)) asks.set(key, value);
      notes.push(...settings.left.map((one) => `not taken: ${one}`));
      steps.push({ do: "write", file: `${path}.toml`, before: null, after: settings.text });
    };
    await write(`${root}/config`, "workset");
    const boxes = boxesFolder(root);
    for (const box of await foldersIn(boxes)) {
      if (manifest.members.some((member) => member.name === box)) {
        await write(`${boxes}/${box}/project`, "box", { project: { mode: "workset" } });
      }
    }
    if (known !== undefined && steps.length === 0) {
      return { kind: "workset", name: known, about: root, fate: "here", notes };
    }
    const change = changeOf(`takeover of the workset in ${root}`, [], steps);
    const register = known === undefined ? { register: root } : {};
    return { kind: "workset", name: called, about: root, fate: "take", notes, asks, change, ...register };
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    return cannot(error.message);
  }
}

function manifestOf(table: Table, name: string, notes: string[]): Manifest {
  const rows = Array.isArray(table["projects"]) ? table["projects"].filter(isTable) : [];
  const members = new Map<string, WorksetMember>();
  for (const row of rows) {
    const member = textAt(row, "name") ?? "";
    if (!isName(member)) {
      notes.push(`not taken: its project ${shellQuote(escapeControl(member))}, which is no name here`);
    } else if (!members.has(member)) {
      const sourcePath = textAt(row, "source_path") ?? "";
      members.set(member, { name: member, sourcePath, placement: "own" });
    }
  }
  const auth = table["group_auth"] ?? table["auth"] ?? true;
  return {
    name,
    created: textAt(table, "created") ?? "unknown",
    groupAuth: auth === true || auth === "shared" || auth === "true" || auth === "True",
    members: [...members.values()],
  };
}

/** Plans taking over a standalone project, whose settings still need the user's approval when it is started. */
export async function takeStandalone(folder: string): Promise<Item> {
  const name = slug(folder.slice(folder.lastIndexOf("/") + 1));
  const cannot = (why: string) => cannotTake("standalone project", name, folder, why);
  try {
    const metadata = standaloneFolder(folder);
    const info = metadata === undefined ? undefined : await Deno.lstat(metadata);
    if (metadata === undefined || !info?.isDirectory) return cannot("it has no settings");
    if (info.uid !== Deno.uid()) return cannot("its settings belong to another user");
    const file = `${metadata}/project.toml`;
    if (await readUntrusted(file) !== undefined) {
      return { kind: "standalone project", name, about: folder, fate: "here" };
    }
    const document = await readDocument(`${metadata}/project`);
    const table = copyOf(document?.table ?? {});
    for (const each of ["resolved", "paths"]) delete table[each];
    const project = { ...tableAt(table, "project"), mode: "standalone", name };
    const robust = metadata.endsWith("/kanibako");
    const settings = await takeSettings(table, "box", {
      project: { ...project, layout: robust ? "robust" : "default" },
    });
    return {
      kind: "standalone project",
      name,
      about: folder,
      fate: "take",
      notes: settings.left.map((one) => `not taken: ${one}`),
      change: changeOf(`takeover of the project in ${folder}`, [], [
        { do: "write", file, before: null, after: settings.text },
      ]),
    };
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    return cannot(error.message);
  }
}
