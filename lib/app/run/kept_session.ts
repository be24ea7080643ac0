/**
 * Opening a box that `run --keep` has left: with its home, its image, its folder, and as it was run.
 *
 * @module
 */

import type { FlagSettings } from "../../config/settings.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { ScratchBox } from "../../session/stand_in.ts";
import { scratchProject } from "../scratch.ts";
import { PROJECT_FILE } from "../../rig/choose/sources.ts";
import type { KeptBox } from "./kept.ts";
import { runPlace } from "./place.ts";

/** What a session in it is opened with. `flags`: what this call says, which wins. Throws `kept-folder` where its folder is gone. */
export async function keptSession(
  host: Host,
  box: KeptBox,
  flags: FlagSettings,
): Promise<{ readonly standIn: ScratchBox; readonly flags: FlagSettings }> {
  const { name, id, workspace, narrowing } = box;
  const place = workspace === undefined ? {} : await placeOf(host, name, workspace);
  const kept = box.flags as FlagSettings;
  return {
    standIn: {
      role: "scratch",
      project: scratchProject(host, { id, name, workspace }),
      ...(place.project ? { worksFor: place.project } : {}),
      ...(narrowing ? { narrowing: { by: narrowing, file: PROJECT_FILE } } : {}),
    },
    flags: {
      ...kept,
      image: box.image,
      ...flags,
      ...(kept.env || flags.env ? { env: [...kept.env ?? [], ...flags.env ?? []] } : {}),
    },
  };
}

async function placeOf(host: Host, name: string, workspace: string): ReturnType<typeof runPlace> {
  try {
    const place = await runPlace(host, workspace, "must");
    if (place.workspace === workspace) return place;
  } catch (error) {
    if (!(error instanceof KanibakoError) || error.code !== "not-a-folder") throw error;
  }
  throw new KanibakoError(
    "kept-folder",
    `The folder of the box ${shellQuote(name)} is not there any more: ${shellQuote(workspace)}`,
    { hint: `Remove the box: kanibako rm ${shellQuote(name)}` },
  );
}
