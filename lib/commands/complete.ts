/**
 * What could come next on a command line: the brain behind the shells' completions.
 *
 * @module
 */

import { flagOf, takesValue } from "./arguments.ts";
import { type Command, type Group, type Names, optionName, type Word } from "./command.ts";
import { settingCandidates } from "./complete_keys.ts";
import { wordsToday } from "./legacy/old_words.ts";
import { aliases, commands, isShown } from "./registry.ts";
import { route } from "./route.ts";

/** A word that could come next. */
export interface Candidate {
  readonly word: string;
  readonly brief: string;
}

/**
 * The words that could stand where the last of `words` stands, which may be empty or begun. `projects` are the names
 * of the projects, `worksets` those of the worksets, `secrets` those of the secrets. Nothing when only files, or anything at all, can follow.
 */
export function complete(
  words: readonly string[],
  projects: readonly string[],
  worksets: readonly string[] = [],
  secrets: readonly string[] = [],
): Candidate[] {
  const partial = words.at(-1) ?? "";
  const before = words.slice(0, -1).filter((word) => word !== "-v" && word !== "--verbose");
  if (before.includes("--")) return [];
  return candidates(before, partial, { projects, worksets, secrets }).filter(({ word }) =>
    word.startsWith(partial)
  );
}

/** Names that exist on this machine. */
interface Known {
  readonly projects: readonly string[];
  readonly worksets: readonly string[];
  readonly secrets: readonly string[];
}

function candidates(before: readonly string[], partial: string, known: Known): Candidate[] {
  if (before.length === 0) {
    if (!partial.startsWith("-")) return [...shown(commands), ...named(known.projects, "project")];
    return [...options(commands["start"] as Command), { word: "--version", brief: "Print the version" }];
  }
  try {
    const group = groupAt(wordsToday(before));
    if (group && !partial.startsWith("-")) return shown(group.commands);
    const { target, tokens, help } = route(before);
    return target?.kind === "command" && !help ? afterCommand(target, tokens, partial, known) : [];
  } catch {
    return [];
  }
}

function afterCommand(
  command: Command,
  tokens: readonly string[],
  partial: string,
  known: Known,
): Candidate[] {
  const equals = partial.startsWith("--") ? partial.indexOf("=") : -1;
  if (equals > 0) {
    const option = partial.slice(0, equals);
    return optionValues(command, option, known).map(({ word, brief }) => ({
      word: `${option}=${word}`,
      brief,
    }));
  }
  const previous = tokens.at(-1);
  if (previous !== undefined && wantsValue(command, previous)) return optionValues(command, previous, known);
  if (partial.startsWith("-")) return options(command);
  const isWord = (token: string, at: number) =>
    !token.startsWith("-") && !(at > 0 && wantsValue(command, tokens[at - 1]!));
  const given = tokens.filter(isWord);
  const word = command.positional[given.length];
  return word === undefined ? [] : wordValues(word, given, partial, known);
}

function wordValues(word: Word, given: readonly string[], partial: string, known: Known): Candidate[] {
  if (word.values) return named(word.values, word.placeholder);
  return (word.names ?? []).flatMap((names) => namesFor(names, given, partial, known));
}

function namesFor(names: Names, given: readonly string[], partial: string, known: Known): Candidate[] {
  if (names === "project") return named(known.projects, names);
  if (names === "workset") return named(known.worksets, names);
  if (names === "secret") return named(known.secrets, names);
  // Snapshots and helpers take their time to find, and are offered elsewhere.
  if (names === "snapshot" || names === "helper") return [];
  if (names === "member") {
    const start = `${given[0]}/`;
    const members = known.projects.filter((name) => name.startsWith(start));
    return named(members.map((name) => name.slice(start.length)), "project");
  }
  const settings = settingCandidates(names.replace(" setting", "") as never, partial);
  // Those whose entries are named after secrets.
  const ofSecrets = settings.filter(({ word }) => word === "secret." || word === "secret_file.");
  return [
    ...settings,
    ...ofSecrets.flatMap(({ word, brief }) =>
      known.secrets.map((name) => ({ word: `${word}${name}=`, brief }))
    ),
  ];
}

/** What follows the name of a secret in the options that take one. */
const AFTER_SECRET: Readonly<Record<string, string>> = { secret: ":", secretFile: "" };

function named(words: readonly string[], brief: string): Candidate[] {
  return words.map((word) => ({ word, brief }));
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

function shown(targets: Readonly<Record<string, Command | Group>>): Candidate[] {
  return Object.entries(targets).filter(([, target]) => isShown(target))
    .map(([word, { brief }]) => ({ word, brief }));
}

function options(command: Command): Candidate[] {
  const shown = Object.entries(command.flags).filter(([, flag]) => !flag.hidden);
  return [
    ...shown.map(([name, flag]) => ({ word: `--${optionName(name)}`, brief: flag.brief })),
    { word: "--help", brief: "Show help for this command" },
  ];
}

function wantsValue(command: Command, option: string): boolean {
  const flag = flagOf(command, option);
  return flag !== undefined && takesValue(command, flag);
}

function optionValues(command: Command, option: string, known: Known): Candidate[] {
  const flag = flagOf(command, option);
  if (flag === undefined) return [];
  const declared = command.flags[flag];
  // `--project` stands for the first word.
  if (declared === undefined) return wordValues(command.positional[0]!, [], "", known);
  const after = AFTER_SECRET[flag];
  if (after !== undefined) {
    return known.secrets.map((name) => ({ word: name + after, brief: declared.brief }));
  }
  if (declared.kind === "choice") return named(declared.values, declared.brief);
  return declared.kind === "text" && declared.names ? namesFor(declared.names, [], "", known) : [];
}
