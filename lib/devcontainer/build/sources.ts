/**
 * What a Dockerfile takes of its context.
 *
 * @module
 */

import type { Instruction } from "./instructions.ts";
import { mountWords } from "./run_mounts.ts";

/** Most paths that each file of the context is compared with. */
const MOST = 1000;

/** Paths below the context, without `.` and `..`; `undefined` where there is no telling, or it is all of it. */
export function sourcesOf(instructions: readonly Instruction[]): readonly string[] | undefined {
  const words = instructions.flatMap(wanted);
  const paths = words.map((word) => /[$*?[\\]/.test(word) ? "" : below(word));
  return paths.includes("") || paths.length > MOST ? undefined : [...new Set(paths)].sort();
}

function wanted({ word, flags, rest }: Instruction): readonly string[] {
  if (word === "RUN") return flags.flatMap(mounted);
  // What another build would do is for that to take.
  if (word !== "COPY" && word !== "ADD") return [];
  if (flags.some((flag) => flag.startsWith("--from="))) return [];
  const words = copied(rest);
  return words.slice(0, -1).filter((source) =>
    !source.startsWith("<<") && !(word === "ADD" && isRemote(source))
  );
}

function copied(rest: string): readonly string[] {
  const { words, isList } = copyWords(rest);
  // Quoted words are as good as a pattern: all is taken.
  return isList ? words : words.map((word) => /["']/.test(word) ? "*" : word);
}

/** The words of COPY and ADD, the last of which is where to; `isList`: they are written as a list. */
export function copyWords(rest: string): { readonly words: readonly string[]; readonly isList: boolean } {
  try {
    const words: unknown = JSON.parse(rest);
    if (Array.isArray(words)) return { words: words.map(String), isList: true };
  } catch { /* it is no list */ }
  return { words: rest.split(/\s+/), isList: false };
}

function mounted(flag: string): readonly string[] {
  const said = mountWords(flag.slice(flag.indexOf("=") + 1));
  if (!flag.startsWith("--mount=") || (said.type ?? "bind") !== "bind") return [];
  return [said.source ?? said.src ?? ""];
}

function isRemote(source: string): boolean {
  return /^(https?|git|ssh):\/\/|^git@/i.test(source);
}

/** As engines take it: nothing leads above the context. */
function below(path: string): string {
  const names: string[] = [];
  for (const name of path.split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return names.join("/");
}
