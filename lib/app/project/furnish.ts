/**
 * A new project's home, made from the template of the agent that it is going to have.
 *
 * @module
 */

import { readLevels } from "../../config/levels.ts";
import { settingsFrom } from "../../config/resolve.ts";
import type { Host } from "../../config/system.ts";
import { readGeneralCrab } from "../../crab/file.ts";
import { furnishHome } from "../../crab/furnish.ts";
import { KanibakoError } from "../../host/error.ts";
import { findSeeds } from "../../plan/shared_folders.ts";
import { isWithin } from "../../project/layout.ts";
import type { Project } from "../../project/project.ts";
import { otherOwner } from "../../project/vault_folders.ts";
import { warning } from "../../spec/ui.ts";
import { crabId, findTarget } from "../../../targets/discover.ts";
import { agentOf } from "../config/agent.ts";

/**
 * Applies the template. What stands in the way is noted, and the box tries again at its first start. Where there are seeds, which come
 * before templates, all of it is left to that.
 */
export async function furnish(host: Host, project: Project): Promise<void> {
  try {
    const levels = await readLevels(host, project);
    const found = await agentOf(host, levels);
    const target = found && findTarget(found.id);
    const settings = settingsFrom(levels, found?.crab ?? await readGeneralCrab(host.system.paths), {});
    const seeds = await findSeeds({ host, project, settings, agent: target && { target } }, [], true);
    if (seeds.length > 0) return;
    const owner = await otherOwner(project.path);
    await furnishHome({
      home: project.home,
      ...(isWithin(project.home, project.path) ? { within: project.path } : {}),
      state: project.state,
      templates: host.system.paths.templates,
      agent: crabId(target),
      variant: settings.template.value,
      instructions: target?.instructionFiles.map((name) => `${target.configDir}/${name}`) ?? [],
      ...(owner ? { owner } : {}),
    });
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    warning(host.ui, "hint", { text: `The box's home is not made from a template yet. ${error.message}` });
  }
}
