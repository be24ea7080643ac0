/**
 * Files of ours that say to an agent what it can do in its box, where its own convention looks for them.
 *
 * @module
 */

import helpers from "../../templates/guide/helpers.md" with { type: "text" };
import type { Target } from "../../targets/target.ts";
import { sha256 } from "../host/sha256.ts";
import type { GuideFile } from "../crab/deliver.ts";

/** The folder of the guide to helpers, below that of the agent's skills. */
const HELPERS = "kanibako-helpers";

/** The guides of an agent; none where it has no folder for skills. */
export async function guidesOf(target: Target): Promise<readonly GuideFile[]> {
  const folder = target.own?.findLast(({ part, path }) => part === "skills" && path.endsWith("/"))?.path;
  if (folder === undefined) return [];
  return [{
    path: `${folder}${HELPERS}/SKILL.md`,
    content: helpers,
    digest: (await sha256(helpers)).slice(0, 24),
  }];
}
