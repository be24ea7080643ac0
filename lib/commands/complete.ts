/**
 * What could come next on a command line: the brain behind the shells' completions.
 *
 * @module
 */

import { longSpellings } from "./arguments.ts";
import { type Command, optionName } from "./command.ts";
import { configLevel, keyCandidates } from "./complete_keys.ts";
import { aliases, commands, type Group, isShown } from "./registry.ts";
import { route } from "./route.ts";

/** A word that could come next. */
export interface Candidate {
  readonly word: string;
  readonly brief: string;
}

/**
 * The words that could stand where the last of `words` stands, which may be empty or begun. `projects` are the names
 * of the projects, `worksets` those of the worksets. Nothing when only files, or anything at all, can follow.
 */
export function complete(
  words: readonly string[],
  projects: readonly string[],
  worksets: readonly string[] = [],
): Candidate[] {
  const partial = words.at(-1) ?? "";
  const before = words.slice(0, -1).filter((word) => word !== "-v" && word !== "--verbose");
  if (before.includes("--")) return [];
  return candidates(before, partial, projects, worksets).filter(({ word }) => word.startsWith(partial));
}

function candidates(
  before: readonly string[],
  partial: string,
  projects: readonly string[],
  worksets: readonly string[],
): Candidate[] {
  const names = projects.map((word) => ({ word, brief: "project" }));
  const start = commands["start"] as Command;
  if (before.length === 0) {
    if (!partial.startsWith("-")) return [...firstWords(), ...names];
    return [...options(start), { word: "--version", brief: "print the version" }];
  }
  const group = groupAt(before);
  if (group && !partial.startsWith("-")) return verbs(group);
  let found;
  try {
    found = route(before);
  } catch {
    return [];
  }
  const command = found.target;
  if (command?.kind !== "command" || found.help) return [];
  const groups = worksets.map((word) => ({ word, brief: "workset" }));
  const following = afterCommand(command, found.tokens, partial, names, groups);
  const level = configLevel(found.path);
  const key = level !== undefined && takesKey(command, found.tokens, partial);
  return key ? [...following, ...keyCandidates(level, partial)] : following;
}

function afterCommand(
  command: Command,
  tokens: readonly string[],
  partial: string,
  names: Candidate[],
  worksets: Candidate[],
): Candidate[] {
  const equals = partial.startsWith("--") ? partial.indexOf("=") : -1;
  if (equals > 0) {
    const option = partial.slice(0, equals);
    return values(command, option, names).map(({ word, brief }) => ({ word: `${option}=${word}`, brief }));
  }
  const previous = tokens.at(-1);
  if (previous !== undefined && takesValue(command, previous)) return values(command, previous, names);
  if (partial.startsWith("-")) return options(command);
  const word = wordAt(command, tokens);
  if (word?.placeholder === "shell") {
    return ["bash", "zsh", "fish"].map((shell) => ({ word: shell, brief: "shell" }));
  }
  if (word?.placeholder === "workset") return worksets;
  if (word?.placeholder === "member") return members(tokens, names);
  return word?.placeholder === "project" || word?.placeholder === "target" ? names : [];
}

/** Whether a setting could stand here: as the word for one, or as the only word where both words can do without. */
function takesKey(command: Command, tokens: readonly string[], partial: string): boolean {
  const word = wordAt(command, tokens);
  if (partial.startsWith("-") || word === undefined) return false;
  const previous = tokens.at(-1);
  return !(previous !== undefined && takesValue(command, previous)) &&
    (word.placeholder === "key" || word.optional === true);
}

/** The word that comes after these. */
function wordAt(command: Command, tokens: readonly string[]): Command["positional"][number] | undefined {
  const isWord = (token: string, at: number) =>
    !token.startsWith("-") && !(at > 0 && takesValue(command, tokens[at - 1]!));
  return command.positional[tokens.filter(isWord).length];
}

/** The names of a workset's projects, once the workset is named. */
function members(tokens: readonly string[], names: readonly Candidate[]): Candidate[] {
  const workset = tokens.find((token) => !token.startsWith("-"));
  const start = `${workset}/`;
  return names.filter(({ word }) => word.startsWith(start))
    .map(({ word, brief }) => ({ word: word.slice(start.length), brief }));
}

/** The group these words lead to, when they lead to one. */
function groupAt(words: readonly string[]): Group | undefined {
  let target: Command | Group | undefined = commands[aliases[words[0]!] ?? words[0]!];
  for (const word of words.slice(1)) {
    if (target?.kind !== "group") return undefined;
    target = target.commands[target.aliases[word] ?? word];
  }
  return target?.kind === "group" ? target : undefined;
}

function firstWords(): Candidate[] {
  return shown(commands);
}

function verbs(group: Group): Candidate[] {
  return shown(group.commands);
}

function shown(targets: Readonly<Record<string, Command | Group>>): Candidate[] {
  return Object.entries(targets).filter(([, target]) => isShown(target))
    .map(([word, { brief }]) => ({ word, brief }));
}

function options(command: Command): Candidate[] {
  const shown = Object.entries(command.flags).filter(([, flag]) => !flag.hidden);
  return [
    ...shown.map(([name, flag]) => ({ word: `--${optionName(name)}`, brief: flag.brief })),
    { word: "--help", brief: "help for this command" },
  ];
}

/** The flag an option's spelling stands for; `project` for the one that is no flag. */
function flagOf(command: Command, option: string): string | undefined {
  if (command.projectOption && (option === "-p" || option === "--project")) return "project";
  if (option.startsWith("--")) return longSpellings(command).get(option.slice(2));
  return option.length === 2 && option.startsWith("-") ? command.short[option[1]!] : undefined;
}

function takesValue(command: Command, option: string): boolean {
  const flag = flagOf(command, option);
  return flag === "project" ||
    (flag !== undefined && flag !== "help" && command.flags[flag]?.kind !== "boolean");
}

function values(command: Command, option: string, names: Candidate[]): Candidate[] {
  const flag = flagOf(command, option);
  if (flag === "project") return names;
  const info = flag === undefined ? undefined : command.flags[flag];
  return (info?.values ?? []).map((word) => ({ word, brief: info!.brief }));
}
