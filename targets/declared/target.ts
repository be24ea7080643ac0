/**
 * An agent from its declaration.
 *
 * @module
 */

import { ACCESS } from "../settings.ts";
import { configPath } from "../moved.ts";
import type { LogIn, Origin, Target } from "../target.ts";
import { authStatus, keysOf } from "./auth.ts";
import { answersOf, commandOf, hasNothing, modelSetting } from "./command.ts";
import { examine, namesOf } from "./find.ts";
import { homeFilesOf } from "./home.ts";
import { provisionedInstall } from "./launcher.ts";
import { credentialFile } from "./login.ts";
import { entrypointOf, mountsOf } from "./mounts.ts";
import { promptingOf } from "./prompt.ts";
import type { Declaration } from "./schema.ts";

/** What a declaration comes to. `origin`: where it is from, unless it came with this program. */
export function declaredTarget(agent: Declaration, origin?: Origin): Target {
  const model = modelSetting(agent);
  const configDir = agent.config?.folder ?? "";
  const prompting = promptingOf(agent);
  const provisioned = provisionedInstall(agent);
  const target: Target = {
    name: agent.name,
    displayName: agent.title,
    hasBinary: true,
    ...(origin ? { origin } : {}),
    names: namesOf(agent),
    ...(provisioned ? { provisioned } : {}),
    installHint: agent.install,
    entrypoint: entrypointOf(agent),
    configDir,
    accountFiles: (host) => (agent.config?.account ?? []).map((file) => configPath(file, agent.config, host)),
    hosts: agent.hosts ?? [],
    addressVariables: agent.addresses ?? [],
    settings: [
      ...(model ? [model] : []),
      ACCESS,
      ...(agent.setting ?? []).map(({ key, description, default: usual, choices = [] }) => ({
        key,
        description,
        default: usual,
        choices,
      })),
    ],
    resources: agent.resources ?? [],
    credentials: (agent.login ?? []).map((file) => credentialFile(agent.name, file)),
    ...(agent.log_in ? { logIn: logInOf(agent.log_in) } : {}),
    instructionFiles: agent.instructions ?? [],
    configPath: (file, host) => configPath(file, agent.config, host),
    own: agent.own ?? [],
    servers: agent.servers ?? [],
    ...(agent.conversations === undefined ? {} : { conversations: agent.conversations }),
    disposable: (agent.disposable ?? []).map((folder) =>
      folder.startsWith("~/") ? folder.slice(2) : `${configDir}/${folder}`
    ),
    compress: (agent.compress ?? []).map((files) => `${configDir}/${files}`),
    defaultEnv: agent.env ?? {},
    find: (host) => examine(agent, host),
    mounts: (install, host) => mountsOf(agent, install, host),
    homeFiles: (install, host, sharedAuth, placeholders) =>
      homeFilesOf(agent, install, host, { sharedAuth, ...(placeholders ? { placeholders } : {}) }),
    keys: (host) => keysOf(agent, host),
    authStatus: (host) => authStatus(agent, host),
    command: (request) => commandOf(agent, request),
    ...(prompting ? { prompting } : {}),
    answers: (words) => answersOf(agent, words),
    shouldRetryNew: (screen) => hasNothing(agent, screen),
  };
  const program = agent.program && origin?.tier === "user" ? agent.program : undefined;
  return program ? { ...target, ...answered(agent.name, program, origin!) } : target;
}

/** What a program of the user's says in place of the declaration. It is loaded when it is first asked. */
function answered(
  name: string,
  { path, answers }: NonNullable<Declaration["program"]>,
  origin: Origin,
): Partial<Target> {
  const folder = origin.file!.slice(0, origin.file!.lastIndexOf("/"));
  const by = { path: `${folder}/${path}`, folder, agent: name };
  const asking = () => import("./program.ts");
  return {
    ...(answers.includes("find") ? { find: async (host) => await (await asking()).askFind(by, host) } : {}),
    ...(answers.includes("mounts")
      ? { mounts: async (install, host) => await (await asking()).askMounts(by, install, host) }
      : {}),
    ...(answers.includes("auth")
      ? { authStatus: async (host) => await (await asking()).askAuth(by, host) }
      : {}),
    ...(answers.includes("command")
      ? { askCommand: async (request) => await (await asking()).askCommand(by, request) }
      : {}),
  };
}

function logInOf({ words, port, page }: NonNullable<Declaration["log_in"]>): LogIn {
  return { words, ...(port === undefined ? {} : { port }), ...(page ? { page } : {}) };
}
