/** Every kind of change, each with the world it is made in. Used by the tests and by the process they kill. */

import type { Host } from "../../../lib/config/system.ts";
import type { Change } from "../../../lib/project/change/change.ts";
import { planConvert } from "../../../lib/project/convert.ts";
import { createProject } from "../../../lib/project/create.ts";
import { planDuplicate } from "../../../lib/project/duplicate.ts";
import { locateProject } from "../../../lib/project/locate.ts";
import { planMove } from "../../../lib/project/move.ts";
import type { Project } from "../../../lib/project/project.ts";
import { planRemoval } from "../../../lib/project/purge.ts";
import { planRemap } from "../../../lib/project/remap.ts";
import { findRemoval } from "../../../lib/project/remove.ts";
import { createWorkset } from "../../../lib/project/workset/create.ts";
import { findWorkset } from "../../../lib/project/workset/find.ts";

/** One kind of change. */
export interface Scenario {
  /** Makes the world: below `work`, a project called `app`. */
  setUp(host: Host, work: string): Promise<Project>;
  /** Plans the change. */
  plan(host: Host, work: string): Promise<Change>;
  /** The project afterwards, as a word for `locateProject`; nothing where none is left. */
  readonly result?: (work: string) => string;
  /** Where the original is afterwards, of a copy. */
  readonly stays?: boolean;
  readonly mode?: Project["mode"];
}

/** A project with something of everything in it. */
export async function filled(project: Project): Promise<Project> {
  const write = async (path: string, text: string) => {
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(path, text);
  };
  await write(`${project.path}/src/code.ts`, "code");
  await Deno.symlink("code.ts", `${project.path}/src/link`);
  await write(`${project.home}/.marker`, "home");
  await write(`${project.home}/deep/er/file`, "deep");
  if (project.vault) {
    await write(`${project.vault.readWrite}/kept`, "vault");
    await write(`${project.vault.readWrite}/../.versions/one/kept`, "older");
  }
  await write(`${project.state}/steps.json`, `{"home":1,"conversations":["claude"]}\n`);
  await write(`${project.metadata}/env`, "COLOUR=green\n");
  if (project.mode === "standalone") {
    const { approveStandalone } = await import("../../../lib/config/approval.ts");
    const host = { state: project.state.slice(0, project.state.lastIndexOf("/boxes/")) };
    await approveStandalone(host.state, project);
  }
  return project;
}

async function withDefault(host: Host, work: string, layout?: "simple" | "robust"): Promise<Project> {
  return await filled(await createProject(host, { path: `${work}/app`, ...(layout ? { layout } : {}) }));
}

async function withStandalone(host: Host, work: string): Promise<Project> {
  return await filled(await createProject(host, { path: `${work}/app`, mode: "standalone" }));
}

async function withWorkset(host: Host, work: string): Promise<void> {
  await createWorkset(host, { path: `${work}/client` });
}

async function withMember(host: Host, work: string): Promise<Project> {
  await withWorkset(host, work);
  return await filled(await createProject(host, { path: `${work}/client/workspaces/app` }));
}

async function withLinked(host: Host, work: string): Promise<Project> {
  await withWorkset(host, work);
  await withDefault(host, work);
  const { runChange } = await import("../../../lib/project/change/change.ts");
  await runChange(host, await convert(host, work, `${work}/app`, "workset", true));
  return await locateProject(host, "client/app", work);
}

async function convert(
  host: Host,
  work: string,
  word: string,
  mode: Project["mode"],
  inPlace = false,
): Promise<Change> {
  const project = await locateProject(host, word, work);
  return await planConvert(host, project, {
    mode,
    inPlace,
    cwd: work,
    ...(mode === "workset" ? { workset: await findWorkset(host, "client", work) } : {}),
    ...(project.workset && project.path.startsWith(`${work}/client/`) ? { path: `${work}/out` } : {}),
  });
}

async function move(host: Host, work: string, word: string): Promise<Change> {
  return await planMove(host, await locateProject(host, word, work), `${work}/other/place`, work);
}

async function duplicate(host: Host, work: string, word: string, more = {}): Promise<Change> {
  return await planDuplicate(host, await locateProject(host, word, work), { cwd: work, ...more });
}

const withWorksetAnd =
  (make: (host: Host, work: string) => Promise<Project>) => async (host: Host, work: string) => {
    await withWorkset(host, work);
    return await make(host, work);
  };

/** A copy that takes its time: for being interrupted in the middle of it. */
export const long: Scenario = {
  setUp: async (host, work) => {
    const project = await withDefault(host, work);
    for (let folder = 0; folder < 40; folder++) {
      await Deno.mkdir(`${project.path}/many/${folder}`, { recursive: true });
      for (let file = 0; file < 150; file++) {
        await Deno.writeTextFile(`${project.path}/many/${folder}/${file}`, "x".repeat(5000));
      }
    }
    return project;
  },
  plan: (host, work) => duplicate(host, work, "app"),
};

/** All of them. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  "move": {
    setUp: (host, work) => withDefault(host, work),
    plan: (host, work) => move(host, work, "app"),
    result: (work) => `${work}/other/place`,
    mode: "default",
  },
  "move, simple layout": {
    setUp: (host, work) => withDefault(host, work, "simple"),
    plan: (host, work) => move(host, work, "app"),
    result: (work) => `${work}/other/place`,
    mode: "default",
  },
  "move, standalone": {
    setUp: withStandalone,
    plan: (host, work) => move(host, work, `${work}/app`),
    result: (work) => `${work}/other/place`,
    mode: "standalone",
  },
  "move, linked to a workset": {
    setUp: withLinked,
    plan: (host, work) => move(host, work, "client/app"),
    result: (work) => `${work}/other/place`,
    mode: "workset",
  },
  "duplicate": {
    setUp: (host, work) => withDefault(host, work),
    plan: (host, work) => duplicate(host, work, "app"),
    result: (work) => `${work}/app-copy`,
    stays: true,
    mode: "default",
  },
  "duplicate, robust layout": {
    setUp: (host, work) => withDefault(host, work, "robust"),
    plan: (host, work) => duplicate(host, work, "app"),
    result: (work) => `${work}/app-copy`,
    stays: true,
    mode: "default",
  },
  "duplicate, standalone": {
    setUp: withStandalone,
    plan: (host, work) => duplicate(host, work, `${work}/app`),
    result: (work) => `${work}/app-copy`,
    stays: true,
    mode: "standalone",
  },
  "duplicate, bare": {
    setUp: (host, work) => withDefault(host, work),
    plan: (host, work) => duplicate(host, work, "app", { bare: true, path: `${work}/new` }),
    result: (work) => `${work}/new`,
    stays: true,
    mode: "default",
  },
  "duplicate, from default to standalone": {
    setUp: (host, work) => withDefault(host, work),
    plan: (host, work) => duplicate(host, work, "app", { mode: "standalone" }),
    result: (work) => `${work}/app-copy`,
    stays: true,
    mode: "standalone",
  },
  "duplicate, from standalone into a workset": {
    setUp: withWorksetAnd(withStandalone),
    plan: async (host, work) =>
      await duplicate(host, work, `${work}/app`, { workset: await findWorkset(host, "client", work) }),
    result: () => "client/app",
    stays: true,
    mode: "workset",
  },
  "duplicate, from a workset to default": {
    setUp: withMember,
    plan: (host, work) => duplicate(host, work, "client/app", { mode: "default" }),
    result: (work) => `${work}/app-copy`,
    stays: true,
    mode: "default",
  },
  "migrate, from default to standalone": {
    setUp: (host, work) => withDefault(host, work),
    plan: (host, work) => convert(host, work, "app", "standalone"),
    result: (work) => `${work}/app`,
    mode: "standalone",
  },
  "migrate, from default with the robust layout to standalone": {
    setUp: (host, work) => withDefault(host, work, "robust"),
    plan: (host, work) => convert(host, work, "app", "standalone"),
    result: (work) => `${work}/app`,
    mode: "standalone",
  },
  "migrate, from standalone to default": {
    setUp: withStandalone,
    plan: (host, work) => convert(host, work, `${work}/app`, "default"),
    result: (work) => `${work}/app`,
    mode: "default",
  },
  "migrate, from default into a workset": {
    setUp: withWorksetAnd(withDefault),
    plan: (host, work) => convert(host, work, "app", "workset"),
    result: () => "client/app",
    mode: "workset",
  },
  "migrate, from default into a workset in place": {
    setUp: withWorksetAnd(withDefault),
    plan: (host, work) => convert(host, work, "app", "workset", true),
    result: () => "client/app",
    mode: "workset",
  },
  "migrate, from standalone into a workset": {
    setUp: withWorksetAnd(withStandalone),
    plan: (host, work) => convert(host, work, `${work}/app`, "workset"),
    result: () => "client/app",
    mode: "workset",
  },
  "migrate, from a workset to default": {
    setUp: withMember,
    plan: (host, work) => convert(host, work, "client/app", "default"),
    result: (work) => `${work}/out`,
    mode: "default",
  },
  "migrate, from a workset to standalone": {
    setUp: withMember,
    plan: (host, work) => convert(host, work, "client/app", "standalone"),
    result: (work) => `${work}/out`,
    mode: "standalone",
  },
  "migrate, linked to a workset, to default": {
    setUp: withLinked,
    plan: (host, work) => convert(host, work, "client/app", "default", true),
    result: (work) => `${work}/app`,
    mode: "default",
  },
  "migrate, a folder moved by hand": {
    setUp: async (host, work) => {
      const project = await withDefault(host, work);
      await Deno.rename(`${work}/app`, `${work}/moved`);
      return project;
    },
    plan: (host, work) => planRemap(host, { old: "app", path: `${work}/moved`, name: "found", cwd: work }),
    result: (work) => `${work}/moved`,
    mode: "default",
  },
  "migrate, a standalone folder moved by hand": {
    setUp: async (host, work) => {
      const project = await withStandalone(host, work);
      await Deno.rename(`${work}/app`, `${work}/moved`);
      return project;
    },
    plan: (host, work) => planRemap(host, { old: `${work}/app`, path: `${work}/moved`, cwd: work }),
    result: (work) => `${work}/moved`,
    mode: "standalone",
  },
  "purge": {
    setUp: (host, work) => withDefault(host, work, "robust"),
    plan: async (host) => await planRemoval(host, await findRemoval(host, "app", "/"), true),
  },
  "purge, standalone": {
    setUp: withStandalone,
    plan: async (host, work) => await planRemoval(host, await findRemoval(host, `${work}/app`, "/"), true),
  },
  "purge, of a workset": {
    setUp: withMember,
    plan: async (host) => await planRemoval(host, await findRemoval(host, "client/app", "/"), true),
  },
};
