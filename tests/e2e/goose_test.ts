// A program of Goose's shape, which is one file that is found, mounted and given its keys: it itself cannot be had everywhere. A shell
// takes its place, and its commands are scripts in the project.

import assert from "node:assert/strict";
import { User } from "../support/program.ts";

Deno.test("a program of goose's shape gets its keys, begins, goes on, and works on one text", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  await user.configure('box.network = "none"', "");
  await Deno.mkdir(`${user.home}/.local/bin`, { recursive: true });
  await Deno.copyFile(await Deno.realPath("/bin/sh"), `${user.home}/.local/bin/goose`);
  await Deno.chmod(`${user.home}/.local/bin/goose`, 0o755);
  await Deno.mkdir(`${user.home}/.config/goose`, { recursive: true });
  await Deno.writeTextFile(`${user.home}/.config/goose/secrets.yaml`, "ANTHROPIC_API_KEY: sk-goose\n", {
    mode: 0o600,
  });
  await Deno.writeTextFile(
    `${cwd}/session`,
    'echo "session $* in mode $GOOSE_MODE of $GOOSE_PROVIDER"; cat ~/.config/goose/secrets.yaml\n',
  );
  await Deno.writeTextFile(`${cwd}/run`, 'echo "run $*: $(cat)"; echo hello >a.txt\n');
  const start = (...words: string[]) => user.ok(["start", "--crab", "goose", ...words], { cwd });
  const keys = "ANTHROPIC_API_KEY: sk-goose\n";
  await user.ok(["crab", "config", "goose", "crab.provider=anthropic"]);
  assert.equal(await start("--ephemeral"), `session  in mode auto of anthropic\n${keys}`);
  assert.equal(await start("--ephemeral"), `session --resume in mode auto of anthropic\n${keys}`);
  assert.equal(await start("--ephemeral", "-N", "-S"), `session  in mode  of anthropic\n${keys}`);
  assert.equal(await start("--prompt", "write a.txt"), "run --instructions -: write a.txt\n");
  assert.equal(await Deno.readTextFile(`${cwd}/a.txt`), "hello\n");
  const listed = JSON.parse(await user.ok(["crab", "list", "--json"])) as {
    id: string;
    login: { loggedIn: boolean } | null;
  }[];
  assert.equal(listed.find(({ id }) => id === "goose")?.login?.loggedIn, true);
});
