/**
 * The files that may say something about a run: the one that `--config` names, a template's, and that of the project.
 *
 * @module
 */

import { KanibakoError, UsageError } from "../../host/error.ts";
import { openTree, type Tree } from "../../host/tree/tree.ts";
import { quotePath } from "../../host/ui/quote_path.ts";
import { enumerated, nearest, shellQuote } from "../../host/ui/text.ts";
import { templateName } from "../aliases.ts";
import { MOST_CONFIG_BYTES, readAgentkernel, type Said } from "./agentkernel.ts";
import { filesOf } from "./files.ts";
import type { ChooseInput, RunFile } from "./types.ts";

/** The file of a project. */
export const PROJECT_FILE = "agentkernel.toml";

/** What a file says, with the content of the files it names. */
export interface Source {
  readonly said: Said;
  readonly files: readonly RunFile[];
}

/** Reads the file that the user names. Throws `no-config` where there is none. */
export async function givenSource(path: string): Promise<Source> {
  const slash = path.lastIndexOf("/");
  using folder = openFolder(path.slice(0, slash) || "/", path);
  const source = await sourceIn(folder, path.slice(slash + 1), path);
  if (source) return source;
  throw noFile(path);
}

/** Reads the file of the project; `undefined` where there is none. */
export async function projectSource(folder: Tree): Promise<Source | undefined> {
  return await sourceIn(folder, PROJECT_FILE, PROJECT_FILE);
}

/** Whether a word names a template's file and not a template. */
export function isTemplateFile(word: string): boolean {
  return word.includes("/") || word.endsWith(".toml");
}

/** The name of a template, or the path of its file, that a word means. Throws for one that there is not, and for what is not fetched. */
export async function checkTemplate(word: string, templates: ChooseInput["templates"]): Promise<string> {
  if (/^[a-z][a-z0-9+.-]*:/i.test(word)) {
    throw new UsageError(`Cannot use the template ${shellQuote(word)}: no template is fetched for a run.`, {
      hint: "Download the file, look at it, and name it: --template ./FILE.toml",
    });
  }
  if (isTemplateFile(word)) return word;
  const name = templateName(word);
  const known = await templates();
  if (known.includes(name)) return name;
  const near = nearest(word, known);
  throw new KanibakoError("no-template", `There is no template ${shellQuote(word)}.`, {
    exitCode: 2,
    hint: [
      ...near === undefined ? [] : [`Did you mean ${near}?`],
      `Templates: ${enumerated([...known].sort())}. A file is named with a path: ./FILE.toml`,
    ],
  });
}

async function sourceIn(folder: Tree, name: string, path: string): Promise<Source | undefined> {
  const content = folder.readFile(name, MOST_CONFIG_BYTES);
  if (!content) return undefined;
  const said = await readAgentkernel(new TextDecoder().decode(content), path);
  return { said, files: filesOf(said.files, folder, path) };
}

function openFolder(folder: string, path: string): Tree {
  try {
    return openTree(folder);
  } catch (error) {
    if (error instanceof KanibakoError && error.code === "cannot-open") throw noFile(path);
    throw error;
  }
}

function noFile(path: string): KanibakoError {
  return new KanibakoError("no-config", `There is no file ${quotePath(path)}.`, { exitCode: 2 });
}
