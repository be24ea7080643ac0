import assert from "node:assert/strict";
import { commandHelp, groupHelp } from "../../lib/commands/command_help.ts";
import { HELP } from "../../lib/commands/help.ts";
import type { Command } from "../../lib/commands/command.ts";
import { aliases, allCommands, commands, type Group, isShown } from "../../lib/commands/registry.ts";

const COLUMNS = 120;

function pages(): [name: string, text: string][] {
  const below = (target: Command | Group, path: readonly string[]): [string, string][] =>
    target.kind === "command" ? [[path.join(" "), commandHelp(target, path)]] : [
      [path.join(" "), groupHelp(target, path)],
      ...Object.entries(target.commands).flatMap(([verb, inner]) => below(inner, [...path, verb])),
    ];
  return [["", HELP], ...Object.entries(commands).flatMap(([name, target]) => below(target, [name]))];
}

function everyCommand(): Command[] {
  return Object.entries(commands).flatMap(([name, target]) =>
    [...allCommands(target, [name])].map(([, command]) => command)
  );
}

function everyGroup(): Group[] {
  const below = (target: Command | Group): Group[] =>
    target.kind === "command" ? [] : [target, ...Object.values(target.commands).flatMap(below)];
  return Object.values(commands).flatMap(below);
}

Deno.test("help: the first page names every command that is not hidden", () => {
  for (const [name, target] of Object.entries(commands)) {
    assert.equal(new RegExp(`^  ([a-z, ]+, )?${name}[, ]`, "m").test(HELP), isShown(target), name);
  }
});

Deno.test("help: no line of any page is wider than a wide terminal, and every page ends with a line feed", () => {
  for (const [name, text] of pages()) {
    assert.ok(text.endsWith("\n"), name);
    for (const line of text.split("\n")) assert.ok(line.length <= COLUMNS, `${name}: ${line}`);
    for (const line of text.split("\n")) assert.equal(line, line.trimEnd(), name);
  }
});

Deno.test("help: a command's page shows its options with all their spellings, and no hidden one", () => {
  const start = commands["start"]!;
  assert.ok(start.kind === "command");
  const text = commandHelp(start, ["start"]);
  for (
    const spelling of [
      "-S, --secure",
      "-i, --image, --rig RIG",
      "--network none|filtered|open",
      "-p, --project DIR",
      "--no-helpers",
    ]
  ) {
    assert.ok(text.includes(spelling), spelling);
  }
  for (const older of ["--no-auto-auth", "--safe", "--command", "-E"]) {
    assert.ok(!text.includes(older), older);
  }
});

Deno.test("registry: aliases and former words lead to commands and hide none", () => {
  for (const [alias, name] of Object.entries(aliases)) {
    assert.ok(!(alias in commands), alias);
    assert.ok(name in commands, name);
  }
  for (const group of everyGroup()) {
    for (const [alias, verb] of Object.entries(group.aliases)) {
      assert.ok(!(alias in group.commands) && verb in group.commands, alias);
    }
    if (group.default !== undefined) assert.ok(group.default in group.commands);
  }
});

Deno.test("registry: short and other spellings of every command lead to flags it has", () => {
  for (const command of everyCommand()) {
    const flags = Object.keys(command.flags);
    const spellings = [command.short, command.spellings, command.older].flatMap((each) =>
      Object.values(each)
    );
    for (const flag of spellings) {
      assert.ok(flags.includes(flag), `${command.brief}: ${flag}`);
    }
    for (const flag of command.exclusive.flat()) {
      assert.ok(flags.includes(flag), `${command.brief}: ${flag}`);
    }
    // -v and -h belong to the program.
    for (const letter of ["v", "h"]) assert.ok(!(letter in command.short) && !(letter in command.older));
    for (const word of command.suggestFor) assert.ok(!(word in commands), word);
  }
});
