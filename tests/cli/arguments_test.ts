import assert from "node:assert/strict";
import fc from "fast-check";
import { UsageError } from "../../lib/host/error.ts";
import { takeArguments } from "../../lib/commands/arguments.ts";
import {
  choice,
  type Command,
  command,
  hidden,
  list,
  optionalWord,
  text,
  toggle,
  word,
} from "../../lib/commands/command.ts";
import type { Context } from "../../lib/commands/context.ts";
import { runCommand } from "../../lib/commands/parse.ts";

interface Flags {
  readonly new: boolean;
  readonly noHelpers: boolean;
  readonly persistent: boolean;
  readonly ephemeral: boolean;
  readonly image?: string;
  readonly network?: "none" | "open";
  readonly env: readonly string[];
  readonly secret: boolean;
}

const seen: { flags?: Flags; words?: readonly unknown[] } = {};

const probe: Command = command<Flags, [project?: string]>({
  brief: "A command for tests",
  flags: {
    new: toggle("new"),
    noHelpers: toggle("no helpers"),
    persistent: toggle("persistent"),
    ephemeral: toggle("ephemeral"),
    image: text("RIG", "image"),
    network: choice(["none", "open"], "network"),
    env: list("KEY=VALUE", "env"),
    secret: hidden(toggle("secret")),
  },
  short: { N: "new", i: "image", e: "env" },
  spellings: { rig: "image", fresh: "new" },
  older: { E: "image", picture: "image" },
  exclusive: [["persistent", "ephemeral"]],
  projectOption: true,
  positional: [optionalWord("project", "project")],
  load: () =>
    Promise.resolve({
      default: function (this: Context, flags: Flags, ...words: readonly unknown[]) {
        seen.flags = flags;
        seen.words = words;
        return Promise.resolve(7);
      },
    }),
});

const nothing = { new: false, noHelpers: false, persistent: false, ephemeral: false, env: [], secret: false };
const context = { rest: [], verbose: false, cwd: "/" } as unknown as Context;

async function parse(command: Command, tokens: readonly string[]) {
  const exitCode = await runCommand(command, takeArguments(command, tokens), context);
  return { exitCode, flags: seen.flags, words: seen.words?.filter((word) => word !== undefined) };
}

const accepted: [tokens: string[], flags: Partial<Flags>, words?: string[]][] = [
  [[], {}],
  [["--new"], { new: true }],
  [["-N"], { new: true }],
  [["--fresh"], { new: true }],
  [["--no-helpers"], { noHelpers: true }],
  [["--no-h"], { noHelpers: true }],
  [["--per"], { persistent: true }],
  [["--image", "x"], { image: "x" }],
  [["--image=x=y"], { image: "x=y" }],
  [["--im", "x"], { image: "x" }],
  [["--rig", "x"], { image: "x" }],
  [["-i", "x"], { image: "x" }],
  [["-ix"], { image: "x" }],
  [["-i=x"], { image: "x" }],
  [["-E", "x"], { image: "x" }],
  [["--picture", "x"], { image: "x" }],
  [["-Nix"], { new: true, image: "x" }],
  [["--image", "a", "--rig", "b"], { image: "b" }],
  [["--image="], { image: "" }],
  [["--image=-x"], { image: "-x" }],
  [["--image", ""], { image: "" }],
  [["-e", "A=1", "-e", "B=2 3", "-eC=4"], { env: ["A=1", "B=2 3", "C=4"] }],
  [["-e", "A=1\n2"], { env: ["A=1\n2"] }],
  [["--env=A=--help"], { env: ["A=--help"] }],
  [["--network", "none", "--network", "open"], { network: "open" }],
  [["p"], {}, ["p"]],
  [["p", "-e", "A=1", "--ephemeral"], { env: ["A=1"], ephemeral: true }, ["p"]],
  [["-p", "p"], {}, ["p"]],
  [["--project", "p"], {}, ["p"]],
  [["--project=-p"], {}, ["-p"]],
  [["--", "-N"], {}, ["-N"]],
  [["-"], {}, ["-"]],
  [[""], {}, [""]],
  [["--secret"], { secret: true }],
  [["--new", "--new"], { new: true }],
];

for (const [tokens, flags, words] of accepted) {
  Deno.test(`arguments: ${JSON.stringify(tokens)} is understood`, async () => {
    const result = await parse(probe, tokens);
    assert.deepEqual(result, { exitCode: 7, flags: { ...nothing, ...flags }, words: words ?? [] });
  });
}

const refused: [tokens: string[], message: RegExp][] = [
  [["--persistent", "--ephemeral"], /--persistent and --ephemeral cannot be used together/],
  [["--per", "--eph"], /cannot be used together/],
  [["--ne", "x"], /is ambiguous: --new or --network/],
  [["--imagee"], /Unknown option --imagee\./],
  [["--image"], /--image needs a value/],
  [["--image", "--new"], /--image needs a value/],
  [["-i"], /-i needs a value/],
  [["--new=1"], /takes no value/],
  [["-x"], /Unknown option -x/],
  [["-Nx"], /Unknown option -x/],
  [["--network", "opne"], /one of none, open/],
  [["a", "b"], /Unexpected argument "b"/],
  [["-p", "a", "b"], /Unexpected argument "b"/],
  [["--="], /Unknown option/],
  [["--no-new"], /Unknown option/],
  [["--__proto__"], /Unknown option/],
  [["-_"], /Unknown option/],
];

for (const [tokens, message] of refused) {
  Deno.test(`arguments: ${JSON.stringify(tokens)} is a usage error`, async () => {
    await assert.rejects(parse(probe, tokens), (error) => {
      assert.ok(error instanceof UsageError, String(error));
      assert.equal(error.exitCode, 2);
      assert.match(error.message, message);
      return true;
    });
  });
}

Deno.test("arguments: a mistyped option or value is answered with the nearest one", () => {
  assert.throws(
    () => takeArguments(probe, ["--imagr"]),
    (error) => error instanceof UsageError && error.hints.includes("Did you mean --image?"),
  );
});

Deno.test("arguments: a missing word is named", async () => {
  const needy = command<Record<never, never>, [target: string]>({
    brief: "b",
    flags: {},
    positional: [word("target", "What to remove")],
    load: () => Promise.resolve({ default: () => Promise.resolve() }),
  });
  await assert.rejects(parse(needy, []), /TARGET is missing: What to remove/);
  assert.equal((await parse(needy, ["x"])).exitCode, 0);
});

Deno.test("arguments: what an action throws comes out as it is", async () => {
  const failure = new Error("inner");
  const failing = command<Record<never, never>>({
    brief: "b",
    flags: {},
    load: () => Promise.reject(failure),
  });
  await assert.rejects(parse(failing, []), (error) => error === failure);
});

Deno.test("arguments: --help is found before anything is complained about", () => {
  assert.equal(takeArguments(probe, ["a", "b", "--help"]).help, true);
  assert.equal(takeArguments(probe, ["--hel"]).help, true);
  assert.equal(takeArguments(probe, ["--", "--help"]).help, false);
});

Deno.test("arguments: any value given with = arrives as it is", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string().filter((value) => !/^-.*\n/s.test(value)), async (value) => {
      assert.deepEqual((await parse(probe, [`--env=${value}`])).flags?.env, [value]);
    }),
  );
});
