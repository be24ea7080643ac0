/**
 * What is decided about a run before anything is made: its folder, its image, and what goes with that.
 *
 * @module
 */

import { openTree } from "../../host/tree/tree.ts";
import { chooseImage } from "../../rig/choose/choose.ts";
import type { ImageChoice, RunSettings } from "../../rig/choose/types.ts";
import type { AskedRun } from "./asked.ts";
import { type Mounted, type RunPlace, runPlace } from "./place.ts";

/** What was decided. */
export interface ChosenRun {
  readonly place: RunPlace;
  readonly choice: ImageChoice;
  /** What applies. */
  readonly settings: RunSettings;
}

/** Decides. Creates nothing, and asks no engine. */
export async function chosen(
  { host, cwd, argv, flags: { image }, config, template, mounted = "auto" }: Pick<
    AskedRun,
    "host" | "cwd" | "argv" | "flags" | "config" | "template" | "mounted"
  >,
): Promise<ChosenRun> {
  const place = await runPlace(host, cwd, mounted);
  using folder = place.workspace === undefined ? undefined : openTree(cwd);
  const choice = await chooseImage({
    argv,
    folder,
    ...(image === undefined ? {} : { image }),
    ...(config === undefined ? {} : { config }),
    ...(template === undefined ? {} : { template }),
    templates: [],
  });
  const { settings } = choice;
  const without = settings.mountProject === false && mounted === ("auto" satisfies Mounted);
  return { place: without ? {} : place, choice, settings };
}
