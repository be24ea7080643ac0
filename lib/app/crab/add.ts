/**
 * Takes a declaration of an agent, and the program it names, among the user's own.
 *
 * @module
 */

import { type Host, pluginFolder } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { absolutePath, exists } from "../../host/path.ts";
import { readText, writeText } from "../../host/store.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { BUILTIN } from "../../../targets/builtin.ts";
import { knownPlugins } from "../../../targets/known.ts";
import { declarationFile } from "./check.ts";

/** What was added. */
export interface Added {
  readonly name: string;
  readonly title: string;
  /** Where it is now. */
  readonly file: string;
  /** Whether an agent of that name comes with this program, and is no longer used. */
  readonly overrides: boolean;
  /** The program that is run on this machine from now on; absent where there is none. */
  readonly program?: string;
}

/** Most bytes of the program beside a declaration. */
const MOST_BYTES = 1024 * 1024;

/**
 * Adds the declaration in a file or folder. `force`: in place of one of the user's own of that name. Throws `agent-exists`, `bad-file`,
 * `bad-plugin`.
 */
export async function addAgent(host: Host, word: string, cwd: string, force: boolean): Promise<Added> {
  const source = declarationFile(absolutePath(word, cwd));
  const text = await readText(source) ?? "";
  const { readDeclaration } = await import("../../../targets/declared/read.ts");
  const { name, title, program } = await readDeclaration(text, source, "user");
  const folder = pluginFolder(host.system.paths);
  const [single, whole] = [`${folder}/${name}.toml`, `${folder}/${name}`];
  const there = [single, whole].find(exists);
  if (there !== undefined && !force) {
    throw new KanibakoError("agent-exists", `There is ${shellQuote(there)} already.`, {
      hint: `To put this one in its place: kanibako crab add --force ${shellQuote(word)}`,
    });
  }
  const beside = program && `${source.slice(0, source.lastIndexOf("/"))}/${program.path}`;
  const content = beside === undefined ? undefined : programAt(beside);
  const file = content === undefined ? single : `${whole}/agent.toml`;
  if (content !== undefined) await writeText(`${whole}/${program!.path}`, content, 0o700);
  await writeText(file, text);
  const other = content === undefined ? whole : single;
  if (exists(other)) await Deno.remove(other, { recursive: true });
  return {
    name,
    title,
    file,
    overrides: BUILTIN.includes(name) && !knownPlugins().plugins.has(name),
    ...(program ? { program: `${whole}/${program.path}` } : {}),
  };
}

/** A script, as text: a program that is larger, or no text, is named by a script. */
function programAt(path: string): string {
  try {
    const info = Deno.statSync(path);
    const bytes = info.isFile && info.size <= MOST_BYTES ? Deno.readFileSync(path) : undefined;
    if (bytes) return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound) && !(error instanceof TypeError)) throw error;
  }
  throw new KanibakoError("bad-plugin", `Cannot add ${shellQuote(path)}: it is no script of at most 1 MiB.`, {
    hint: "A declaration names a script beside it, which may start any program.",
  });
}
