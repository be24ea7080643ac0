/**
 * What is decided about a run before anything is made: its folder, its image, and what goes with that.
 *
 * @module
 */

import { readLevels } from "../../config/levels.ts";
import { settingsFrom } from "../../config/resolve.ts";
import type { Host } from "../../config/system.ts";
import { openTree } from "../../host/tree/tree.ts";
import { chooseImage } from "../../rig/choose/choose.ts";
import type { ImageChoice, RunSettings } from "../../rig/choose/types.ts";
import type { AskedRun } from "./asked.ts";
import { type RunPlace, runPlace } from "./place.ts";

/** What was decided. */
export interface ChosenRun {
  readonly place: RunPlace;
  readonly choice: ImageChoice;
  /** What applies. */
  readonly settings: RunSettings;
}

/** Decides. Creates nothing, and asks no engine. */
export async function chosen(asked: AskedChoice): Promise<ChosenRun> {
  const { host, cwd, argv, config, template, mounted = "auto" } = asked;
  const place = await runPlace(host, cwd, mounted);
  using folder = place.workspace === undefined ? undefined : openTree(cwd);
  const ofProject = asked.flags.image === undefined && config === undefined && template === undefined
    ? await projectImage(host, place)
    : undefined;
  const image = asked.flags.image ?? ofProject;
  const choice = await chooseImage({
    argv,
    folder,
    ...(image === undefined ? {} : { image }),
    ...(config === undefined ? {} : { config }),
    ...(template === undefined ? {} : { template }),
    templates: () => templateNames(host),
  });
  const { settings } = choice;
  const without = settings.mountProject === false && mounted === "auto";
  return {
    place: without ? {} : place,
    choice: ofProject === undefined
      ? choice
      : { ...choice, why: ["box.image is set for this project.", ...choice.why.slice(1)] },
    settings,
  };
}

type AskedChoice = Pick<AskedRun, "host" | "cwd" | "argv" | "flags" | "config" | "template" | "mounted">;

/** The image that is set for the project's own box; `undefined`: none that is for this project. */
async function projectImage(host: Host, { project }: RunPlace): Promise<string | undefined> {
  if (!project?.exists) return undefined;
  const { image: { value, level } } = settingsFrom(await readLevels(host, project), undefined, {});
  return level === "box" || level === "workset" ? value : undefined;
}

async function templateNames(host: Host): Promise<readonly string[]> {
  const { findTemplates } = await import("../../rig/containerfiles.ts");
  return (await findTemplates(host.dirs)).map(({ name }) => name);
}
