/**
 * Makes a home from its templates when its project is made. No box has had it yet, so this is the one time that the host itself writes
 * in a home; by handle all the same, as it may lie in a workspace.
 *
 * @module
 */

import { openTree } from "../host/tree/tree.ts";
import { addSteps, readSteps } from "./steps.ts";
import { dueLayers, templateLayers, templatesApplied } from "./templates.ts";

/** A home, and what it is made from. */
export interface Furnishing {
  readonly home: string;
  /** A folder around it in which others may be writing: nothing on the way down from there may be a link. */
  readonly within?: string;
  /** The folder of the box's state. */
  readonly state: string;
  /** The folder of templates. */
  readonly templates: string;
  /** The agent's id, or `general`. */
  readonly agent: string;
  readonly variant: string;
  /** Files that are merged in the box once the agent is there, relative to the home. */
  readonly instructions: readonly string[];
  /** Who the box's user is, where that is somebody else. */
  readonly owner?: { readonly uid: number; readonly gid: number };
}

/**
 * Applies the templates to a home that is empty and had none; others get theirs in the box. Answers how many files were made. What
 * fails in between is made whole in the box. Throws `bad-template`, `too-large`.
 */
export async function furnishHome(to: Furnishing): Promise<number> {
  const steps = await readSteps(to.state);
  if (steps.home > 0 || Object.keys(steps.templates).length > 0) return 0;
  const layers = await templateLayers(to.templates, to.agent, to.variant);
  const files = new Map(dueLayers(layers, steps).map((file) => [file.path, file]));
  for (const path of to.instructions) files.delete(path);
  const root = to.within ?? to.home;
  const home = to.home.slice(root.length + 1);
  using tree = openTree(root);
  if (files.size === 0 || tree.list(home, 1)?.entries.length !== 0) return 0;
  const owner = to.owner ? { owner: to.owner } : {};
  for (const file of files.values()) {
    const path = home === "" ? file.path : `${home}/${file.path}`;
    const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    if (folder !== home) tree.makeFolder(folder, { mode: 0o755, ...owner });
    if ("link" in file) tree.makeLink(path, file.link, to.owner);
    else tree.makeFile(path, { mode: file.mode & 0o777, ...owner }, file.content);
  }
  await addSteps(to.state, { templates: templatesApplied(layers, to.agent) });
  return files.size;
}
