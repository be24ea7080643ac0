/**
 * What of a project's Dockerfile is built: the stages up to the one that is wanted, with the arguments that the project gives, and
 * without what would take the build out of its place.
 *
 * The Dockerfile is hostile input, and builds had holes: mounts of other images' folders have led to the host, a cache is shared by all
 * projects, and other places than registries can be named as images. Arguments are written into the text, since a command line can be
 * read by all users.
 *
 * @module
 */

import { shellQuote } from "../../host/ui/text.ts";
import { parseImageName, qualified } from "../../rig/image_name.ts";
import {
  badDockerfile,
  type Instruction,
  oneOf,
  readInstructions,
  writeInstructions,
} from "./instructions.ts";
import { checkedAdd } from "./added.ts";
import { checkedRun } from "./run_mounts.ts";
import { sourcesOf } from "./sources.ts";

/** What the file asks for. */
export interface DockerfileOptions {
  readonly args: Readonly<Record<string, string>>;
  /** The last stage that is built; left out: the last one. */
  readonly target?: string | undefined;
  /** The reference under which an image that is called so is here. */
  readonly local?: (reference: string) => string | undefined;
}

/** A Dockerfile that may be built. */
export interface CheckedDockerfile {
  readonly text: string;
  /** What it takes of its context, as paths below it; `undefined`: there is no telling, it may take all. */
  readonly sources: readonly string[] | undefined;
}

/** Images with what other projects and boxes have in them. Whoever approves a Dockerfile is not shown its images. */
const OF_OTHERS = /^localhost\/kanibako-(dev-|kept\/)/;
/** Longest text that variables in a word stand for. */
const LONGEST_ARGUMENT = 2000;
/** Options of instructions. Of those of RUN, see {@link checkedRun}. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  FROM: ["platform"],
  COPY: ["from", "chown", "chmod", "link", "parents", "exclude"],
  ADD: ["chown", "chmod", "link", "checksum", "exclude", "unpack"],
};

/** Checks and writes it again. Throws `bad-dockerfile`. */
export function checkDockerfile(text: string, options: DockerfileOptions): CheckedDockerfile {
  const stages: string[] = [];
  const known: Record<string, string> = { ...options.args };
  const wanted = options.target?.toLowerCase();
  const written: Instruction[] = [];
  let found = wanted === undefined;
  for (const instruction of readInstructions(text)) {
    if (instruction.word === "FROM") {
      if (wanted !== undefined && found) break;
      const from = checkedFrom(instruction, known, stages, options);
      found ||= from.name === wanted || String(stages.length) === wanted;
      stages.push(from.name ?? "");
      written.push(from.instruction);
      continue;
    }
    if (stages.length === 0 && instruction.word !== "ARG") throw badDockerfile("it does not begin with FROM");
    const checked = checkedInstruction(instruction, stages, options);
    if (stages.length === 0) noteDefaults(checked, known);
    written.push(checked);
  }
  if (stages.length === 0) throw badDockerfile("it has no FROM");
  if (!found) throw badDockerfile(`it has no stage ${shellQuote(options.target!)}`);
  return { text: writeInstructions(written), sources: sourcesOf(written) };
}

function checkedInstruction(
  given: Instruction,
  stages: readonly string[],
  options: DockerfileOptions,
): Instruction {
  checkFlags(given);
  switch (given.word) {
    case "RUN":
      return checkedRun(given);
    case "COPY": {
      const flags = given.flags.map((flag) =>
        flag.startsWith("--from=") ? `--from=${sourceImage(flag.slice(7), stages, options)}` : flag
      );
      return { ...given, flags };
    }
    case "ADD":
      return checkedAdd(given);
    case "ARG":
      return { ...given, rest: withValues(given.rest, options.args) };
    case "ONBUILD": {
      const inner = checkedInstruction(oneOf(given.rest), stages, options);
      return { ...given, rest: writeInstructions([inner]).trimEnd() };
    }
    default:
      return given;
  }
}

function checkFlags({ word, flags }: Instruction): void {
  if (word === "RUN") return;
  for (const flag of flags) {
    const name = flag.slice(2).split("=")[0]!;
    if (!(OPTIONS[word] ?? []).includes(name)) throw badDockerfile(`${word} has the option --${name}`);
  }
}

function checkedFrom(
  given: Instruction,
  known: Readonly<Record<string, string>>,
  stages: readonly string[],
  options: DockerfileOptions,
): { readonly instruction: Instruction; readonly name: string | undefined } {
  checkFlags(given);
  const words = given.rest.split(/\s+/);
  const [image, as, name] = words;
  if (!image || (words.length !== 1 && (words.length !== 3 || !/^as$/i.test(as!)))) {
    throw badDockerfile(`${shellQuote(`FROM ${given.rest}`)} cannot be read`);
  }
  if (name !== undefined && !/^[A-Za-z][A-Za-z0-9_.-]*$/.test(name)) {
    throw badDockerfile(`${shellQuote(name)} is no name of a stage`);
  }
  const source = sourceImage(expanded(image, known), stages, options);
  return {
    instruction: { ...given, rest: [source, ...(name === undefined ? [] : ["AS", name])].join(" ") },
    name: name?.toLowerCase(),
  };
}

/** A stage before, or an image by its name: archives and folders can be written in the same place. */
function sourceImage(word: string, stages: readonly string[], { local }: DockerfileOptions): string {
  if (
    word === "scratch" || stages.includes(word.toLowerCase()) ||
    (/^\d+$/.test(word) && Number(word) < stages.length)
  ) {
    return word;
  }
  if (!parseImageName(word)) throw badDockerfile(`${shellQuote(word)} is no image's name`);
  const reference = local?.(word) ?? qualified(word);
  if (!OF_OTHERS.test(reference)) return reference;
  throw badDockerfile(`the image ${shellQuote(word)} was made for one project or box, and only that has it`);
}

/** `$NAME`, `${NAME}`, `${NAME:-VALUE}` and `${NAME:+VALUE}`. Arguments made of arguments grow, and a few lines could fill all memory. */
function expanded(word: string, known: Readonly<Record<string, string>>): string {
  let length = 0;
  const counted = (text: string) => {
    length += text.length;
    if (length <= LONGEST_ARGUMENT) return text;
    throw badDockerfile(`an argument is longer than ${LONGEST_ARGUMENT} characters`);
  };
  return word.replace(
    /\$(?:(\w+)|\{(\w+)(?::([-+])([^{}]*))?\})/g,
    (_, plain: string | undefined, braced: string | undefined, sign: string | undefined, other = "") => {
      const name = plain ?? braced!;
      const value = Object.hasOwn(known, name) ? known[name]! : "";
      if (sign === "+") return counted(value === "" ? "" : other);
      return counted(sign === "-" && value === "" ? other : value);
    },
  );
}

/** Takes the defaults of arguments before the first stage, for the names of images. */
function noteDefaults({ rest }: Instruction, known: Record<string, string>): void {
  for (const word of wordsOf(rest)) {
    const equals = word.indexOf("=");
    const name = word.slice(0, equals < 0 ? undefined : equals);
    if (equals > 0 && !Object.hasOwn(known, name)) {
      known[name] = expanded(unquoted(word.slice(equals + 1)), known);
    }
  }
}

function withValues(rest: string, args: Readonly<Record<string, string>>): string {
  return wordsOf(rest).map((word) => {
    const name = word.split("=")[0]!;
    return Object.hasOwn(args, name) ? `${name}=${quoted(args[name]!)}` : word;
  }).join(" ");
}

/** The words of a line; quotes keep blanks together, and stay. */
function wordsOf(line: string): readonly string[] {
  return line.match(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/g) ?? [];
}

function unquoted(word: string): string {
  return word.replace(
    /"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/g,
    (_, double, single, plain) => double?.replace(/\\(.)/g, "$1") ?? single ?? plain,
  );
}

function quoted(value: string): string {
  if (/[\r\n]/.test(value)) throw badDockerfile("an argument has more than one line");
  return `"${value.replace(/[\\"$]/g, "\\$&")}"`;
}
