/**
 * The user's own agents: `NAME.toml` or `NAME/agent.toml` in the folder `plugins`.
 *
 * @module
 */

import { KanibakoError } from "../lib/host/error.ts";
import { isFile } from "../lib/host/path.ts";
import { cannot, readText } from "../lib/host/store.ts";
import { quotePath } from "../lib/host/ui/quote_path.ts";
import { checkedDeclaration } from "./declared/checked.ts";
import type { Declaration } from "./declared/schema.ts";
import { type KnownPlugins, type Plugin, type PluginProblem, setPlugins } from "./known.ts";

/** Most bytes of a declaration. */
const MAX_DECLARATION = 256 * 1024;
/** Most of them; a folder of others is no folder of agents. */
const MOST = 200;

/** Reads them and makes them known. One that cannot be used is a problem of its own, and of nothing else. `cache`: where what was checked is kept. */
export async function loadPlugins(folder: string, cache: string): Promise<void> {
  const plugins = new Map<string, Plugin>();
  const problems = new Map<string, PluginProblem>();
  const found = new Map<string, readonly string[]>();
  try {
    if (Deno.lstatSync(folder).isSymlink) throw leadsOut(folder);
    for (const [name, files] of candidates(folder)) found.set(name, files);
    for (const name of pythonIn(folder)) problems.set(name, ofPython(name, `${folder}/${name}`));
  } catch (error) {
    const { message, hints } = error instanceof KanibakoError ? error : cannot("read", folder, error);
    problems.set("plugins", { name: "plugins", file: folder, message, hints });
  }
  for (const [name, files] of found) {
    const [file, other] = files;
    try {
      if (other === undefined) assertInside(file!, folder);
      if (other !== undefined) {
        throw new KanibakoError(
          "bad-plugin",
          `${quotePath(file!)} and ${quotePath(other)} both declare ${name}.`,
          {
            hint: "Remove one of them.",
          },
        );
      }
      plugins.set(name, { declaration: await read(name, file!, cache), file: file! });
    } catch (error) {
      if (!(error instanceof KanibakoError)) throw error;
      problems.set(name, { name, file: file!, message: error.message, hints: error.hints });
    }
  }
  setPlugins({ plugins, problems } satisfies KnownPlugins);
}

/** Files that declare an agent, by the name that theirs gives it. */
function candidates(folder: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const entries = [...Deno.readDirSync(folder)].sort((a, b) => a.name < b.name ? -1 : 1);
  for (const { name: entry } of entries.slice(0, MOST)) {
    if (/^[._]/.test(entry)) continue;
    const path = `${folder}/${entry}`;
    const inner = `${path}/agent.toml`;
    const file = entry.endsWith(".toml") ? path : isFile(inner) ? inner : undefined;
    if (file === undefined) continue;
    const name = entry.replace(/\.toml$/, "");
    found.set(name, [...found.get(name) ?? [], file]);
  }
  return found;
}

/** Plugins of the earlier program. */
function pythonIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort().slice(0, MOST)
    .filter((name) => name.endsWith(".py") && !/^[._]/.test(name));
}

/** What is said of one. It goes by its file's name, so that none is taken for an agent of this program. */
function ofPython(name: string, file: string): PluginProblem {
  return {
    name,
    file,
    message: "it is a plugin of the earlier Python program; here an agent is described by a file agent.toml",
    hints: ["To describe the agent: docs/agents/write-your-own.md", "To add it: kanibako crab add FILE"],
  };
}

async function read(name: string, file: string, cache: string): Promise<Declaration> {
  const info = statOf(file);
  if (!info.isFile || info.size > MAX_DECLARATION) {
    throw new KanibakoError("bad-plugin", `Cannot use ${quotePath(file)}: it is no file of at most 256 KiB.`);
  }
  assertOwn(file, info);
  return await checkedDeclaration({ name, file, text: await readText(file) ?? "", tier: "user" }, cache);
}

function statOf(file: string): Deno.FileInfo {
  try {
    return Deno.statSync(file);
  } catch (error) {
    throw cannot("read", file, error);
  }
}

/** Throws `bad-plugin` for what a link leads elsewhere: a box may write there, and so say what is run on the host. */
export function assertInside(file: string, folder: string): void {
  try {
    if (Deno.realPathSync(file).startsWith(`${Deno.realPathSync(folder)}/`)) return;
  } catch (error) {
    throw cannot("read", file, error);
  }
  throw leadsOut(file);
}

function leadsOut(path: string): KanibakoError {
  return new KanibakoError(
    "bad-plugin",
    `Cannot use ${quotePath(path)}: it is a link that leads elsewhere.`,
    {
      hint: "A box may be able to write there. Put a copy in its place.",
    },
  );
}

/** Throws `bad-plugin` for a file that other users could have written. */
export function assertOwn(file: string, { uid, mode }: Pick<Deno.FileInfo, "uid" | "mode">): void {
  const isOurs = uid === null || uid === 0 || uid === Deno.uid();
  if (isOurs && ((mode ?? 0) & 0o022) === 0) return;
  throw new KanibakoError(
    "bad-plugin",
    `Cannot use ${quotePath(file)}: ${isOurs ? "other users may write it" : "it belongs to another user"}.`,
    { hint: isOurs ? `Run: chmod go-w ${quotePath(file)}` : "Make a copy of your own." },
  );
}
