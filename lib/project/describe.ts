/**
 * Makes a `Project` of what was found: its places, and whether they are safe to use.
 *
 * @module
 */

import { exists } from "../host/path.ts";
import { boxState } from "../config/box_state.ts";
import { approvedTexts, standaloneRecords } from "../config/approval.ts";
import type { ConfigValue } from "../config/settings/types.ts";
import { type ConfigFile, EMPTY, parseConfig, readConfig } from "../config/file.ts";
import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import { memberBox, memberVault } from "./membership/members.ts";
import type { Found } from "./detect.ts";
import { boxId, projectHash, worksetBoxId } from "./identity.ts";
import { isWithin, modeLayout, projectFolders } from "./layout.ts";
import { slug } from "./names.ts";
import type { Project, ProjectLayout } from "./project.ts";

/** A folder that is no project yet, with the name it would get. */
export interface NewProject {
  readonly mode: "new";
  readonly path: string;
  readonly name: string;
}

/** The project that was found, or that would be. Throws `unsafe-path` when a place of its box leads elsewhere. */
export async function describe(host: Host, found: Found | NewProject): Promise<Project> {
  const mode = found.mode === "new" ? "default" : found.mode;
  const box = boxFolder(host, found);
  const hashing = projectHash(found.path);
  const [config, group] = await Promise.all([settingsOf(found, box), groupSettings(host, found)]);
  const layout = (config.values["layout"] as ProjectLayout | undefined) ?? modeLayout(mode);
  const folders = projectFolders({
    mode,
    layout,
    path: found.path,
    box,
    ...(found.mode === "workset" ? { worksetVault: memberVault(found.workset.root, found.name) } : {}),
  });
  const metadata = found.mode === "standalone" ? found.metadata : folders.metadata;
  // The places a standalone project's file names are worked out again: the file may have come from anywhere.
  const stored = mode === "standalone"
    ? {}
    : placesOfItsOwn(config.values, host.system.paths.boxes, metadata);
  const home = (stored["shell"] as string | undefined) ??
    (mode === "standalone" && layout !== "robust" ? `${metadata}/shell` : folders.home);
  const hash = await hashing;
  const name = found.mode === "standalone" ? standaloneName(config, found.path) : found.name;
  const id = found.mode === "workset"
    ? await worksetBoxId(found.workset, name)
    : boxId(found.mode === "new" ? "default" : found.mode, name, hash);
  const project: Project = {
    mode,
    layout,
    name,
    id,
    path: found.path,
    hash,
    metadata,
    home,
    vault: !hasVault(host, found, config, group) ? undefined : {
      readOnly: (stored["vault.ro"] as string | undefined) ?? vaultHalf(folders.vault, "ro"),
      readWrite: (stored["vault.rw"] as string | undefined) ?? vaultHalf(folders.vault, "rw"),
    },
    ...(found.mode === "workset" ? { workset: found.workset } : {}),
    sharedAuth: await sharedAuth(host, found, config, group),
    ...await guarding(host, found, config, group),
    state: boxState(host.dirs, id),
    exists: found.mode !== "new",
  };
  await checkPlaces(project);
  return project;
}

/** Without places in another box's folder: the earlier program's copies of a box kept those of their original. */
function placesOfItsOwn(values: ConfigFile["values"], boxes: string, metadata: string): ConfigFile["values"] {
  const isOthers = (place: unknown) =>
    typeof place === "string" && isWithin(place, boxes) && !isWithin(place, metadata);
  return Object.fromEntries(Object.entries(values).filter(([, value]) => !isOthers(value)));
}

function boxFolder(host: Host, found: Found | NewProject): string {
  if (found.mode === "standalone") return found.metadata;
  return found.mode === "workset"
    ? memberBox(found.workset.root, found.name)
    : `${host.system.paths.boxes}/${found.name}`;
}

function standaloneName(config: ConfigFile, path: string): string {
  const name = config.values["name"];
  return slug(typeof name === "string" && name !== "" ? name : path.slice(path.lastIndexOf("/") + 1));
}

async function settingsOf(found: Found | NewProject, box: string): Promise<ConfigFile> {
  if (found.mode === "standalone") return found.config;
  return found.mode === "new" ? EMPTY : await readConfig(`${box}/project.toml`, "box");
}

/** What its workset says, which for most is the default one. A standalone project is in none. */
async function groupSettings(host: Host, found: Found | NewProject): Promise<ConfigFile> {
  if (found.mode === "standalone") return EMPTY;
  const file = found.mode === "workset"
    ? `${found.workset.root}/config.toml`
    : host.system.paths.defaultWorkset;
  return await readConfig(file, "workset");
}

/** As the project says; one of a workset that says nothing, as its workset and then the system say. */
function hasVault(host: Host, found: Found | NewProject, config: ConfigFile, group: ConfigFile): boolean {
  const own = config.values["vault.enabled"] ??
    (found.mode === "workset" ? group.values["vault.enabled"] : undefined);
  if (own !== undefined) return own !== false;
  return found.mode !== "new" && found.mode !== "workset" ||
    host.system.config.values["vault.enabled"] !== false;
}

/** Older projects call the halves `share-ro` and `share-rw`; what is there is used. */
function vaultHalf(vault: string, half: "ro" | "rw"): string {
  const [current, older] = [`${vault}/${half}`, `${vault}/share-${half}`];
  if (exists(current) || !exists(older)) return current;
  return older;
}

/**
 * The login is guarded when anybody says so: that only takes something away. Where a standalone project's file does not say so any
 * more, what was approved last counts; and that it is shared as it is, only an approved one says.
 */
async function guarding(
  host: Host,
  found: Found | NewProject,
  config: ConfigFile,
  group: ConfigFile,
): Promise<Pick<Project, "guardedAuth" | "guardsByDefault">> {
  const said = [config, group, host.system.config].map(({ values }) => values["group_auth"]);
  if (said.includes("guarded")) return { guardedAuth: true };
  if (found.mode === "standalone") said[0] = await approvedAuth(host, found.path);
  if (said[0] === "guarded") return { guardedAuth: true };
  return said.every((one) => one === undefined) ? { guardsByDefault: true } : {};
}

async function approvedAuth(host: Host, path: string): Promise<ConfigValue | undefined> {
  const approved = (await approvedTexts(host.dirs.state, path))?.settings;
  return approved === undefined
    ? undefined
    : (await parseConfig(approved, "what was approved", "box")).values["group_auth"];
}

/**
 * The host's login is used when nobody says no: the project, or its group. A standalone project's file can say no; yes is
 * this machine's to say.
 */
async function sharedAuth(
  host: Host,
  found: Found | NewProject,
  config: ConfigFile,
  group: ConfigFile,
): Promise<boolean> {
  if (config.values["group_auth"] === false) return false;
  const system = host.system.config.values["group_auth"];
  switch (found.mode) {
    case "workset":
      return found.groupAuth && group.values["group_auth"] !== false;
    case "standalone": {
      const records = await standaloneRecords(host.dirs.state);
      const record = Object.hasOwn(records, found.path) ? records[found.path] : undefined;
      return record ? record.sharedAuth : system !== false;
    }
    default:
      return (group.values["group_auth"] ?? system) !== false;
  }
}

/** What is mounted from inside the workspace must be there itself: a link would show the box another part of the host. */
async function checkPlaces(project: Project): Promise<void> {
  const places = [project.metadata, project.home, project.vault?.readOnly, project.vault?.readWrite];
  await Promise.all(places.map(async (place) => {
    if (place === undefined || !isWithin(place, project.path)) return;
    const real = await firstReal(place, project.path);
    const info = real === undefined ? await Deno.lstat(place).catch(() => undefined) : undefined;
    if (real === undefined && (info === undefined || info.isDirectory)) return;
    throw new KanibakoError(
      "unsafe-path",
      `Cannot use ${shellQuote(place)}: ${
        real === undefined ? "it is not a folder" : `it leads to ${shellQuote(real)}`
      }.`,
      {
        hint: "A box or a clone may have put it there. Check it and remove it.",
      },
    );
  }));
}

/** Where the deepest part of `place` that exists leads, when that is not where it is. */
async function firstReal(place: string, root: string): Promise<string | undefined> {
  for (let at = place; isWithin(at, root); at = at.slice(0, at.lastIndexOf("/")) || "/") {
    let real = await Deno.realPath(at).catch(() => undefined);
    // What was not there a moment ago can be: another call makes the same project.
    if (real === undefined && exists(at)) real = await Deno.realPath(at).catch(() => "nothing");
    if (real !== undefined) return real === at ? undefined : real;
    if (at === root) return undefined;
  }
  return undefined;
}
