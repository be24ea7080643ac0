/**
 * The library in single calls, for scripts that need one thing only. Each opens this user's kanibako with nobody listening.
 *
 * @module
 */

import type { Project } from "../project/project.ts";
import type { BoxSpec } from "../spec/box_spec.ts";
import type { Agent, AgentOptions } from "./agent/agent.ts";
import type { Box } from "./box.ts";
import type { BoxOptions } from "./box_options.ts";
import { Kanibako } from "./kanibako.ts";

/** Options of a box, and whose it is. */
export interface ProjectBoxOptions extends BoxOptions {
  /** A folder or a project's name. Default: the working directory. */
  readonly project?: string;
}

/** As {@link Kanibako.box}. */
export async function openBox({ project, ...options }: ProjectBoxOptions = {}): Promise<Box> {
  return await (await Kanibako.open()).box(project, options);
}

/** As {@link Kanibako.agent}. This user's kanibako is opened by the first {@link Agent.run}. */
export function agent(project?: string, options: AgentOptions = {}): Agent {
  return { run: async (asked) => await (await Kanibako.open()).agent(project, options).run(asked) };
}

/** As {@link Kanibako.plan}. */
export async function planOf({ project, ...options }: ProjectBoxOptions = {}): Promise<BoxSpec> {
  return await (await Kanibako.open()).plan(project, options);
}

/** As {@link Kanibako.project}. */
export async function findProject(project?: string): Promise<Project> {
  return await (await Kanibako.open()).project(project);
}

/** As {@link Kanibako.createProject}. */
export async function makeProject(
  path: string,
  options: { readonly name?: string; readonly standalone?: boolean; readonly vault?: boolean } = {},
): Promise<Project> {
  return await (await Kanibako.open()).createProject(path, options);
}
