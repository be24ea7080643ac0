/**
 * What a new home gets of an agent's own: what spares the user the first questions.
 *
 * @module
 */

import { isRecord, type JsonRecord, parseRecord, present, toText } from "../json.ts";
import { configPath } from "../moved.ts";
import type { AgentInstall, HomeFile, TargetHost } from "../target.ts";
import { keysOf } from "./auth.ts";
import { at, namesOf } from "./key_path.ts";
import { launcherOf } from "./launcher.ts";
import type { Declaration } from "./schema.ts";

type Declared = NonNullable<Declaration["home"]>[number];

/** Such files grow with use; above this one is not read, and the agent asks its first questions again. */
const MAX_BYTES = 32 * 1024 * 1024;

/** What a home has of the user's login. */
interface HomeLogin {
  readonly sharedAuth: boolean;
  /** What stands in the box in the place of keys, by their variables, where it has no login itself. */
  readonly placeholders?: Readonly<Record<string, string>>;
}

/** The files. */
export async function homeFilesOf(
  agent: Declaration,
  install: AgentInstall | undefined,
  host: TargetHost,
  login: HomeLogin,
): Promise<readonly HomeFile[]> {
  const files: HomeFile[] = [];
  for (const file of agent.home ?? []) {
    files.push({
      path: file.path,
      content: file.text ?? toText(await contentOf(agent, file, host, login)),
      mode: Number.parseInt(file.mode ?? "600", 8),
      when: file.when ?? "create",
      ...(login.placeholders && file.guarded ? { without: file.guarded } : {}),
    });
  }
  const launcher = launcherOf(agent, install);
  if (launcher) files.push({ ...launcher, mode: 0o755, when: "replace" });
  return files;
}

async function contentOf(
  agent: Declaration,
  file: Declared,
  host: TargetHost,
  { sharedAuth, placeholders }: HomeLogin,
): Promise<JsonRecord> {
  const users = file.from !== undefined && sharedAuth
    ? parseRecord(await host.readText(configPath(file.from, agent.config, host), MAX_BYTES))
    : undefined;
  const ends = file.approved_keys && sharedAuth
    ? await keyEnds(agent, host, file.approved_keys.characters, placeholders)
    : [];
  if (file.only_with === "login" && users === undefined && ends.length === 0) return {};
  const kept = (key: string) => !placeholders || !(file.guarded ?? []).includes(key);
  const taken = (file.keys ?? []).filter(kept).map((key) => [key, at(users, key)] as const);
  const content: JsonRecord = { ...present(Object.fromEntries(taken)), ...file.set };
  // One that the user was asked about is there already, with the answer.
  const asked = JSON.stringify(content);
  const fresh = ends.filter((end) => !asked.includes(JSON.stringify(end)));
  return fresh.length === 0 ? content : added(content, namesOf(file.approved_keys!.at), fresh);
}

/** The ends of the keys that are the user's login: where there is another one, none is. */
async function keyEnds(
  agent: Declaration,
  host: TargetHost,
  characters: number,
  placeholders: HomeLogin["placeholders"],
): Promise<readonly string[]> {
  const keys = (await keysOf(agent, host)).map((name) =>
    placeholders ? placeholders[name] : host.variable(name)
  );
  return keys.flatMap((key) => key === undefined ? [] : [key.slice(-characters)]);
}

/** An object with more in a list of it. */
function added(record: JsonRecord, [name, ...rest]: readonly string[], more: readonly string[]): JsonRecord {
  const there = record[name!];
  const value = rest.length > 0
    ? added(isRecord(there) ? there : {}, rest, more)
    : [...Array.isArray(there) ? there : [], ...more];
  return { ...record, [name!]: value };
}
