/**
 * What the user has of their own for an agent, what of it boxes get, and what of that does not work in one.
 *
 * @module
 */

import { levelsBelow } from "../../config/effective.ts";
import { readLevels } from "../../config/levels.ts";
import { OWN_PARTS } from "../../spec/own_parts.ts";
import { settingsFrom } from "../../config/resolve.ts";
import type { Settings } from "../../config/settings.ts";
import type { Host } from "../../config/system.ts";
import { readCrabFile } from "../../crab/file.ts";
import { gatherOwn, type Own, type OwnChoice } from "../../crab/own/gather.ts";
import {
  type Lacking,
  lackingInHome,
  lackingText,
  seededPlaces,
  stillLacking,
} from "../../crab/own/lacking.ts";
import { ownFolder, type OwnHost } from "../../crab/own/places.ts";
import { seenLacking } from "../../crab/own/seen.ts";
import { KanibakoError } from "../../host/error.ts";
import { conversationPlaces } from "../../plan/conversations.ts";
import { hostOf, ownChoice } from "../../plan/own_host.ts";
import { locateProject } from "../../project/locate.ts";
import type { Source } from "../../spec/source.ts";
import type { Target } from "../../../targets/target.ts";
import { lackingInRig } from "./own_in_rig.ts";

/** One part of what the user has. */
export interface OwnPartState {
  readonly part: string;
  /** Where on the host, `~` for the home. */
  readonly path: string;
  readonly files: number;
  /** Whether boxes get it. */
  readonly given: boolean;
}

/** What the user has, and what of it boxes get. */
export interface OwnState {
  readonly parts: readonly OwnPartState[];
  readonly servers: Own["met"];
  /** What is named and not in a box; a sentence each, guards first. */
  readonly lacking: readonly string[];
  /** What is left out of parts that boxes get, and files that cannot be read; a sentence each. */
  readonly problems: readonly string[];
  /** Why programs were not looked for in the rig. */
  readonly unchecked?: string;
  /** Where the conversations of the project are, and whether a box can read them; absent where there is none, or no project. */
  readonly conversations?: { readonly path: string; readonly given: boolean };
  /** Who says which parts boxes get. */
  readonly from: Source;
}

const ALL: OwnChoice = {
  parts: OWN_PARTS,
  mcp: ["*"],
  lsp: ["*"],
};

/**
 * Looks. `cwd`: the settings are those of the box of the project there, if there is one; else those for all boxes. `inRig`: programs
 * are looked for in a box of the rig, where that is on this machine. `all`: it is looked at whether all of it would work in a box, not
 * only what boxes get.
 */
export async function ownState(
  host: Host,
  target: Target,
  { cwd, inRig, all = false }: { readonly cwd: string; readonly inRig: boolean; readonly all?: boolean },
): Promise<OwnState> {
  const { settings, sharedAuth, project, state } = await settingsAt(host, target, cwd);
  const choice = ownChoice(settings.own);
  const problems: string[] = [];
  const at = hostOf(host, target);
  const gather = async (one: OwnChoice): Promise<Own | undefined> => {
    try {
      return await gatherOwn({
        target,
        host: at,
        choice: one,
        sharedAuth,
        ...(project === undefined ? {} : { project }),
      });
    } catch (error) {
      if (!(error instanceof KanibakoError)) throw error;
      if (!problems.includes(error.message)) problems.push(error.message);
      return undefined;
    }
  };
  // Each for itself: one that cannot be read hides no other.
  const parts: OwnPartState[] = [];
  const met = new Map<string, Own["met"][number]>();
  const note = (own: Own | undefined) => {
    for (const one of own?.met ?? []) {
      const names = choice[one.kind];
      const given = names.includes(one.name) || names.includes("*");
      met.set(`${one.kind} ${one.name}`, { ...one, given });
    }
  };
  for (const part of ALL.parts) {
    const own = await gather({ ...ALL, parts: [part] });
    for (const { path, files, ...one } of own?.parts ?? []) {
      if (one.part !== part) continue;
      parts.push({ part, path: `~/${path}`, files: files.length, given: choice.parts.includes(part) });
    }
    note(own);
  }
  const given = await gather(all ? ALL : choice);
  const certain = given ? lackingInHome(given, seededPlaces(settings.binds)) : [];
  const rig = given && inRig ? await lackingInRig(host, cwd, given, certain) : { lacking: [] };
  const seen = state === undefined || !given ? [] : stillLacking(given, await seenLacking(state), certain);
  const lacking: Lacking[] = [...certain, ...rig.lacking, ...seen];
  return {
    parts,
    servers: [...met.values()],
    lacking: [...new Set(lacking.sort((a, b) => Number(b.guard) - Number(a.guard)).map(lackingText))],
    problems: [...problems, ...[...given?.left ?? [], ...given?.notes ?? []].map((text) => `${text}.`)],
    ...(rig.unchecked === undefined ? {} : { unchecked: rig.unchecked }),
    ...(project === undefined ? {} : await conversationsOf(at, target, project, settings)),
    from: settings.own.parts.from,
  };
}

async function conversationsOf(
  at: OwnHost,
  target: Target,
  project: string,
  { own: { conversations: { value: given } } }: Settings,
): Promise<Pick<OwnState, "conversations">> {
  const places = conversationPlaces(target, project);
  const there = places && await ownFolder(at, places.onHost).catch((error: unknown) => {
    if (!(error instanceof KanibakoError)) throw error;
    return undefined;
  });
  return there === undefined ? {} : { conversations: { path: `~/${places!.onHost}`, given } };
}

/** The settings that a box there would have. */
async function settingsAt(
  host: Host,
  target: Target,
  cwd: string,
): Promise<{ settings: Settings; sharedAuth: boolean; project?: string; state?: string }> {
  const crab = await readCrabFile(host.system.paths, target.name);
  try {
    const project = await locateProject(host, undefined, cwd);
    if (project.exists) {
      const settings = settingsFrom(await readLevels(host, project), crab, {});
      return { settings, sharedAuth: project.sharedAuth, project: project.path, state: project.state };
    }
  } catch (error) {
    // A project that cannot be read is not what is asked about.
    if (!(error instanceof KanibakoError)) throw error;
  }
  return { settings: settingsFrom(await levelsBelow(host, "system"), crab, {}), sharedAuth: true };
}
