/**
 * The words of one command, brought into the one spelling the parser knows: abbreviations and other spellings become
 * the flag's own name, of a repeated option the last counts, `-eA=1` and `--env=A=1` and `-e A=1` are the same.
 *
 * @module
 */

import { UsageError } from "../host/error.ts";
import { nearest } from "../host/ui/text.ts";
import { type Command, optionName } from "./command.ts";

/** The words of a command, in order and in one spelling. */
export interface Arguments {
  /** Options by flag name, their values in order; `true` for one without a value. */
  readonly options: ReadonlyMap<string, readonly (string | true)[]>;
  /** The words that are not options. */
  readonly words: readonly string[];
  /** `--help` or `-h` was among them. */
  readonly help: boolean;
}

/** What `-p` and `--project` are noted as; not a flag of any command. */
const PROJECT = "(project)";

/** Takes the words of a command apart. Throws a `UsageError` for an unknown or incomplete option. */
export function takeArguments(command: Command, tokens: readonly string[]): Arguments {
  const spellings = longSpellings(command);
  const options = new Map<string, (string | true)[]>();
  const words: string[] = [];
  const add = (flag: string, value: string | true) => {
    const repeatable = Boolean(command.flags[flag]?.variadic);
    options.set(flag, repeatable ? [...(options.get(flag) ?? []), value] : [value]);
  };
  const takesValue = (flag: string) => flag === PROJECT || command.flags[flag]?.kind !== "boolean";

  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    const value = (shown: string, attached: string | undefined): string => {
      if (attached !== undefined) return attached;
      const next = tokens[at + 1];
      if (next === undefined || (next.startsWith("-") && next !== "-")) {
        throw new UsageError(`Option ${shown} needs a value.`, {
          ...(next === undefined ? {} : { hint: `For a value that begins with a dash: ${shown}=${next}` }),
        });
      }
      at++;
      return next;
    };
    if (token === "--") {
      words.push(...tokens.slice(at + 1));
      break;
    }
    if (token === "--help" || token === "-h") return { options, words, help: true };
    if (token.startsWith("--")) {
      const equals = token.indexOf("=");
      const given = equals < 0 ? token.slice(2) : token.slice(2, equals);
      const attached = equals < 0 ? undefined : token.slice(equals + 1);
      const flag = longFlag(given, spellings);
      if (flag === "help") return { options, words, help: true };
      if (takesValue(flag)) add(flag, value(`--${given}`, attached));
      else if (attached === undefined) add(flag, true);
      else throw new UsageError(`Option --${given} takes no value.`);
      continue;
    }
    if (token.startsWith("-") && token !== "-") {
      for (let letter = 1; letter < token.length; letter++) {
        const flag = shortFlag(token[letter]!, token, command);
        if (!takesValue(flag)) {
          add(flag, true);
          continue;
        }
        const attached = token.slice(letter + 1).replace(/^=/, "");
        add(flag, value(`-${token[letter]}`, token.length > letter + 1 ? attached : undefined));
        break;
      }
      continue;
    }
    words.push(token);
  }
  const project = options.get(PROJECT)?.[0];
  options.delete(PROJECT);
  if (typeof project === "string") words.unshift(project);
  checkExclusive(command, options);
  return { options, words, help: false };
}

/** Every long spelling of a command's flags, `help` included. */
export function longSpellings(command: Command): Map<string, string> {
  const spellings = new Map<string, string>([["help", "help"]]);
  for (const flag of Object.keys(command.flags)) spellings.set(optionName(flag), flag);
  for (const [spelling, flag] of Object.entries(command.spellings)) spellings.set(spelling, flag);
  if (command.projectOption) spellings.set("project", PROJECT);
  return spellings;
}

function longFlag(given: string, spellings: ReadonlyMap<string, string>): string {
  const exact = spellings.get(given);
  if (exact !== undefined) return exact;
  const matches = given === "" ? [] : [...spellings.keys()].filter((name) => name.startsWith(given));
  const flags = new Set(matches.map((name) => spellings.get(name)!));
  if (flags.size === 1) return spellings.get(matches[0]!)!;
  if (flags.size > 1) {
    throw new UsageError(`Option "--${given}" could be ${matches.map((name) => `--${name}`).join(" or ")}.`);
  }
  const meant = nearest(given, spellings.keys());
  throw new UsageError(`There is no option "--${given}".`, {
    ...(meant === undefined ? {} : { hint: `Did you mean --${meant}?` }),
  });
}

function shortFlag(letter: string, token: string, command: Command): string {
  const flag = command.projectOption && letter === "p" ? PROJECT : command.short[letter];
  if (flag !== undefined) return flag;
  throw new UsageError(
    token.length === 2
      ? `There is no option "${token}".`
      : `There is no option "-${letter}" (in "${token}").`,
  );
}

function checkExclusive(command: Command, options: ReadonlyMap<string, unknown>): void {
  for (const group of command.exclusive) {
    const given = group.filter((flag) => options.has(flag)).map((flag) => `--${optionName(flag)}`);
    if (given.length > 1) throw new UsageError(`Options ${given.join(" and ")} exclude each other.`);
  }
}
