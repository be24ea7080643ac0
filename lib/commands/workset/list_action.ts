/**
 * Lists the worksets.
 *
 * @module
 */

import { json, out, type Part, red, table } from "../../host/ui/terminal.ts";
import { readRegistry } from "../../project/registry.ts";
import { allWorksets, DEFAULT_WORKSET } from "../../project/workset/find.ts";
import type { Context } from "../context.ts";
import type { WorksetListFlags } from "./workset.ts";

/** Runs `kanibako workset list`. The first line is the group of all projects that are in no workset. */
export default async function worksetList(this: Context, flags: WorksetListFlags): Promise<void> {
  const host = await this.host();
  const [worksets, registry] = await Promise.all([allWorksets(host), readRegistry(host)]);
  const own = Object.keys(registry.projects).length;
  if (flags.quiet) return [DEFAULT_WORKSET, ...worksets.map(({ name }) => name)].forEach((name) => out(name));
  if (flags.json) {
    return json([
      { name: DEFAULT_WORKSET, root: null, projects: own, error: null },
      ...worksets.map(({ name, root, manifest, error }) => ({
        name,
        root,
        projects: manifest?.members.length ?? 0,
        error: error?.message ?? null,
      })),
    ]);
  }
  const count = (number: number) => String(number).padStart("PROJECTS".length);
  table(["NAME", "PROJECTS", "ROOT"], [
    [`${DEFAULT_WORKSET} (default)`, count(own), "<default workset>"],
    ...worksets.map(({ name, root, manifest }): Part[] => [
      name,
      manifest ? count(manifest.members.length) : red("damaged"),
      root,
    ]),
  ], { minimum: [20] });
}
