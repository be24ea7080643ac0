/**
 * What a command of the user's needs to be there: its program, and the files it names. The text is looked at as a shell would read it,
 * as far as that goes without being one; what depends on a variable nobody knows here is left.
 *
 * @module
 */

import { BOX_HOME } from "../../spec/box_paths.ts";

/** Something a command needs in a box. */
export interface Need {
  /** `program`: to be run, by its name or its path; `file`: a path among its words; `brought`: a file of ours, as it was brought. */
  readonly kind: "program" | "file" | "brought";
  readonly word: string;
}

/** Words that run the next one. */
const RUNNERS: readonly string[] = ["exec", "env", "command", "nohup", "nice", "time", "sudo", "builtin"];
/** Words of a shell's own. */
const BUILTINS: readonly string[] =
  "cd echo test [ true false printf read set export if then else fi while do done for case esac exit return . source eval : ! { } [["
    .split(" ");
const ENDS = /^(?:&&|\|\||[;|&()\n]|;;|\|&)$/;
const ASSIGNMENT = /^[A-Za-z_]\w*=/;
/** Places that every box has, or that are made when they are written. */
const EVERYWHERE = /^\/(?:dev|proc|sys|tmp)(?:\/|$)/;
const PRINTABLE = /^[^\p{Cc}\s]+$/u;
const MOST_WORDS = 200;

/** What a command line, or the words of a command, needs. */
export function needsOf(command: unknown): Need[] {
  if (typeof command === "string") return needsOfWords(shellWords(command));
  if (Array.isArray(command)) {
    return needsOfWords(command.filter((word) => typeof word === "string").map((word) => literal(word)));
  }
  return [];
}

/** What a server needs: its command and arguments, in the ways in which agents write them. */
export function needsOfServer(server: Readonly<Record<string, unknown>>): Need[] {
  const { command, args, cmd } = server;
  const program = command ?? cmd;
  if (Array.isArray(program)) return needsOf(program);
  if (typeof program !== "string") return []; // one that is reached over the network
  return needsOf([program, ...Array.isArray(args) ? args as unknown[] : []]);
}

/** A word; `undefined`: what it is depends on a variable. */
type Word = string | undefined;

function needsOfWords(words: readonly Word[]): Need[] {
  const needs: Need[] = [];
  let first = true;
  for (let index = 0; index < Math.min(words.length, MOST_WORDS); index++) {
    const word = words[index];
    if (word === undefined) {
      first = false;
      continue;
    }
    if (ENDS.test(word)) {
      first = true;
      continue;
    }
    if (/^\d*[<>]/.test(word)) {
      // Where something is written to, or read from: `>x`, or `> x`.
      if (/^\d*(?:[<>]{1,3}|>&|>\|)$/.test(word)) index++;
      continue;
    }
    if (first) {
      if (ASSIGNMENT.test(word) || RUNNERS.includes(word)) continue;
      first = false;
      if (!BUILTINS.includes(word) && !EVERYWHERE.test(word) && PRINTABLE.test(word)) {
        needs.push({ kind: "program", word });
      }
      continue;
    }
    const path = word.startsWith("-") ? word.slice(word.indexOf("=") + 1) : word;
    if (/^\/[\w.@+-]+(?:\/[\w.@+-]+)+$/.test(path) && !EVERYWHERE.test(path)) {
      needs.push({ kind: "file", word: path });
    }
  }
  return needs;
}

/** The words of a command line; operators are words of their own. */
function shellWords(line: string): Word[] {
  const words: Word[] = [];
  const token =
    /(&&|\|\||;;|\|&|[;|&()\n])|(\d*(?:>>|>&|<<<|<<|[<>])&?)|((?:"(?:[^"\\]|\\[\s\S])*"|'[^']*'|\\[\s\S]|[^\s;|&()<>"'\\])+)|\s+|./g;
  for (const [, operator, redirection, word] of line.slice(0, 16_384).matchAll(token)) {
    if (operator !== undefined) words.push(operator);
    else if (redirection !== undefined) words.push(redirection);
    else if (word !== undefined) words.push(plain(word));
  }
  return words;
}

/** A word of a shell, its quotes taken away. */
function plain(word: string): Word {
  let text = "";
  for (const [part] of word.matchAll(/"(?:[^"\\]|\\[\s\S])*"|'[^']*'|\\[\s\S]|[^"'\\]+/g)) {
    if (part.startsWith("'")) text += part.slice(1, -1).replaceAll("$", "\0");
    else if (part.startsWith('"')) {
      text += part.slice(1, -1).replace(/\\(["\\`])/g, "$1").replaceAll("\\$", "\0");
    } else if (part.startsWith("\\")) text += part.slice(1).replace("$", "\0");
    else text += part;
  }
  const known = literal(text);
  return known?.replaceAll("\0", "$");
}

function literal(word: string): Word {
  const known = word.replace(/^~(?=\/|$)/, BOX_HOME).replace(/\$(?:HOME\b|\{HOME\})/g, () => BOX_HOME);
  return /[$`]/.test(known) ? undefined : known;
}
