/**
 * What a declaration may say, beyond its form. More is believed of the user's own than of one that came with a project, which a stranger
 * may have written: it says nothing that is run on the host, and names no place of the home but those of its own name.
 *
 * @module
 */

import type { Tier } from "../target.ts";
import { isOwnPlace, ownerOf } from "./own_places.ts";
import type { Declaration } from "./schema.ts";

/** Words that mean something else where an agent's name stands. */
const RESERVED: readonly string[] = ["general", "no_agent", "shell", "applied", "exit", "screen", "unfit"];
/** Variables that are the box's own, or that its shell keeps for itself. */
const OWN_VARIABLES =
  /^(KANIBAKO_.*|HOME|USER|TERM|BASHOPTS|BASH_VERSINFO|EUID|IFS|PPID|SHELLOPTS|UID|__proto__)$/i;

/** What is wrong with it, one clause each. */
export function problemsIn(agent: Declaration, tier: Tier): readonly string[] {
  return [
    ...RESERVED.includes(agent.name) ? [`name: ${agent.name} is a word of kanibako's own`] : [],
    ...placeProblems(agent),
    ...variableProblems(agent),
    ...idProblems(agent),
    ...tier === "project" ? projectProblems(agent) : [],
  ];
}

/** Places of the host's home that it names, with where it names them. A folder ends in `/`. */
export function placesOf(agent: Declaration): readonly (readonly [where: string, path: string])[] {
  const conversations = agent.conversations?.split("{project}")[0];
  return [
    ...(agent.config?.account ?? []).map((path) => ["config.account", path] as const),
    ...(agent.login ?? []).map(({ path }, at) => [`login.${at}.path`, path] as const),
    ...(agent.home ?? []).flatMap(({ from }, at) =>
      from === undefined ? [] : [[`home.${at}.from`, from] as const]
    ),
    ...(agent.other_login ?? []).flatMap(({ file }, at) =>
      file === undefined ? [] : [[`other_login.${at}.file`, file] as const]
    ),
    ...(agent.own ?? []).map(({ path }, at) => [`own.${at}.path`, path] as const),
    // With `part` it is the name of a file in what that part names.
    ...(agent.servers ?? []).flatMap(({ path, part }, at) =>
      part === undefined ? [[`servers.${at}.path`, path] as const] : []
    ),
    ...(conversations === undefined ? [] : [["conversations", `${conversations}/`] as const]),
  ];
}

function placeProblems(agent: Declaration): readonly string[] {
  const { folder } = agent.config ?? {};
  const parts = [...agent.instructions ?? [], ...agent.resources ?? [], ...agent.disposable ?? []];
  const launcher = `.local/bin/${agent.entrypoint ?? agent.name}`;
  return [
    ...(folder !== undefined && ownerOf(folder) === undefined
      ? [`config.folder: ${folder} is no folder of an agent's own`]
      : []),
    ...placesOf(agent).filter(([, path]) => !isOwnPlace(path)).map(([where, path]) =>
      `${where}: ${path} is no file of an agent's own`
    ),
    ...(parts.length > 0 && folder === undefined
      ? ["config.folder: expected, as instructions, resources and disposable are parts of it"]
      : []),
    ...(agent.home ?? []).flatMap(({ path }, at) =>
      path === launcher ? [`home.${at}.path: ${path} is where the agent's program is`] : []
    ),
  ];
}

function variableProblems(agent: Declaration): readonly string[] {
  const { autonomous_env: autonomous = {}, model_env: model } = agent.command ?? {};
  const names = [
    ...Object.keys(agent.env ?? {}),
    ...Object.keys(autonomous),
    ...(model === undefined ? [] : [model]),
    ...(agent.setting ?? []).flatMap(({ variable }) => variable ?? []),
    ...(agent.keys ?? []),
  ];
  return names.filter((name) => OWN_VARIABLES.test(name)).map((name) =>
    `${name} is a variable of the box's own`
  );
}

/** Two logins whose files have the same name would be one on their way. */
function idProblems(agent: Declaration): readonly string[] {
  const names = (agent.login ?? []).map(({ path }) => path.slice(path.lastIndexOf("/") + 1).toLowerCase());
  return new Set(names).size === names.length ? [] : ["login: two files have the same name"];
}

function projectProblems(agent: Declaration): readonly string[] {
  const only = "is only for your own plugins";
  const { folder, env } = agent.config ?? {};
  const own = (path: string) => ownerOf(path) === agent.name;
  return [
    // All boxes with an agent of that name write what they share, also where it is the user's own.
    ...(agent.resources ?? []).flatMap(({ scope }, at) =>
      scope === "shared" ? [`resources.${at}.scope: to share it between boxes ${only}`] : []
    ),
    ...(agent.program ? [`program: a program that runs on this machine ${only}`] : []),
    ...(agent.find?.places ? [`find.places: naming places of this machine ${only}`] : []),
    ...(env !== undefined ? [`config.env: ${only}`] : []),
    ...(agent.log_in?.page ? [`log_in.page: having your browser say yes ${only}`] : []),
    ...(agent.login ?? []).flatMap(({ folder_env: moved }, at) =>
      moved === undefined ? [] : [`login.${at}.folder_env: ${only}`]
    ),
    ...(folder !== undefined && !own(folder)
      ? [`config.folder: ${folder} does not bear the agent's name, which ${only}`]
      : []),
    ...placesOf(agent).filter(([, path]) => !own(path)).map(([where, path]) =>
      `${where}: ${path} does not bear the agent's name, which ${only}`
    ),
  ];
}
