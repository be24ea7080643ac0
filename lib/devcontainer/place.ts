/**
 * Where a `devcontainer.json` has the project in the container, as far as a box can have it there. Pure.
 *
 * @module
 */

import { isWithin, SYSTEM_FOLDERS } from "../project/layout.ts";
import { BOX_HOME, BOX_WORKSPACE } from "../spec/box_paths.ts";
import type { DevContainer } from "./types.ts";

/** The place of the workspace. */
export interface DevPlace {
  /** Absent: where the settings say. */
  readonly place?: string;
  /** The folder in which commands begin, where that is not the workspace itself. */
  readonly at?: string;
  /** What is not as the file says, a sentence each. */
  readonly notes: readonly string[];
}

/** Says where it is. `project`: the project's folder on the host. */
export function placeOf(
  { workspaceFolder, workspaceMount }: Pick<DevContainer, "workspaceFolder" | "workspaceMount">,
  project: string,
): DevPlace {
  const mount = workspaceMount === undefined ? undefined : parseMount(workspaceMount);
  if (mount && (mount.source !== project || mount.target === undefined)) {
    return {
      notes: ["workspaceMount has no effect: a box is shown its own project, and nothing in its place."],
    };
  }
  const usual = `/workspaces/${project.slice(project.lastIndexOf("/") + 1)}`;
  const folder = workspaceFolder === undefined ? undefined : trimmed(workspaceFolder);
  const place = mount
    ? trimmed(mount.target!)
    : folder === undefined || !isWithin(folder, usual)
    ? folder
    : usual;
  if (place === undefined || place === BOX_WORKSPACE) return { notes: [] };
  const problem = placeProblem(place);
  if (problem !== undefined) {
    return { notes: [`The project is not at ${JSON.stringify(place)} in the box: ${problem}.`] };
  }
  const inside = folder !== undefined && folder !== place && isWithin(folder, place) && isPath(folder);
  const notes = folder === undefined || folder === place || inside
    ? []
    : [`workspaceFolder has no effect: ${JSON.stringify(folder)} is not in the project.`];
  return { place, ...(inside ? { at: folder } : {}), notes };
}

/**
 * Why a folder of this machine is not mounted beside the project, as a clause; `undefined`: it may be. What is protected or hidden in the
 * project is so in its own place. `source`: symlinks resolved.
 */
export function whyNotBeside(source: string, project: string, readOnly: boolean): string | undefined {
  return !readOnly && (isWithin(source, project) || isWithin(project, source))
    ? "the box could change the project there without what protects it; it can be mounted read-only"
    : undefined;
}

const RESERVED = [...SYSTEM_FOLDERS, "/run", "/usr", "/var", "/root", "/tmp", BOX_HOME];

function placeProblem(place: string): string | undefined {
  if (!isPath(place)) return "it is no absolute path";
  const reserved = RESERVED.find((folder) => isWithin(place, folder) || isWithin(folder, place));
  return reserved === undefined ? undefined : `${reserved} of the box is not for projects`;
}

function isPath(path: string): boolean {
  return /^(\/[^/\0\n]+)+$/.test(path) && !/\/\.\.?(\/|$)/.test(path);
}

function trimmed(path: string): string {
  return path.replace(/(.)\/+$/, "$1");
}

/** The words of `--mount`. */
function parseMount(text: string): { readonly source?: string; readonly target?: string } {
  const words = new Map(
    text.split(",").map((word) => {
      const [name = "", ...value] = word.split("=");
      return [name.trim(), value.join("=").trim()] as const;
    }),
  );
  const source = words.get("source") ?? words.get("src");
  const target = words.get("target") ?? words.get("destination") ?? words.get("dst");
  return {
    ...source === undefined ? {} : { source: trimmed(source) },
    ...target === undefined ? {} : { target },
  };
}
