/**
 * Archives of the earlier Python program: one folder, named after the hash of the project's path, with the box's settings, its home, and a
 * file that says what it is of. It has no manifest, and its members come in any order, so all of it is read before anything is unpacked.
 *
 * @module
 */

import { sha256 } from "../../host/sha256.ts";
import type { MetEntry } from "../../archive/read.ts";
import { absolute } from "../earlier/boxes.ts";
import { parseDocument, tableAt, textAt } from "../earlier/document.ts";
import { copyOf, takeSettings } from "../earlier/settings.ts";
import { earlierVariables } from "../earlier/variables.ts";
import { stepsOf } from "../earlier/steps.ts";
import { slug } from "../names.ts";
import type { ProjectLayout } from "../project.ts";
import type { ArchiveContents } from "./extract_contents.ts";
import { earlierTop } from "./earlier_top.ts";
import { type ArchiveInfo, INFO_TEXT_PATH, notAnArchive } from "./info.ts";

const SETTINGS = ["project.toml", "project.yaml", "project.yml"];

/** What the earlier program's archive holds. `read`: reads all members, one after the other. */
export async function earlierContents(
  file: string,
  top: string,
  read: (onEntry: (entry: MetEntry) => Promise<void>) => Promise<void>,
  textOf: (entry: MetEntry) => Promise<string>,
): Promise<ArchiveContents> {
  const texts = new Map<string, string>();
  const folders = new Set<string>();
  await read(async (entry) => {
    if (earlierTop(entry.path) !== top) throw notAnArchive(file, "it is not one folder");
    const path = entry.path.slice(top.length + 1);
    if (entry.kind === "file" && [...SETTINGS, "env", INFO_TEXT_PATH, "project-path.txt"].includes(path)) {
      texts.set(path, await textOf(entry));
    }
    // Enough to tell which agents were used, and whether there is a vault.
    const slash = path.lastIndexOf("/");
    const folder = entry.kind === "folder" ? parentIn(path) : slash < 0 ? "" : path.slice(0, slash);
    for (let at = folder; at !== "" && folders.size < 100_000; at = parentIn(at)) folders.add(at);
    if (entry.kind === "folder" && path.split("/").length <= 3) folders.add(path);
  });
  const info = infoOf(texts.get(INFO_TEXT_PATH) ?? "");
  if (info.size === 0) throw notAnArchive(file, "it does not say what it is of");
  const name = SETTINGS.find((one) => texts.has(one));
  const table = name === undefined ? {} : await parseDocument(texts.get(name)!, `${file}: ${name}`);
  const path = absolute(info.get("Project path")) ??
    absolute(textAt(tableAt(table, "resolved"), "workspace"));
  if (path === undefined) throw notAnArchive(file, "it does not say where its project was");
  const known = copyOf(table);
  for (const each of ["resolved", "paths"]) delete known[each];
  const { config: { values }, table: kept, left } = await takeSettings(known, "box");
  const mode = values["mode"] === "standalone" ? "standalone" : "default";
  const layout = (values["layout"] as ProjectLayout | undefined) ?? "default";
  const project = {
    ...tableAt(kept, "project"),
    mode,
    layout,
    enable_vault: values["vault.enabled"] !== false,
    group_auth: values["group_auth"] !== false,
  };
  for (const each of ["enable_vault", "vault_enabled", "group_auth", "auth"]) delete kept[each];
  for (const each of ["vault_enabled", "auth"]) delete (project as Record<string, unknown>)[each];
  const settings = await takeSettings(kept, "box", { project });
  const halves = ["vault/ro", "vault/share-ro"].find((one) => folders.has(one)) ??
    ["vault/rw", "vault/share-rw"].find((one) => folders.has(one));
  const old = halves?.includes("share-") === true;
  const { entries, left: variables } = earlierVariables(texts.get("env") ?? "");
  const env = Object.entries(entries).map(([key, value]) => `${key}=${value}\n`).join("");
  const remotes = info.remotes.map(([remote, url]) => ({ name: remote, url }));
  const says = (label: string) => {
    const value = info.get(label);
    return value === undefined || value === "" || value === "(none)" ? undefined : value;
  };
  const described: ArchiveInfo = {
    id: crypto.randomUUID(),
    name: slug(textAt(tableAt(table, "project"), "name") ?? path.slice(path.lastIndexOf("/") + 1)),
    mode,
    layout,
    path,
    hash: await sha256(path),
    date: says("Archive date") ?? "unknown",
    program: "of an earlier version",
    parts: ["settings", "home", ...halves === undefined ? [] : ["vault" as const]],
    credentials: true,
    sharedAuth: values["group_auth"] !== false,
    ...says("Git repository") === "yes"
      ? { git: { branch: says("Branch"), commit: says("Commit"), remotes } }
      : {},
  };
  return {
    file,
    info: described,
    settings: settings.text,
    env: env === "" ? undefined : env,
    steps: stepsOf((at) => folders.has(at === "" ? "shell" : `shell/${at}`)),
    earlier: {
      home: `${top}/shell`,
      "vault/ro": `${top}/vault/${old ? "share-ro" : "ro"}`,
      "vault/rw": `${top}/vault/${old ? "share-rw" : "rw"}`,
    },
    left: [
      ...left,
      ...settings.left,
      ...variables,
    ],
  };
}

function parentIn(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** The lines `Label: value` of the file for people, and the remotes below it. */
function infoOf(text: string): Map<string, string> & { remotes: (readonly [string, string])[] } {
  const found = Object.assign(new Map<string, string>(), { remotes: [] as (readonly [string, string])[] });
  for (const line of text.split("\n").slice(0, 200)) {
    const [, indent, label, value] = /^(\s*)([A-Za-z][\w ./-]{0,60}):\s*(.{0,4096})$/.exec(line) ?? [];
    if (label === undefined || value === undefined) continue;
    if (indent !== "") found.remotes.push([label, value.trim()]);
    else if (!found.has(label)) found.set(label, value.trim());
  }
  return found;
}
