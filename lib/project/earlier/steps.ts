/**
 * What has been done in a home of the earlier program, as this one would have noted it: nothing that is there is replaced by a template
 * once more, and an agent goes on with its conversation.
 *
 * @module
 */

import { openTree } from "../../host/tree/tree.ts";

/** Agents of the earlier program: the folder of each in a home, and where it keeps conversations of the workspace. */
const AGENTS = [
  ["claude", ".claude", ".claude/projects/-home-agent-workspace"],
  ["goose", ".config/goose", ".local/share/goose/sessions"],
] as const;

/** The text of the file of markers for a home. */
export function earlierSteps(home: string): string {
  try {
    using tree = openTree(home);
    return stepsOf((path) => {
      try {
        return tree.list(path, 1)?.entries.length === 1;
      } catch {
        return false;
      }
    });
  } catch {
    // There is no home yet: it gets what every new one gets.
    return stepsOf(() => false);
  }
}

/** The same, by what a home has: whether there is something in a folder, relative to it. */
export function stepsOf(has: (folder: string) => boolean): string {
  const agents = AGENTS.filter(([_, folder]) => has(folder)).map(([agent]) => agent);
  const conversations = AGENTS.filter(([_, _folder, talks]) => has(talks)).map(([agent]) => agent);
  const used = agents.length > 0 || has("") ? ["general", ...agents] : [];
  const templates = Object.fromEntries(
    [...used, ...(used.length > 0 ? ["base"] : [])].map((
      name,
    ) => [name, name === "base" ? "base" : "standard"]),
  );
  return `${JSON.stringify({ home: 0, templates, instructions: agents, conversations }, null, 2)}\n`;
}
