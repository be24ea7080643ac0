import assert from "node:assert/strict";
import { commandHelp, groupHelp } from "../../lib/commands/command_help.ts";
import { HELP } from "../../lib/commands/help.ts";
import { aliases, commands, formerly } from "../../lib/commands/registry.ts";

const COLUMNS = 120;

function pages(): [name: string, text: string][] {
  const all: [string, string][] = [["", HELP]];
  for (const [name, target] of Object.entries(commands)) {
    if (target.kind === "command") all.push([name, commandHelp(target, [name])]);
    else {
      all.push([name, groupHelp(target, [name])]);
      for (const [verb, command] of Object.entries(target.commands)) {
        all.push([`${name} ${verb}`, commandHelp(command, [name, verb])]);
      }
    }
  }
  return all;
}

Deno.test("help: the first page names every command that is not hidden", () => {
  for (const [name, target] of Object.entries(commands)) {
    const hidden = "hidden" in target && target.hidden === true;
    assert.equal(new RegExp(`^  ([a-z, ]+, )?${name}[, ]`, "m").test(HELP), !hidden, name);
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
      "-S, --secure, --safe",
      "-i, --image, --rig RIG",
      "--network none|open",
      "-p, --project DIR",
    ]
  ) {
    assert.ok(text.includes(spelling), spelling);
  }
  assert.ok(!text.includes("--browser"));
});

Deno.test("registry: aliases and former words lead to commands and hide none", () => {
  for (const [alias, name] of Object.entries(aliases)) {
    assert.ok(!(alias in commands), alias);
    assert.ok(name in commands, name);
  }
  for (const word of Object.keys(formerly)) assert.ok(!(word in commands), word);
  for (const target of Object.values(commands)) {
    if (target.kind !== "group") continue;
    for (const [alias, verb] of Object.entries(target.aliases)) {
      assert.ok(!(alias in target.commands) && verb in target.commands, alias);
    }
    if (target.default !== undefined) assert.ok(target.default in target.commands);
  }
});

Deno.test("registry: short and other spellings of every command lead to flags it has", () => {
  for (const target of Object.values(commands)) {
    for (const command of target.kind === "command" ? [target] : Object.values(target.commands)) {
      const flags = Object.keys(command.flags);
      for (const flag of [...Object.values(command.short), ...Object.values(command.spellings)]) {
        assert.ok(flags.includes(flag), `${command.brief}: ${flag}`);
      }
      for (const flag of command.exclusive.flat()) {
        assert.ok(flags.includes(flag), `${command.brief}: ${flag}`);
      }
      // -v and -h belong to the program.
      assert.ok(!("v" in command.short) && !("h" in command.short));
    }
  }
});
