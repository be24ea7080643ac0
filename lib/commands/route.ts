/**
 * Which command a command line means. Pure.
 *
 * @module
 */

import { UsageError } from "../host/error.ts";
import { nearest } from "../host/ui/text.ts";
import type { Command } from "./command.ts";
import { wordHint } from "./word_hint.ts";
import { wordsToday } from "./legacy/old_words.ts";
import { aliases, allCommands, commands, type Group, isShown } from "./registry.ts";

/** What a command line means. */
export interface Route {
  /** `-v` or `--verbose` was given before `--`. */
  readonly verbose: boolean;
  /** What is to be run, or to be explained when `help` is set. `undefined`: the whole program. */
  readonly target: Command | Group | undefined;
  /** The names that lead to the target: `["box", "start"]`. */
  readonly path: readonly string[];
  /** The command's own words. */
  readonly tokens: readonly string[];
  /** The words after `--`, for a command that takes them untouched. */
  readonly rest: readonly string[];
  /** Help is asked for, rather than the command. */
  readonly help: boolean;
  /** The version is asked for. */
  readonly version: boolean;
  /** The first word was not a command; it is taken for a project of `start`. */
  readonly implicit: boolean;
}

/** Finds the command. Throws a `UsageError` for an unknown command of a group. */
export function route(argv: readonly string[]): Route {
  const separator = argv.indexOf("--");
  const before = separator < 0 ? argv : argv.slice(0, separator);
  const after = separator < 0 ? undefined : argv.slice(separator + 1);
  const isVerbose = (token: string) => token === "-v" || token === "--verbose";
  const verbose = before.some(isVerbose);
  const runs = optionsFirst(argv);
  if (runs) return runs;
  const words = wordsToday(before.filter((token) => !isVerbose(token)));
  const found: Find = (target, path, tokens) => {
    const passes = target?.kind === "command" && target.passthrough !== undefined;
    return {
      verbose,
      target,
      path,
      tokens: passes || after === undefined ? tokens : [...tokens, "--", ...after],
      rest: passes ? after ?? [] : [],
      help: false,
      version: false,
      implicit: false,
    };
  };

  const first = words[0];
  if (first === "--help" || first === "-h") return { ...found(undefined, [], []), help: true };
  if (first === "--version") return { ...found(undefined, [], []), version: true };
  if (first === "help") return helpRoute(found, words.slice(1));
  const name = first === undefined ? undefined : canonical(first, aliases, commands);
  if (name === undefined) {
    const implicit = first !== undefined && !first.startsWith("-");
    return { ...found(commands["start"] as Command, ["start"], words), implicit };
  }
  return descend(found, commands[name]!, [name], words.slice(1));
}

/** A command whose words are those of another one: nothing in them is looked at here. */
function optionsFirst(argv: readonly string[]): Route | undefined {
  const at = argv.findIndex((token) => token !== "-v" && token !== "--verbose");
  const name = argv[at];
  const target = name !== undefined && Object.hasOwn(commands, name) ? commands[name]! : undefined;
  if (target?.kind !== "command" || !target.optionsFirst) return undefined;
  return {
    verbose: at > 0,
    target,
    path: [name!],
    tokens: argv.slice(at + 1),
    rest: [],
    help: false,
    version: false,
    implicit: false,
  };
}

type Find = (target: Route["target"], path: readonly string[], tokens: readonly string[]) => Route;

/** Goes into a group, and the groups in it, as far as the words lead. */
function descend(
  found: Find,
  target: Command | Group,
  path: readonly string[],
  words: readonly string[],
): Route {
  if (target.kind === "command") return found(target, path, words);
  const [word] = words;
  if (word === "--help" || word === "-h" || (word === undefined && target.default === undefined)) {
    return { ...found(target, path, []), help: true };
  }
  if (word === undefined || word.startsWith("-")) {
    const verb = target.default;
    if (verb === undefined) throw unknownVerb(path, word ?? "", target);
    return descend(found, target.commands[verb]!, [...path, verb], words);
  }
  const verb = canonical(word, target.aliases, target.commands);
  if (verb === undefined && target.about !== undefined && target.default !== undefined) {
    const [next = "", ...rest] = words.slice(1);
    const named = canonical(next, target.aliases, target.commands);
    if (named !== undefined) {
      return descend(found, target.commands[named]!, [...path, named], [`--${target.about}`, word, ...rest]);
    }
    // Only one thing can be named.
    if (next !== "" && !next.startsWith("-")) throw unknownVerb(path, word, target);
    const inPlace = target.commands[target.default]!;
    const takesWord = inPlace.kind === "group" || inPlace.positional.length > 0;
    return descend(
      found,
      inPlace,
      [...path, target.default],
      takesWord ? words : [`--${target.about}`, ...words],
    );
  }
  if (verb === undefined) throw unknownVerb(path, word, target);
  return descend(found, target.commands[verb]!, [...path, verb], words.slice(1));
}

/** The name a word stands for, itself or by alias; `undefined` when it is no name. */
function canonical(
  word: string,
  others: Readonly<Record<string, string>>,
  known: Readonly<Record<string, unknown>>,
): string | undefined {
  if (Object.hasOwn(known, word)) return word;
  return Object.hasOwn(others, word) ? others[word] : undefined;
}

function helpRoute(found: Find, words: readonly string[]): Route {
  words = wordsToday(words);
  const name = words[0] === undefined ? undefined : canonical(words[0], aliases, commands);
  if (name === undefined) {
    if (words[0] !== undefined) throw unknownCommand(words[0]);
    return { ...found(undefined, [], []), help: true };
  }
  let [target, path]: [Command | Group, string[]] = [commands[name]!, [name]];
  for (const word of words.slice(1)) {
    if (target.kind === "command") break;
    const verb = canonical(word, target.aliases, target.commands);
    if (verb === undefined) throw unknownVerb(path, word, target);
    [target, path] = [target.commands[verb]!, [...path, verb]];
  }
  return { ...found(target, path, []), help: true };
}

/** The command a mistyped first word was meant to be, if it is near one. */
export function nearestCommand(word: string): string | undefined {
  const verbs = Object.keys((commands["box"] as Group).commands);
  return commandElsewhere(word) ??
    nearest(word, [...shownCommands().map(([name]) => name), ...Object.keys(aliases), "--version"]) ??
    commandElsewhere(nearest(word, verbs) ?? "");
}

/** The command a first word is looked for under, where it stands in a group: `network` is `box network`. */
export function commandElsewhere(word: string): string | undefined {
  const visible = shownCommands();
  for (const [name, target] of visible) {
    for (const [path, command] of allCommands(target, [name])) {
      if (command.suggestFor.includes(word)) return path.join(" ");
    }
  }
  // What is named the same is nearest in the group of boxes, and at the top of a group.
  let level = [commands["box"]!, ...visible.map(([, target]) => target)]
    .filter((target) => target.kind === "group")
    .map((group): [string, Group] => [visible.find(([, one]) => one === group)![0], group]);
  while (level.length > 0) {
    for (const [path, group] of level) {
      const name = canonical(word, group.aliases, group.commands);
      if (name !== undefined && isShown(group.commands[name]!)) return `${path} ${name}`;
    }
    level = level.flatMap(([path, group]) =>
      Object.entries(group.commands).flatMap(([verb, inner]): [string, Group][] =>
        inner.kind === "group" ? [[`${path} ${verb}`, inner]] : []
      )
    );
  }
  return undefined;
}

function suggests(target: Command | Group, word: string): boolean {
  return target.kind === "command" && target.suggestFor.includes(word);
}

function shownCommands(): [name: string, target: Command | Group][] {
  return Object.entries(commands).filter(([, target]) => isShown(target));
}

function unknownCommand(word: string): UsageError {
  const meant = nearestCommand(word);
  return new UsageError(`There is no command "${word}".`, {
    hint: meant === undefined ? "See all commands: kanibako --help" : `Did you mean "kanibako ${meant}"?`,
  });
}

function unknownVerb(path: readonly string[], word: string, group: Group): UsageError {
  const name = path.join(" ");
  const shown = Object.entries(group.commands).filter(([, target]) => isShown(target)).map(([verb]) => verb);
  const asked = shown.find((verb) => suggests(group.commands[verb]!, word));
  const meant = asked ?? nearest(word, [...shown, ...Object.keys(group.aliases)]);
  return new UsageError(`There is no command "${name} ${word}".`, {
    hint: wordHint([...path, word]) ??
      (meant === undefined
        ? `See all commands: kanibako ${name} --help`
        : `Did you mean "kanibako ${name} ${meant}"?`),
  });
}
