/**
 * What a new home gets of an agent's own: what spares the user the first questions.
 *
 * @module
 */

import { type JsonRecord, parseRecord, present, toText } from "../json.ts";
import { configPath } from "../moved.ts";
import type { HomeFile, TargetHost } from "../target.ts";
import { examine } from "./find.ts";
import { at } from "./key_path.ts";
import { launcherOf } from "./launcher.ts";
import type { Declaration } from "./schema.ts";

type Declared = NonNullable<Declaration["home"]>[number];

/** Such files grow with use; above this one is not read, and the agent asks its first questions again. */
const MAX_BYTES = 32 * 1024 * 1024;

/** The files. */
export async function homeFilesOf(
  agent: Declaration,
  host: TargetHost,
  sharedAuth: boolean,
): Promise<readonly HomeFile[]> {
  const files: HomeFile[] = [];
  for (const file of agent.home ?? []) {
    files.push({
      path: file.path,
      content: file.text ?? toText(await contentOf(agent, file, host, sharedAuth)),
      mode: Number.parseInt(file.mode ?? "600", 8),
      when: file.when ?? "create",
    });
  }
  const examined = agent.find?.npm?.script === undefined && agent.provision === undefined
    ? undefined
    : await examine(agent, host);
  const launcher = launcherOf(agent, examined && "install" in examined ? examined.install : undefined);
  if (launcher) files.push({ ...launcher, mode: 0o755, when: "replace" });
  return files;
}

async function contentOf(
  agent: Declaration,
  file: Declared,
  host: TargetHost,
  sharedAuth: boolean,
): Promise<JsonRecord> {
  const users = file.from !== undefined && sharedAuth
    ? parseRecord(await host.readText(configPath(file.from, agent.config, host), MAX_BYTES))
    : undefined;
  if (file.only_with === "login" && users === undefined) return {};
  const taken = (file.keys ?? []).map((key) => [key, at(users, key)] as const);
  return { ...present(Object.fromEntries(taken)), ...file.set };
}
