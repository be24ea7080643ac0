/**
 * Help for one command or group, from its declaration.
 *
 * @module
 */

import { outText } from "../host/ui/terminal.ts";
import { type Command, type Option, optionName, type Rest } from "./command.ts";
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
    ...(command.more ? [severalWords(command.more)] : []),
    ...(command.passthrough ? [`[-- ${command.passthrough.placeholder}...]`] : []),
  ].join(" ");
}

function severalWords(more: Rest): string {
  const words = `${placeholder(more)}...`;
  return more.required ? words : `[${words}]`;
}

/** The name of a word in help. */
function placeholder(word: { readonly placeholder: string }): string {
  return word.placeholder.toUpperCase();
}

/** How an option is spelled: `-e, --env KEY=VALUE`. */
function optionSpelling(command: Command, name: string, flag: Option): string {
  const letters = Object.entries(command.short).filter(([, of]) => of === name).map(([letter]) =>
    `-${letter}`
  );
  const others = Object.entries(command.spellings).filter(([, of]) => of === name).map(([other]) =>
    `--${other}`
  );
  return [...letters, `--${optionName(name)}`, ...others].join(", ") + valueShown(flag);
}

function valueShown(flag: Option): string {
  if (flag.kind === "toggle") return "";
  return ` ${flag.kind === "choice" ? flag.values.join("|") : flag.placeholder}`;
}

/** The options help shows, spelled out. */
export function shownOptions(command: Command): [spelling: string, brief: string][] {
  const shown: [string, string][] = Object.entries(command.flags)
    .filter(([, flag]) => !flag.hidden)
    .map(([name, flag]) => [optionSpelling(command, name, flag), flag.brief]);
  if (command.projectOption) {
    shown.push(["-p, --project DIR", `Same as ${placeholder(command.positional[0]!)}`]);
  }
  return [...shown, ["-h, --help", "Show this help"]];
}

/** The arguments that are not options, spelled out. */
export function shownArguments(command: Command): [spelling: string, brief: string][] {
  const { positional, more, passthrough } = command;
  return [
    ...positional.map((word): [string, string] => [placeholder(word), word.brief]),
    ...(more ? [[`${placeholder(more)}...`, more.brief] as [string, string]] : []),
    ...(passthrough ? [[`-- ${passthrough.placeholder}...`, passthrough.brief] as [string, string]] : []),
  ];
}

/** The text of a command's help. */
export function commandHelp(command: Command, path: readonly string[]): string {
  const sections = [`${command.brief}.`, `Usage: ${usageLine(command, path)}`];
  if (command.description) sections.push(command.description);
  const words = shownArguments(command);
  if (words.length > 0) sections.push(columns("Arguments", words));
  sections.push(columns("Options", shownOptions(command)));
  if (command.examples.length > 0) sections.push(columns("Examples", command.examples, EXAMPLE));
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
  const bare = group.default === undefined ? "" : `Without COMMAND: ${group.default}.\n`;
  return [
    `${group.brief}.`,
    `Usage: kanibako ${name} COMMAND [OPTIONS]`,
    columns("Commands", verbs),
    `${bare}Help for one of them: kanibako ${name} COMMAND --help\n`,
  ].join("\n\n");
}

/** Widest left column; what is longer gets a line of its own. */
const LEFT = 34;

/** The same for examples. */
const EXAMPLE = 48;

function columns(title: string, rows: readonly (readonly [string, string])[], widest = LEFT): string {
  const fitting = rows.map(([left]) => left.length).filter((length) => length <= widest);
  const width = Math.max(0, ...fitting) + 2;
  const lines = rows.map(([left, right]) =>
    left.length <= widest ? `  ${left.padEnd(width)}${right}` : `  ${left}\n  ${" ".repeat(width)}${right}`
  );
  return [title, ...lines].join("\n");
}
