/**
 * The conversations that the agent has held on this machine in the same project, to be read in the box. They lie beside the box's own,
 * under its name of the project with `-host` at the end, so that nothing goes on in them.
 *
 * @module
 */

import type { Settings } from "../config/settings.ts";
import type { Host } from "../config/system.ts";
import { ownFolder } from "../crab/own/places.ts";
import { BOX_HOME, BOX_WORKSPACE } from "../spec/box_paths.ts";
import type { BindMount } from "../spec/box_spec.ts";
import type { Target } from "../../targets/target.ts";
import { hostOf } from "./own_host.ts";
import { bind } from "./parts/part.ts";

/** Where they are, relative to a home: on the host, and in a box whose workspace is at `place`. `undefined` where the agent keeps none by project. */
export function conversationPlaces(
  { conversations }: Target,
  project: string,
  place: string = BOX_WORKSPACE,
): { readonly onHost: string; readonly inBox: string } | undefined {
  if (conversations === undefined) return undefined;
  const named = (path: string) => path.replaceAll(/[^A-Za-z0-9]/g, "-");
  return {
    onHost: conversations.replace("{project}", named(project)),
    inBox: conversations.replace("{project}", `${named(place)}-host`),
  };
}

/** The mount; or why there is none though the settings ask for it, as a sentence. Throws `unsafe-own`. */
export async function hostConversations(
  host: Host,
  project: string,
  { own: { conversations: { value, from } } }: Settings,
  target: Target,
  place: string = BOX_WORKSPACE,
): Promise<{ readonly mount?: BindMount; readonly warning?: string }> {
  if (!value) return {};
  const places = conversationPlaces(target, project, place);
  if (!places) {
    return {
      warning:
        `own.conversations has no effect: ${target.displayName} does not keep its conversations by project.`,
    };
  }
  const source = await ownFolder(hostOf(host, target), places.onHost);
  if (source === undefined) return {};
  return { mount: bind(source, `${BOX_HOME}/${places.inBox}`, from, { readOnly: true }) };
}
