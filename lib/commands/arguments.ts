/**
 * Takes the words of one command apart: which are options, which are values, which are neither.
 *
 * The parser is our own because the command line keeps habits that the libraries at hand lack or contradict: long options
 * may be cut short, the last of a repeated option counts, one option has several long names, `-eA=1`, `-e A=1` and
 * `--env=A=1` are the same, and `-p DIR` stands for a word.
 *
 * @module
 */

import { UsageError } from "../host/error.ts";
import { nearest } from "../host/ui/text.ts";
import { type Command, optionName } from "./command.ts";

/** The words of a command, taken apart. */
export interface Arguments {
  /** Options by flag name, their values in order; `true` for one without a value. */
  readonly options: ReadonlyMap<string, readonly (string | true)[]>;
  /** The words that are not options. */
  readonly words: readonly string[];
  /** `--help` or `-h` was among them. */
  readonly help: boolean;
  /** `--verbose` or `-v` was among those of a command whose options end at the first word. */
  readonly verbose?: true;
}

/** What `-p` and `--project` are noted as; not a flag of any command. */
const PROJECT = "(project)";

/** Takes the words of a command apart. Throws a `UsageError` for an unknown or incomplete option. */
export function takeArguments(command: Command, tokens: readonly string[]): Arguments {
  const options = new Map<string, (string | true)[]>();
  const words: string[] = [];
  const add = (flag: string, value: string | true) => {
    const earlier = command.flags[flag]?.kind === "list" ? options.get(flag) ?? [] : [];
    options.set(flag, [...earlier, value]);
  };
  let at = 0;
  let verbose = false;
  const value = (shown: string, attached: string | undefined): string => {
    if (attached !== undefined) return attached;
    const next = tokens[at];
    if (next === undefined || (next.startsWith("-") && next !== "-")) {
      throw new UsageError(
        `Option ${shown} needs a value.`,
        next === undefined ? {} : { hint: `For a value that begins with a dash: ${shown}=${next}` },
      );
    }
    at++;
    return next;
  };

  while (at < tokens.length) {
    const token = tokens[at++]!;
    if (token === "--") {
      words.push(...tokens.slice(at));
      break;
    }
    if (command.optionsFirst && (token === "-v" || token === "--verbose")) {
      verbose = true;
    } else if (token === "-" || !token.startsWith("-")) {
      words.push(token);
      if (command.optionsFirst) words.push(...tokens.slice(at, at = tokens.length));
    } else if (token.startsWith("--")) {
      const [, given, attached] = token.match(/^--([^=]*)(?:=([^]*))?$/)!;
      const flag = longFlag(given!, command);
      if (flag === "help") return { options, words, help: true };
      if (takesValue(command, flag)) add(flag, value(`--${given}`, attached));
      else if (attached === undefined) add(flag, true);
      else throw new UsageError(`Option --${given} takes no value.`);
    } else {
      // `-Nix`: letters without a value, then one that may have the rest for its value.
      for (let letter = 1; letter < token.length; letter++) {
        const flag = shortFlag(token[letter]!, token, command);
        if (flag === "help") return { options, words, help: true };
        if (takesValue(command, flag)) {
          const attached = token.slice(letter + 1).replace(/^=/, "");
          add(flag, value(`-${token[letter]}`, token.length > letter + 1 ? attached : undefined));
          break;
        }
        add(flag, true);
      }
    }
  }
  const project = options.get(PROJECT)?.[0];
  options.delete(PROJECT);
  if (typeof project === "string") words.unshift(project);
  checkExclusive(command, options);
  return { options, words, help: false, ...(verbose ? { verbose } : {}) };
}

/** The flag an option's spelling stands for, `help` included; `undefined` for an unknown one. Not for abbreviations. */
export function flagOf(command: Command, option: string): string | undefined {
  if (option.startsWith("--")) return longSpellings(command).get(option.slice(2));
  return option.length === 2 && option.startsWith("-") ? shortSpellings(command)[option[1]!] : undefined;
}

/** Whether a flag that {@link flagOf} found takes a value. */
export function takesValue(command: Command, flag: string): boolean {
  return flag === PROJECT || (flag !== "help" && command.flags[flag]?.kind !== "toggle");
}

/** Every long spelling of a command's flags, `help` included. */
function longSpellings(command: Command): ReadonlyMap<string, string> {
  const older = Object.entries(command.older).filter(([spelling]) => spelling.length > 1);
  return new Map([
    ["help", "help"],
    ...Object.keys(command.flags).map((flag): [string, string] => [optionName(flag), flag]),
    ...Object.entries(command.spellings),
    ...older,
    ...(command.projectOption ? [["project", PROJECT] as const] : []),
  ]);
}

function shortSpellings(command: Command): Readonly<Record<string, string>> {
  return Object.assign(
    Object.create(null),
    { h: "help" },
    command.projectOption ? { p: PROJECT } : {},
    command.older,
    command.short,
  );
}

function longFlag(given: string, command: Command): string {
  const spellings = longSpellings(command);
  const exact = spellings.get(given);
  if (exact !== undefined) return exact;
  const matches = given === "" ? [] : [...spellings.keys()].filter((name) => name.startsWith(given));
  const flags = new Set(matches.map((name) => spellings.get(name)!));
  if (flags.size === 1) return spellings.get(matches[0]!)!;
  if (flags.size > 1) {
    throw new UsageError(
      `Option --${given} is ambiguous: ${matches.map((name) => `--${name}`).join(" or ")}.`,
    );
  }
  const meant = nearest(given, spellings.keys());
  throw new UsageError(
    `Unknown option --${given}.`,
    meant === undefined ? {} : { hint: `Did you mean --${meant}?` },
  );
}

function shortFlag(letter: string, token: string, command: Command): string {
  const flag = shortSpellings(command)[letter];
  if (flag !== undefined) return flag;
  throw new UsageError(`Unknown option -${letter}${token.length === 2 ? "" : ` in ${token}`}.`);
}

function checkExclusive(command: Command, options: ReadonlyMap<string, unknown>): void {
  for (const group of command.exclusive) {
    const given = group.filter((flag) => options.has(flag)).map((flag) => `--${optionName(flag)}`);
    if (given.length > 1) throw new UsageError(`Options ${given.join(" and ")} cannot be used together.`);
  }
}
