/**
 * Where data of the earlier program is: its data folder, and the configuration that goes with it.
 *
 * @module
 */

import type { Dirs } from "../../host/dirs.ts";
import { absolutePath, exists, isFile, isFolder, normalPath, parentOf, real } from "../../host/path.ts";
import type { Host } from "../../config/system.ts";
import { systemPaths } from "../../config/paths.ts";
import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { STANDALONE_FOLDERS } from "../layout.ts";
import { type Document, readDocumentFile, tableAt } from "./document.ts";
import { takeSettings } from "./settings.ts";

/** Where everything is taken from. */
export interface Source {
  /** Its data folder; absent where only one project or workset was named. */
  readonly data: string | undefined;
  /** Its folder of boxes. */
  readonly boxes: string;
  /** Its registry of worksets, without the ending. */
  readonly worksets: string;
  /** Its system configuration. */
  readonly config: Document | undefined;
  /** Whether it is this program's own data folder: then homes are used where they are. */
  readonly isOwn: boolean;
  /** Folders of standalone projects. */
  readonly standalone: readonly string[];
  /** Folders of worksets that were named. */
  readonly roots: readonly string[];
}

/** The data of the earlier program in a folder; without one, where it kept it. Throws `no-data` where there is none. */
export async function findSource(host: Host, from: string | undefined, cwd: string): Promise<Source> {
  if (from === undefined) {
    const config = await configIn(host.dirs.configHome);
    const around = standaloneAround(real(cwd), host.dirs.home);
    return await sourceOf(host, host.dirs, config, around === undefined ? [] : [around]);
  }
  const folder = real(normalPath(absolutePath(from, cwd)));
  if (!exists(folder)) throw noData(folder, "there is nothing");
  if (isFile(folder)) {
    throw noData(folder, "it is a file", [`If it is an archive: kanibako box extract ${shellQuote(folder)}`]);
  }
  const none = { data: undefined, boxes: "", worksets: "", config: undefined, isOwn: false };
  if (isStandalone(folder)) return { ...none, standalone: [folder], roots: [] };
  if (hasDocument(`${folder}/workset`)) return { ...none, standalone: [], roots: [folder] };
  const data = [folder, `${folder}/kanibako`, `${folder}/.local/share/kanibako`].find(isData);
  const home = data?.endsWith("/.local/share/kanibako")
    ? data.slice(0, -"/.local/share/kanibako".length)
    : folder;
  const config = await configIn(`${home}/.config`);
  if (data === undefined && !config) {
    throw noData(folder, "it holds no data of an earlier version", [
      "Name a home, a data folder (such as ~/.local/share/kanibako), a standalone project, or a workset.",
    ]);
  }
  const dirs: Dirs = {
    ...host.dirs,
    home,
    dataHome: data === undefined ? `${home}/.local/share` : parentOf(data),
    configHome: `${home}/.config`,
    data: data ?? `${home}/.local/share/kanibako`,
  };
  return await sourceOf(host, dirs, config, []);
}

async function sourceOf(
  host: Host,
  dirs: Dirs,
  config: Document | undefined,
  standalone: readonly string[],
): Promise<Source> {
  // Places only: what else the configuration says is taken later, or named.
  const { system, paths } = {
    system: tableAt(config?.table ?? {}, "system"),
    paths: tableAt(config?.table ?? {}, "paths"),
  };
  const places = { system: { path: tableAt(system, "path") }, paths };
  const taken = await takeSettings(places, "system");
  const found = system["path"] === undefined && Object.keys(paths).length === 0
    ? systemPaths((await takeSettings({}, "system")).config, dirs)
    : systemPaths(taken.config, dirs);
  const data = real(config || dirs !== host.dirs ? placed(found.data, dirs) : host.system.paths.data);
  const boxes = [found.boxes, `${data}/boxes`, `${data}/settings`].find(isFolder) ?? `${data}/boxes`;
  const worksets = [found.worksets.replace(/\.[a-z]+$/, ""), `${data}/worksets`, `${data}/working_sets`];
  return {
    data,
    boxes,
    worksets: worksets.find(hasDocument) ?? `${data}/worksets`,
    config,
    isOwn: data === real(host.system.paths.data),
    standalone,
    roots: [],
  };
}

/** A data folder that is not where its configuration says, as in a copy of a home, is where it was found. */
function placed(wanted: string, { data }: Dirs): string {
  return isFolder(wanted) ? wanted : data;
}

async function configIn(folder: string): Promise<Document | undefined> {
  for (const name of ["kanibako.yaml", "kanibako.toml", "kanibako/kanibako.yaml", "kanibako/kanibako.toml"]) {
    const file = real(`${folder}/${name}`);
    if (isFile(file)) return await readDocumentFile(file);
  }
  return undefined;
}

function isData(folder: string): boolean {
  return ["boxes", "settings", "crabs", "agents"].some((name) => isFolder(`${folder}/${name}`)) ||
    hasDocument(`${folder}/names`) || hasDocument(`${folder}/worksets`);
}

/** Whether there is a document, in either form. */
function hasDocument(path: string): boolean {
  return ["toml", "yaml", "yml"].some((ending) => isFile(`${path}.${ending}`));
}

/** The folder of metadata of a standalone project. */
export function standaloneFolder(path: string): string | undefined {
  return STANDALONE_FOLDERS.map((name) => `${path}/${name}`).find((folder) =>
    hasDocument(`${folder}/project`)
  );
}

function isStandalone(path: string): boolean {
  return standaloneFolder(path) !== undefined;
}

/** The nearest standalone project around a folder, below the home. */
function standaloneAround(folder: string, home: string): string | undefined {
  for (let at = folder; at !== "/" && at !== home; at = parentOf(at)) if (isStandalone(at)) return at;
  return undefined;
}

function noData(folder: string, why: string, hint: readonly string[] = []): KanibakoError {
  return new KanibakoError("no-data", `Cannot take anything over from ${shellQuote(folder)}: ${why}.`, {
    hint,
  });
}
