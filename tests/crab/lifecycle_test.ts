import assert from "node:assert/strict";
import { ENTER } from "../../lib/crab/enter/script.ts";
import { envFile } from "../../lib/crab/env_script.ts";
import { lifecycleText } from "../../lib/devcontainer/lifecycle_text.ts";
import type { Lifecycle } from "../../lib/devcontainer/types.ts";
import { devContainer, own } from "../devcontainer/given.ts";

/** A home and a run folder without a container. */
class Box implements AsyncDisposable {
  private constructor(readonly base: string) {}

  static async make(): Promise<Box> {
    const box = new Box(await Deno.makeTempDir({ prefix: "lifecycle-" }));
    for (const folder of ["in", "out", "home"]) await Deno.mkdir(`${box.base}/${folder}`);
    await Deno.writeTextFile(`${box.base}/in/enter`, ENTER);
    return box;
  }

  async has(lifecycle: Partial<Lifecycle>, mark = "m1", at = ""): Promise<void> {
    const text = lifecycleText(devContainer({ lifecycle }).lifecycle, mark, at);
    await Deno.writeTextFile(`${this.base}/in/lifecycle`, text);
  }

  async write(name: string, text: string): Promise<void> {
    await Deno.writeTextFile(`${this.base}/in/${name}`, text);
  }

  async run(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const { code, stdout, stderr } = await new Deno.Command("dash", {
      args: [`${this.base}/in/enter`, "run", ...words],
      clearEnv: true,
      env: { PATH: Deno.env.get("PATH")!, HOME: `${this.base}/home`, KANIBAKO_RUN: this.base },
      cwd: `${this.base}/home`,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, stdout: text(stdout), stderr: text(stderr) };
  }

  async log(): Promise<string> {
    return await Deno.readTextFile(`${this.base}/home/log`).catch(() => "");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.base, { recursive: true });
  }
}

const say = (word: string) => `echo ${word} >>"$HOME/log"; echo said`;

Deno.test("stages run in their order before the command, those of a new box once, and say nothing on its output", async () => {
  await using box = await Box.make();
  await box.has({
    onCreate: [...own(say("one")), { from: "image", command: say("one-b") }],
    updateContent: own(["sh", "-c", say("two")]),
    postCreate: own(say("three")),
    postStart: own(say("four")),
    postAttach: own(say("five")),
  });
  const first = await box.run("sh", "-c", 'cat "$HOME/log"');
  assert.equal(first.stdout, "one\none-b\ntwo\nthree\nfour\n");
  assert.equal(first.code, 0);
  assert.match(first.stderr, /postCreateCommand \(devcontainer\.json\): echo three/);
  assert.match(first.stderr, /^said$/m);
  const second = await box.run("sh", "-c", 'tail -n 1 "$HOME/log"; exit 7');
  assert.deepEqual([second.code, second.stdout], [7, "four\n"]);
  assert.equal(await box.log(), "one\none-b\ntwo\nthree\nfour\nfour\n");
  // Other content is another box.
  await box.has({ postCreate: own(say("changed")) }, "m2");
  await box.run("true");
  await box.run("true");
  assert.equal((await box.log()).split("changed").length, 2);
});

Deno.test("where a command fails those after it are not run, the box goes on, and it runs again at the next start", async () => {
  await using box = await Box.make();
  await box.has({
    onCreate: own(say("one")),
    postCreate: [...own(`${say("two")}; exit 3`), ...own(say("never"))],
    postStart: own(say("never")),
  });
  for (const log of ["one\ntwo\n", "one\ntwo\ntwo\n"]) {
    const { code, stdout, stderr } = await box.run("echo", "command");
    assert.deepEqual([code, stdout], [0, "command\n"]);
    assert.match(stderr, /It ended with 3\./);
    assert.match(stderr, /postCreateCommand failed; the commands after it are not run\./);
    assert.equal(await box.log(), log);
  }
});

Deno.test("commands of an object run at the same time, and all of them are waited for", async () => {
  await using box = await Box.make();
  await Deno.mkdir(`${box.base}/home/meet`);
  // Each waits for the other.
  const meet = (own: string, other: string) =>
    `: >meet/${own}; for _ in $(seq 100); do [ -e meet/${other} ] && exit 0; sleep 0.1; done; exit 9`;
  await box.has({ postCreate: own({ left: meet("a", "b"), right: ["sh", "-c", meet("b", "a")] }) });
  assert.equal((await box.run("true")).stderr.includes("failed"), false);
  await box.has(
    { postCreate: own({ good: say("good"), bad: "exit 4" }), postStart: own(say("never")) },
    "m2",
  );
  const { stderr } = await box.run("true");
  assert.match(stderr, /bad \(devcontainer\.json\) ended with 4\./);
  assert.match(stderr, /postCreateCommand failed/);
  assert.equal(await box.log(), "good\n");
});

Deno.test("they have the box's variables and begin in the workspace, and their words are no shell's", async () => {
  await using box = await Box.make();
  await Deno.mkdir(`${box.base}/home/sub`);
  await box.write("env", envFile([["GREETING", "it's"], ["PATH", "/extra:${containerEnv:PATH}", true]]));
  const odd = [`'"$(touch "$HOME/broken")`, "a b", "\\"];
  await box.has(
    {
      onCreate: own(`printf '%s %s %s\\n' "$GREETING" "\${PATH%%:*}" "$PWD" >>"$HOME/log"`),
      postStart: own(["sh", "-c", 'printf "<%s>" "$@" >>"$HOME/log"', "x", ...odd]),
    },
    "m1",
    `${box.base}/home/sub`,
  );
  assert.equal((await box.run("true")).code, 0);
  assert.equal(
    await box.log(),
    `it's /extra ${box.base}/home/sub\n${odd.map((word) => `<${word}>`).join("")}`,
  );
  assert.equal(await Deno.stat(`${box.base}/home/broken`).catch(() => undefined), undefined);
});

Deno.test("a value refers to what the box has, and nothing else in it means something", async () => {
  await using box = await Box.make();
  await box.write(
    "env",
    envFile([
      [
        "NEW",
        "<${containerEnv:HOME}|${containerEnv:NONE:a \"b\" $(id) `id` \\}|${containerEnv:NONE}>'$HOME'",
        true,
      ],
      ["PLAIN", "${containerEnv:HOME}"],
    ]),
  );
  const { stdout } = await box.run("sh", "-c", 'printf "%s\\n%s\\n" "$NEW" "$PLAIN"');
  assert.equal(stdout, `<${box.base}/home|a "b" $(id) \`id\` \\|>'$HOME'\n\${containerEnv:HOME}\n`);
});

Deno.test("without a devcontainer.json nothing is run or written", async () => {
  await using box = await Box.make();
  const { code, stderr } = await box.run("true");
  assert.deepEqual([code, stderr], [0, ""]);
  assert.deepEqual([...Deno.readDirSync(`${box.base}/home`)], []);
  assert.equal(lifecycleText(devContainer().lifecycle, "m"), "");
});

Deno.test("in a session postAttach has a window of its own for each terminal that is connected, after what comes before it", async () => {
  await using box = await Box.make();
  const env = {
    HOME: `${box.base}/home`,
    KANIBAKO_RUN: box.base,
    TMUX_TMPDIR: box.base,
    TERM: "xterm",
    LANG: "C.UTF-8",
  };
  const spawn = (args: readonly string[]) =>
    new Deno.Command(args[0]!, {
      args: [...args.slice(1)],
      env,
      cwd: `${box.base}/home`,
      stdin: "piped",
      stdout: "null",
      stderr: "null",
    }).spawn();
  const tmux = async (...args: string[]) =>
    new TextDecoder().decode(
      (await new Deno.Command("tmux", { args, env, stdout: "piped", stderr: "null" }).output()).stdout,
    );
  await box.has({
    postStart: own(`while [ ! -e go ]; do sleep 0.05; done; ${say("started")}`),
    postAttach: own(say("attached")),
  });
  const session = spawn([
    "dash",
    `${box.base}/in/enter`,
    "session",
    "sh",
    "-c",
    `${say("command")}; sleep 60`,
  ]);
  const attach = async () => {
    const terminal = spawn(["script", "-qec", `dash ${box.base}/in/enter attach`, "/dev/null"]);
    await until(async () => (await tmux("list-clients")) !== "");
    return {
      async [Symbol.asyncDispose]() {
        await tmux("detach-client", "-s", "kanibako");
        await terminal.stdin.close();
        await terminal.status;
      },
    };
  };
  try {
    {
      await using _terminal = await attach();
      assert.equal(await box.log(), "");
      await Deno.writeTextFile(`${box.base}/home/go`, "");
      await until(async () => /attached/.test(await box.log()));
      assert.match(await box.log(), /^started\n/);
      await until(async () => !/postAttach/.test(await tmux("list-windows", "-F", "#W")));
    }
    {
      await using _terminal = await attach();
      await until(async () => (await box.log()).split("attached").length === 3);
    }
    // Without a terminal that is connected there is none, and only one start.
    assert.deepEqual((await box.log()).split("\n").toSorted(), [
      "",
      "attached",
      "attached",
      "command",
      "started",
    ]);
  } finally {
    session.kill("SIGTERM");
    await session.stdin.close();
    await session.status;
    await tmux("kill-server");
  }
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error("it never came");
}

Deno.test("Ctrl-C ends the command that runs and those after it, and the box's own command begins", async () => {
  await using box = await Box.make();
  await box.has({
    postCreate: own({ a: "sleep 60", b: "sleep 60" }),
    postStart: own(say("never")),
  });
  const env = { HOME: `${box.base}/home`, KANIBAKO_RUN: box.base, TMUX_TMPDIR: box.base, LANG: "C.UTF-8" };
  const tmux = async (...args: string[]) =>
    new TextDecoder().decode(
      (await new Deno.Command("tmux", { args, env, stdout: "piped", stderr: "null" }).output()).stdout,
    );
  try {
    const command = `dash ${box.base}/in/enter run sh -c 'echo began; sleep 60'`;
    await tmux(
      "-f",
      "/dev/null",
      "new-session",
      "-d",
      "-x",
      "200",
      "-y",
      "40",
      "-c",
      `${box.base}/home`,
      command,
    );
    await until(async () => /postCreateCommand b/.test(await tmux("capture-pane", "-p")));
    await tmux("send-keys", "C-c");
    await until(async () => /^began$/m.test(await tmux("capture-pane", "-p")));
    const screen = await tmux("capture-pane", "-p");
    assert.match(screen, /postCreateCommand was interrupted; the commands after it are not run\./);
    assert.equal(await box.log(), "");
  } finally {
    await tmux("kill-server");
  }
});
