/**
 * Help for one command or group, from its declaration.
 *
 * @module
 */

import { outText } from "../host/ui/terminal.ts";
import { type Command, type FlagInfo, optionName, type WordInfo } from "./command.ts";
import { type Group, isShown } from "./registry.ts";

/** Prints the help of a command or group. */
export function printTargetHelp(target: Command | Group, path: readonly string[]): void {
  outText(target.kind === "command" ? commandHelp(target, path) : groupHelp(target, path));
}

/** How a command is called, on one line. */
export function usageLine(command: Command, path: readonly string[]): string {
  const shown = Object.values(command.flags).some((flag) => !flag.hidden);
  const words = command.positional.map((word) =>
    word.optional ? `[${placeholder(word)}]` : placeholder(word)
  );
  return [
    "kanibako",
    ...path,
    ...(shown ? ["[OPTIONS]"] : []),
    ...words,
    ...(command.more ? [`[${placeholder(command.more)}...]`] : []),
    ...(command.passthrough ? [`[-- ${command.passthrough.placeholder}...]`] : []),
  ].join(" ");
}

/** The name of a word in help. */
export function placeholder(word: WordInfo): string {
  return (word.placeholder ?? "word").toUpperCase();
}

/** How an option is spelled: `-e, --env KEY=VALUE`. */
function optionSpelling(command: Command, name: string, flag: FlagInfo): string {
  const letters = Object.entries(command.short).filter(([, of]) => of === name).map(([letter]) =>
    `-${letter}`
  );
  const others = Object.entries(command.spellings).filter(([, of]) => of === name).map(([other]) =>
    `--${other}`
  );
  const value = flag.kind === "boolean" ? "" : ` ${flag.values?.join("|") ?? flag.placeholder ?? "VALUE"}`;
  return [...letters, `--${optionName(name)}`, ...others].join(", ") + value;
}

/** The options help shows, spelled out. */
export function shownOptions(command: Command): [spelling: string, brief: string][] {
  const shown: [string, string][] = Object.entries(command.flags)
    .filter(([, flag]) => !flag.hidden)
    .map(([name, flag]) => [optionSpelling(command, name, flag), flag.brief]);
  if (command.projectOption) {
    const name = command.positional[0] === undefined ? "project" : placeholder(command.positional[0]);
    shown.push(["-p, --project DIR", `Another way to give ${name}`]);
  }
  return [...shown, ["-h, --help", "This text"]];
}

/** The text of a command's help. */
export function commandHelp(command: Command, path: readonly string[]): string {
  const sections = [`${command.brief}.`, `Usage: ${usageLine(command, path)}`];
  if (command.description) sections.push(command.description);
  const words: [string, string][] = command.positional.map((word) => [placeholder(word), word.brief]);
  if (command.more) words.push([`${placeholder(command.more)}...`, command.more.brief]);
  if (command.passthrough) {
    words.push([`-- ${command.passthrough.placeholder}...`, command.passthrough.brief]);
  }
  if (words.length > 0) sections.push(columns("Words", words));
  sections.push(columns("Options", shownOptions(command)));
  if (command.examples.length > 0) sections.push(columns("Examples", command.examples));
  return sections.join("\n\n") + "\n";
}

/** The text of a group's help. */
export function groupHelp(group: Group, path: readonly string[]): string {
  const name = path.join(" ");
  const shown = Object.entries(group.commands).filter(([, target]) => isShown(target));
  const verbs = shown.map(([verb, command]): [string, string] => {
    const others = Object.entries(group.aliases).filter(([, of]) => of === verb).map(([alias]) => alias);
    return [[verb, ...others].join(", "), command.brief];
  });
  const bare = group.default === undefined ? "" : `Without a command: ${group.default}.\n`;
  return [
    `${group.brief}.`,
    `Usage: kanibako ${name} COMMAND [OPTIONS]`,
    columns("Commands", verbs),
    `${bare}More about one of them: kanibako ${name} COMMAND --help\n`,
  ].join("\n\n");
}

/** Widest left column; what is longer gets a line of its own. */
const LEFT = 34;

function columns(title: string, rows: readonly (readonly [string, string])[]): string {
  const fitting = rows.map(([left]) => left.length).filter((length) => length <= LEFT);
  const width = Math.max(0, ...fitting) + 2;
  const lines = rows.map(([left, right]) =>
    left.length <= LEFT ? `  ${left.padEnd(width)}${right}` : `  ${left}\n  ${" ".repeat(width)}${right}`
  );
  return [title, ...lines].join("\n");
}
