/**
 * An agent from its declaration.
 *
 * @module
 */

import { ACCESS } from "../settings.ts";
import { configPath } from "../moved.ts";
import type { LogIn, Target } from "../target.ts";
import { authStatus, keysOf } from "./auth.ts";
import { answersOf, commandOf, hasNothing, modelSetting } from "./command.ts";
import { examine } from "./find.ts";
import { homeFilesOf } from "./home.ts";
import { credentialFile } from "./login.ts";
import { entrypointOf, mountsOf } from "./mounts.ts";
import { promptingOf } from "./prompt.ts";
import type { Declaration } from "./schema.ts";

/** What a declaration comes to. */
export function declaredTarget(agent: Declaration): Target {
  const model = modelSetting(agent);
  const configDir = agent.config?.folder ?? "";
  const prompting = promptingOf(agent);
  return {
    name: agent.name,
    displayName: agent.title,
    hasBinary: true,
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
    detect: async (host) => {
      const examined = await examine(agent, host);
      return examined && "install" in examined ? examined.install : undefined;
    },
    whyNot: async (host) => {
      const examined = await examine(agent, host);
      return examined && "reason" in examined ? examined.reason : undefined;
    },
    mounts: (install, host) => mountsOf(agent, install, host),
    homeFiles: (host, sharedAuth) => homeFilesOf(agent, host, sharedAuth),
    keys: (host) => keysOf(agent, host),
    authStatus: (host) => authStatus(agent, host),
    command: (request) => commandOf(agent, request),
    ...(prompting ? { prompting } : {}),
    answers: (words) => answersOf(agent, words),
    shouldRetryNew: (screen) => hasNothing(agent, screen),
  };
}

function logInOf({ words, port, pages = [] }: NonNullable<Declaration["log_in"]>): LogIn {
  return { words, pages, ...(port === undefined ? {} : { port }) };
}
