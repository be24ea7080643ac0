/**
 * The text of a prompt, from a file or from standard input.
 *
 * A file of a project, or of any folder that a box can write, is read by handle and through no symlink: a box may have put one there
 * that leads to a file it must not read, and what is read here goes into a box.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { absolutePath, normalPath } from "../../host/path.ts";
import { cannot } from "../../host/store.ts";
import { goCarefully } from "../../host/tree/careful_way.ts";
import { openTree } from "../../host/tree/tree.ts";
import { quotePath } from "../../host/ui/quote_path.ts";
import { type BoxFolders, boxFolders } from "../../plan/box_folders.ts";
import { isWithin } from "../../project/layout.ts";
import { locateProject } from "../../project/locate.ts";

/** More names on the way to a file than any has. */
const MOST_STEPS = 4096;
/** The longest prompt, in bytes. */
const MOST_BYTES = 8 * 1024 * 1024;

/** Reads all of standard input. Throws `bad-prompt` and `too-large`. */
export async function promptFromInput(
  input: ReadableStream<Uint8Array> = Deno.stdin.readable,
): Promise<string> {
  return checkedPrompt(await allOf(input, "standard input"), "standard input");
}

/** Reads a file. Throws `cannot-read`, `unsafe-tree`, `bad-prompt` and `too-large`. */
export async function promptFromFile(host: Host, file: string, cwd: string): Promise<string> {
  const path = normalPath(absolutePath(file, cwd));
  const place = await projectPlace(host, path);
  return checkedPrompt(place ? inTree(path, place) : await elsewhere(host, path), quotePath(path));
}

/** A file in a folder of a project. */
interface ProjectPlace {
  readonly root: string;
  readonly below: string;
}

/**
 * Where on the way to a file a project begins: from there on a box may have made it. Links before that are followed one by one, as one
 * of them may lead into a project, and there through a link that a box has made.
 */
async function projectPlace(host: Host, path: string): Promise<ProjectPlace | undefined> {
  const ahead = path.split("/");
  let at = "";
  for (let steps = 0; ahead.length > 0 && steps < MOST_STEPS; steps++) {
    const name = ahead.shift()!;
    if (name === "" || name === ".") continue;
    if (name === "..") {
      at = at.slice(0, at.lastIndexOf("/"));
      continue;
    }
    const link = await Deno.readLink(`${at}/${name}`).catch(() => undefined);
    if (link !== undefined) {
      if (link.startsWith("/")) at = "";
      ahead.unshift(...link.split("/"));
      continue;
    }
    at += `/${name}`;
    const project = await locateProject(host, at, "/").catch(() => undefined);
    if (project?.exists && isWithin(at, project.path) && ahead.length > 0) {
      return {
        root: project.path,
        below: normalPath(`${at}/${ahead.join("/")}`).slice(project.path.length + 1),
      };
    }
  }
  return undefined;
}

/** What lies in no project: in a share or a vault, a box may have made it all the same. */
async function elsewhere(host: Host, path: string): Promise<Uint8Array> {
  // What a shell hands over is no file of a box, and its links lead to no path.
  if (/^\/(?:dev|proc)\//.test(path)) return await outside(path);
  let folders: BoxFolders | undefined;
  const canWrite = async (folder: string) => (folders ??= await boxFolders(host)).canWrite(folder);
  const found = await goCarefully({
    from: "/",
    path: path.slice(1),
    make: false,
    mayFollow: async (folder) => !await canWrite(folder),
  });
  if (!found) throw cannot("read", path, new Deno.errors.NotFound());
  using folder = found.folder;
  return await canWrite(folder.shown)
    ? inTree(path, { root: folder.path, below: found.name })
    : await outside(`${folder.path}/${found.name}`, path);
}

function inTree(path: string, { root, below }: ProjectPlace): Uint8Array {
  using tree = openTree(root);
  const content = tree.readFile(below, MOST_BYTES);
  if (content) return content;
  throw cannot("read", path, new Deno.errors.NotFound());
}

/** It may be a pipe, as a shell makes them. */
async function outside(at: string, path = at): Promise<Uint8Array> {
  try {
    // Its stream closes it.
    return await allOf((await Deno.open(at)).readable, quotePath(path));
  } catch (error) {
    throw error instanceof KanibakoError ? error : cannot("read", path, error);
  }
}

/** All that comes. Throws `too-large`. */
async function allOf(input: ReadableStream<Uint8Array>, from: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of input) {
    length += piece.length;
    if (length > MOST_BYTES) {
      throw new KanibakoError("too-large", `Cannot use ${from} as a prompt: it is larger than 8 MiB.`);
    }
    pieces.push(piece);
  }
  return await new Blob(pieces as Uint8Array<ArrayBuffer>[]).bytes();
}

/** A text that an agent can work on. Throws `bad-prompt`. */
function checkedPrompt(content: Uint8Array, from: string): string {
  try {
    return usablePrompt(new TextDecoder("utf-8", { fatal: true }).decode(content), from);
  } catch (error) {
    if (error instanceof KanibakoError) throw error;
    throw new KanibakoError("bad-prompt", `Cannot use ${from} as a prompt: it is not UTF-8 text.`);
  }
}

/** The text itself, if there is anything in it. Throws `bad-prompt`. */
export function usablePrompt(text: string, from: string): string {
  if (text.trim() !== "") return text;
  throw new KanibakoError("bad-prompt", `The prompt from ${from} is empty.`, { exitCode: 2 });
}
