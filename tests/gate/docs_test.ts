import assert from "node:assert/strict";
import type { Command } from "../../lib/commands/command.ts";
import { shownOptions } from "../../lib/commands/command_help.ts";
import { aliases, commands, type Group } from "../../lib/commands/registry.ts";
import { SETTINGS } from "../../lib/config/settings/all.ts";
import { root } from "./sources.ts";

/** A document: its path from the root, and its text. */
interface Page {
  readonly path: string;
  readonly text: string;
}

async function pages(): Promise<Page[]> {
  const paths: string[] = [];
  for (const folder of ["", "docs/", "docs/agents/", "docs/deploy/"]) {
    for await (const entry of Deno.readDir(root + folder)) {
      if (entry.isFile && entry.name.endsWith(".md")) paths.push(folder + entry.name);
    }
  }
  return await Promise.all(
    paths.sort().map(async (path) => ({ path, text: await Deno.readTextFile(root + path) })),
  );
}

/** The heading's address, as hosting sites make it. */
function anchor(heading: string): string {
  return heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-");
}

function anchors(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map((match) => anchor(match[1]!));
}

async function brokenLinks(page: Page): Promise<string[]> {
  const broken: string[] = [];
  for (const [, target] of page.text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(target!)) continue;
    const [path, hash] = target!.split("#");
    const file = path === "" ? page.path : new URL(path!, `file:///${page.path}`).pathname.slice(1);
    const text = await Deno.readTextFile(root + file).catch(() => undefined);
    if (text === undefined || (hash && !anchors(text).includes(hash))) broken.push(`${page.path}: ${target}`);
  }
  return broken;
}

/** What of a text is typed at a terminal: code between backticks, and the lines of shell blocks. */
function typed(text: string): string[] {
  const lines = [...text.matchAll(/^```(?:sh|text)\n([\s\S]*?)^```/gm)].flatMap((match) =>
    match[1]!.split("\n")
  );
  const inline = [...text.replaceAll(/^```[\s\S]*?^```/gm, "").matchAll(/`([^`\n]+)`/g)].map((match) =>
    match[1]!
  );
  return [...lines.map((line) => line.replace(/^\$ /, "")), ...inline].map((line) =>
    line.replace(/\s+#.*$/, "")
  );
}

/** Projects of the examples, and a misspelt command. */
const EXAMPLES = ["api", "app", "staus"];

function optionsOf(command: Command): string[] {
  return shownOptions(command).flatMap(([spelling]) => spelling.match(/--[a-z-]+/g) ?? []);
}

/** Why a line that calls the program cannot be right; `undefined` when it can, or when it calls something else. */
function wrongCall(line: string): string | undefined {
  const words = line.replace(/^(\.\/dev |dist\/|\/usr\/local\/bin\/|eval "\$\()/, "").split(/\s+/);
  if (words.shift() !== "kanibako") return undefined;
  if (words[0] === "-v") words.shift();
  const first = words[0]?.match(/^[a-z]{2,}$/)?.[0];
  let target: Command | Group | undefined = first === undefined
    ? commands["start"]
    : commands[aliases[first] ?? first];
  if (target === undefined) return EXAMPLES.includes(first!) ? undefined : `there is no command ${first}`;
  for (let at = 1; target.kind === "group"; at++) {
    const verb: string | undefined = words[at]?.match(/^[a-z]+$/)?.[0];
    const name: string = verb === undefined ? target.default ?? "" : target.aliases[verb] ?? verb;
    const inner: Command | Group | undefined = target.commands[name];
    if (inner === undefined) {
      return verb === undefined ? undefined : `there is no command ${words.slice(0, at + 1).join(" ")}`;
    }
    target = inner;
  }
  const command = target;
  const own = words.includes("--") ? words.slice(0, words.indexOf("--")) : words;
  const known = [...optionsOf(command), "--help", "--version"];
  const unknown = own.map((word) => word.match(/^--[a-z-]+/)?.[0])
    .find((option) => option !== undefined && !known.includes(option));
  return unknown === undefined ? undefined : `${first ?? "start"} has no option ${unknown}`;
}

/** A setting that is named but does not exist. */
function wrongSetting(words: string): boolean {
  if (!/^(box|vault|system)\.[a-z_.]+$/.test(words)) return false;
  return SETTINGS.find(words) === undefined;
}

Deno.test("links of the documents lead somewhere", async () => {
  const all = await pages();
  assert.ok(all.length > 10, "the documents were not found");
  assert.deepEqual((await Promise.all(all.map(brokenLinks))).flat(), []);
});

Deno.test("commands and settings named in the documents exist", async () => {
  const problems = (await pages()).flatMap(({ path, text }) =>
    typed(text).flatMap((line) => {
      const why = wrongCall(line) ?? (wrongSetting(line) ? "there is no such setting" : undefined);
      return why === undefined ? [] : [`${path}: ${line}: ${why}`];
    })
  );
  assert.deepEqual(problems, []);
});

Deno.test("every page is reached from the README, those of agents from theirs", async () => {
  const all = await pages();
  for (const { path } of all) {
    const from = path.startsWith("docs/agents/") ? "docs/agents.md" : "README.md";
    const { text } = all.find((page) => page.path === from)!;
    const target = path.slice(from.lastIndexOf("/") + 1);
    if (path !== from) assert.ok(text.includes(`](${target})`), `${from} does not lead to ${path}`);
  }
});

Deno.test("a link, a command, an option and a setting that do not exist are found", async () => {
  const page = (text: string) => ({ path: "docs/x.md", text });
  assert.deepEqual(await brokenLinks(page("[a](../README.md) [b](https://x.example)")), []);
  assert.equal((await brokenLinks(page("[a](nothing.md) [b](../README.md#nothing)"))).length, 2);
  const wrong = [
    "kanibako strat",
    "kanibako box confug",
    "kanibako list --nothing",
    "./dev kanibako rig prepp",
  ];
  for (const line of wrong) assert.ok(wrongCall(line), line);
  const right = [
    "kanibako",
    "kanibako -N",
    "kanibako api",
    "kanibako image prepare oci --force",
    "podman run --rm",
  ];
  for (const line of [...right, "kanibako shell -- npm test --all"]) {
    assert.equal(wrongCall(line), undefined, line);
  }
  assert.deepEqual(typed("`kanibako ps`\n```sh\nkanibako list   # all\n```\n"), [
    "kanibako list",
    "",
    "kanibako ps",
  ]);
  assert.ok(wrongSetting("box.netwrok"));
  assert.ok(!wrongSetting("box.network"));
});
