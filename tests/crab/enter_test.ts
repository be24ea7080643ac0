import assert from "node:assert/strict";
import fc from "fast-check";
import { ENTER } from "../../lib/crab/enter/script.ts";
import { envFile } from "../../lib/crab/env_script.ts";
import { insideScript } from "../../lib/crab/inside_script.ts";
import { KanibakoError } from "../../lib/host/error.ts";

/** A box without a container: its own run folder, home and tmux. */
class FakeBox {
  readonly in: string;
  readonly out: string;
  readonly home: string;
  constructor(readonly base: string) {
    this.in = `${base}/run/in`;
    this.out = `${base}/run/out`;
    this.home = `${base}/home`;
  }

  spawn(
    verb: string,
    words: readonly string[],
    options: Partial<Deno.CommandOptions> = {},
  ): Deno.ChildProcess {
    return new Deno.Command("dash", {
      args: [`${this.in}/enter`, verb, ...words],
      clearEnv: true,
      env: {
        PATH: Deno.env.get("PATH")!,
        HOME: this.home,
        KANIBAKO_RUN: `${this.base}/run`,
        TMUX_TMPDIR: this.base,
        LANG: "C.UTF-8",
      },
      cwd: this.home,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      ...options,
    }).spawn();
  }

  async run(verb: string, ...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const { code, stdout, stderr } = await this.spawn(verb, words).output();
    return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
  }

  write(path: string, text: string): Promise<void> {
    return Deno.writeTextFile(`${this.base}/${path}`, text);
  }

  /** The text of a file of `out`, waiting for it. */
  async left(name: string): Promise<string> {
    for (let i = 0; i < 200; i++) {
      try {
        return await Deno.readTextFile(`${this.out}/${name}`);
      } catch { /* not yet */ }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`the box left no ${name}`);
  }

  async tmux(...words: string[]): Promise<string> {
    const { stdout } = await new Deno.Command("tmux", {
      args: words,
      env: { TMUX_TMPDIR: this.base },
      stderr: "null",
    }).output();
    return new TextDecoder().decode(stdout);
  }
}

async function inBox(test: (box: FakeBox) => Promise<void>): Promise<void> {
  const base = await Deno.makeTempDir({ prefix: "enter-" });
  const box = new FakeBox(base);
  for (const folder of [box.in, box.out, `${box.home}/.claude`]) {
    await Deno.mkdir(folder, { recursive: true });
  }
  await Deno.writeTextFile(`${box.in}/enter`, ENTER);
  try {
    await test(box);
  } finally {
    await box.tmux("kill-server");
    await Deno.remove(base, { recursive: true });
  }
}

/** Words that shells and tmux like to take apart. */
const HARD_WORDS = [
  "",
  " ",
  "a b",
  "-v",
  "--",
  ";",
  "a;",
  "\\;",
  "'",
  `"'"`,
  "$HOME",
  "`id`",
  "*",
  "new\nline",
  "\\",
  "#{x}",
  "é",
];
const WITH_CREDENTIALS = "cred .claude/.credentials.json\n";
/** Prints its words so that each can be distinguished from the next. */
const SHOW = ["sh", "-c", `for word; do printf '<%s>' "$word"; done`, "show"];

async function waitFor(done: () => Promise<boolean> | boolean, what: string): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (await done()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`waited in vain for ${what}`);
}

Deno.test("enter run hands every word to the command untouched", () =>
  inBox(async (box) => {
    const expected = HARD_WORDS.map((word) => `<${word}>`).join("");
    assert.equal((await box.run("run", ...SHOW, ...HARD_WORDS)).stdout, expected);
    await box.write("run/in/take", WITH_CREDENTIALS);
    assert.equal((await box.run("run", ...SHOW, ...HARD_WORDS)).stdout, expected);
    assert.equal((await box.run("exec", ...SHOW, ...HARD_WORDS)).stdout, expected);
  }));

Deno.test("enter run becomes the command when nothing is to be taken out", () =>
  inBox(async (box) => {
    const child = box.spawn("run", ["sh", "-c", "echo $$"]);
    const { stdout } = await child.output();
    assert.equal(Number(new TextDecoder().decode(stdout)), child.pid);
  }));

Deno.test("enter run ends with the command's exit code, also by signal and when there is no such command", () =>
  inBox(async (box) => {
    for (const take of [false, true]) {
      if (take) await box.write("run/in/take", WITH_CREDENTIALS);
      assert.equal((await box.run("run", "true")).code, 0);
      assert.equal((await box.run("run", "sh", "-c", "exit 37")).code, 37);
      assert.equal((await box.run("run", "sh", "-c", "kill -KILL $$")).code, 137);
      assert.equal((await box.run("run", "no-such-command")).code, 127);
    }
    assert.equal(await box.left("exit"), "127\n");
  }));

Deno.test("enter run passes standard input on", () =>
  inBox(async (box) => {
    await box.write("run/in/take", WITH_CREDENTIALS);
    const child = box.spawn("run", ["cat"], { stdin: "piped" });
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode("through"));
    await writer.close();
    assert.equal(new TextDecoder().decode((await child.output()).stdout), "through");
  }));

Deno.test("enter run passes signals on, waits for the command, and takes credentials out afterwards", () =>
  inBox(async (box) => {
    await box.write("run/in/take", WITH_CREDENTIALS);
    for (const [signal, code] of [["SIGTERM", 41], ["SIGHUP", 42], ["SIGINT", 43]] as const) {
      await Deno.remove(`${box.out}/cred`).catch(() => {});
      const script =
        `trap 'exit 41' TERM; trap 'exit 42' HUP; trap 'echo renewed-${code} > "$HOME/.claude/.credentials.json"; exit 43' INT
        ${code === 43 ? "" : `echo renewed-${code} > "$HOME/.claude/.credentials.json"`}
        echo up; while :; do sleep 0.05; done`;
      const child = box.spawn("run", ["sh", "-c", script]);
      const reader = child.stdout.getReader();
      await reader.read();
      child.kill(signal);
      const status = await child.status;
      await reader.cancel();
      await child.stderr.cancel();
      assert.equal(status.code, code, signal);
      assert.equal(await box.left("cred"), `renewed-${code}\n`);
      assert.equal(await box.left("exit"), `${code}\n`);
    }
  }));

Deno.test("enter run says nothing of its own where a command ends by the signal that was passed on", () =>
  inBox(async (box) => {
    await box.write("run/in/take", WITH_CREDENTIALS);
    const ends = "trap 'sleep 0.3; trap - TERM; kill $$' TERM; echo up; while :; do sleep 0.05; done";
    const child = box.spawn("run", ["sh", "-c", ends]);
    const reader = child.stdout.getReader();
    await reader.read();
    child.kill("SIGTERM");
    assert.equal((await child.status).code, 143);
    await reader.cancel();
    assert.equal(await new Response(child.stderr).text(), "");
  }));

Deno.test("enter run leaves credentials as 0600 and does nothing about those that are not there", () =>
  inBox(async (box) => {
    await box.write("run/in/take", `${WITH_CREDENTIALS}other .none\n`);
    await box.run("run", "sh", "-c", `umask 022; echo mine > "$HOME/.claude/.credentials.json"`);
    assert.equal((await Deno.stat(`${box.out}/cred`)).mode! & 0o777, 0o600);
    assert.deepEqual([...Deno.readDirSync(box.out)].map(({ name }) => name).sort(), ["cred", "exit"]);
  }));

Deno.test("enter gives the variables of its file to the command, whatever they hold", () =>
  inBox(async (box) => {
    const value = `a'b"c$d\`e\\f\n g`;
    await box.write(
      "run/in/env",
      envFile([["ODD", value], ["in", "x"], ["out", "y"], ["code", "z"], ["PATH", "/usr/bin:/bin"]]),
    );
    await box.write("run/in/take", WITH_CREDENTIALS);
    for (const verb of ["run", "exec"]) {
      assert.equal(
        (await box.run(verb, "sh", "-c", `printf %s "$ODD|$in|$PATH"`)).stdout,
        `${value}|x|/usr/bin:/bin`,
      );
    }
    assert.equal(await box.left("exit"), "0\n");
  }));

Deno.test("envFile round-trips any value through a shell", async () => {
  const folder = await Deno.makeTempDir();
  const values = fc.sample(
    fc.string({ unit: "binary", maxLength: 40 }).filter((text) =>
      !text.includes("\0") && text.isWellFormed()
    ),
    60,
  );
  await Deno.writeTextFile(
    `${folder}/env`,
    envFile(values.map((value, index) => [`V${index}`, value] as const)),
  );
  const { stdout } = await new Deno.Command("dash", {
    args: ["-c", `. "$1"; env -0`, "sh", `${folder}/env`],
    clearEnv: true,
  }).output();
  const found = new Map(
    new TextDecoder().decode(stdout).split("\0").map((line) => {
      const at = line.indexOf("=");
      return [line.slice(0, at), line.slice(at + 1)] as const;
    }),
  );
  values.forEach((value, index) => assert.equal(found.get(`V${index}`), value));
  await Deno.remove(folder, { recursive: true });
});

Deno.test("envFile refuses names that are none, names that shells keep, and NUL bytes", () => {
  for (
    const [name, value] of [["A B", ""], ["", ""], ["1A", ""], ["A;id", ""], ["PPID", "1"], [
      "A",
      "\0",
    ]] as const
  ) {
    assert.throws(() => envFile([[name, value]]), (error) => error instanceof KanibakoError, name);
  }
  assert.equal(envFile([["A_1", "x"]]), "export A_1='x'\n");
});

Deno.test("enter run holds the FIFO while it runs, and its reader sees the end", () =>
  inBox(async (box) => {
    await new Deno.Command("mkfifo", { args: [`${box.in}/alive`] }).output();
    const child = box.spawn("run", ["sleep", "0.4"]);
    using reader = await Deno.open(`${box.in}/alive`);
    const buffer = new Uint8Array(8);
    assert.equal(await reader.read(buffer), 1);
    const began = performance.now();
    assert.equal(await reader.read(buffer), null);
    assert(performance.now() - began > 200);
    assert.equal((await child.output()).code, 0);
  }));

Deno.test("enter session runs the command in tmux and ends with its exit code, screen and credentials left", () =>
  inBox(async (box) => {
    await box.write("run/in/take", WITH_CREDENTIALS);
    await box.write("run/in/env", envFile([["GREETING", "hello"]]));
    const script = `echo "$GREETING from $1"; echo new > "$HOME/.claude/.credentials.json"; exit 23`;
    const { code, stderr } = await box.run("session", "sh", "-c", script, "sh", "the box");
    assert.equal(code, 23, stderr);
    assert.equal(await box.left("exit"), "23\n");
    assert.match(await box.left("screen"), /^hello from the box$/m);
    assert.equal(await box.left("cred"), "new\n");
  }));

Deno.test("enter session hands every word to the command untouched, and long ones too", () =>
  inBox(async (box) => {
    const words = [...HARD_WORDS, "x'".repeat(20_000)];
    const { code, stderr } = await box.run(
      "session",
      "sh",
      "-c",
      `${SHOW[2]} > "$HOME/words"`,
      "show",
      ...words,
    );
    assert.equal(code, 0, stderr);
    assert.equal(await Deno.readTextFile(`${box.home}/words`), words.map((word) => `<${word}>`).join(""));
  }));

Deno.test("enter session is asked to end by SIGTERM and lets the command end itself", () =>
  inBox(async (box) => {
    await box.write("run/in/take", WITH_CREDENTIALS);
    const script =
      `trap 'echo saved > "$HOME/.claude/.credentials.json"; exit 5' TERM; : > "$HOME/up"; while :; do sleep 0.05; done`;
    const child = box.spawn("session", ["sh", "-c", script]);
    await waitFor(() => Deno.stat(`${box.home}/up`).then(() => true, () => false), "the command");
    const began = performance.now();
    child.kill("SIGTERM");
    assert.equal((await child.output()).code, 5);
    assert(performance.now() - began < 3000);
    assert.equal(await box.left("exit"), "5\n");
    assert.equal(await box.left("cred"), "saved\n");
  }));

Deno.test("enter session ends an interactive shell, which heeds no SIGTERM, on SIGTERM", () =>
  inBox(async (box) => {
    const child = box.spawn("session", ["bash", "--norc", "-i"]);
    const prompt = async () => /[#$] *$/m.test(await box.tmux("capture-pane", "-p", "-t", "kanibako:"));
    await waitFor(prompt, "a prompt");
    const began = performance.now();
    child.kill("SIGTERM");
    await child.output();
    assert(performance.now() - began < 4000);
    assert.match(await box.left("exit"), /^\d+\n$/);
  }));

Deno.test("enter session ends when its tmux server is killed", () =>
  inBox(async (box) => {
    const child = box.spawn("session", ["sleep", "60"]);
    await waitFor(async () => (await box.tmux("list-sessions")).includes("kanibako"), "the session");
    await box.tmux("kill-server");
    const { code } = await child.output();
    assert(code >= 128, String(code));
    assert.equal(await box.left("exit"), `${code}\n`);
  }));

Deno.test("enter session leaves the code of a command that ends as its tmux server is killed", () =>
  inBox(async (box) => {
    const script = `trap 'exit 9' HUP; : > "$HOME/up"; while :; do sleep 0.05; done`;
    const child = box.spawn("session", ["sh", "-c", script]);
    await waitFor(() => Deno.stat(`${box.home}/up`).then(() => true, () => false), "the command");
    const began = performance.now();
    await box.tmux("kill-server");
    assert.equal((await child.output()).code, 9);
    assert.equal(await box.left("exit"), "9\n");
    assert(performance.now() - began < 3000);
  }));

// What an agent does at Ctrl-z: it puts the terminal back, and stops itself or its group.
for (const [how, whom] of [["itself", "$$"], ["all of its group", "0"]]) {
  Deno.test(`D1: enter session: a command that stops ${how} goes on at once, and ends with its own code`, () =>
    inBox(async (box) => {
      const script = `exec 2>/dev/null; n=0; trap 'n=$((n+1)); echo $n > "$HOME/woken"' CONT
        trap '[ $n = 2 ] && exit 6' TERM
        for i in 1 2; do kill -${whom === "0" ? "TSTP" : "STOP"} ${whom}; done
        : > "$HOME/up"; while :; do sleep 0.05; done`;
      const child = box.spawn("session", ["sh", "-c", script]);
      await waitFor(() => Deno.stat(`${box.home}/up`).then(() => true, () => false), "it to go on");
      assert.equal(await Deno.readTextFile(`${box.home}/woken`), "2\n");
      child.kill("SIGTERM");
      assert.equal((await child.output()).code, 6);
      assert.equal((await box.left("screen")).trim(), "", "nothing is said of it");
    }));
}

Deno.test("enter session uses no processor time while idle", () =>
  inBox(async (box) => {
    const child = box.spawn("session", ["sleep", "60"]);
    await waitFor(async () => (await box.tmux("list-sessions")).includes("kanibako"), "the session");
    await new Promise((resolve) => setTimeout(resolve, 300));
    const stat = async () => (await Deno.readTextFile(`/proc/${child.pid}/stat`)).split(" ");
    const before = (await stat()).slice(13, 17);
    await new Promise((resolve) => setTimeout(resolve, 600));
    assert.deepEqual((await stat()).slice(13, 17), before);
    child.kill("SIGTERM");
    await child.output();
  }));

Deno.test("enter attach joins the session, and credentials are left when it is left", () =>
  inBox(async (box) => {
    await box.write("run/in/take", WITH_CREDENTIALS);
    await box.write("home/.claude/.credentials.json", "first\n");
    const session = box.spawn("session", ["sh", "-c", "echo inside; sleep 60"]);
    // `script` gives it a terminal.
    const attach = new Deno.Command("script", {
      args: ["-qec", `dash ${box.in}/enter attach`, "/dev/null"],
      env: {
        KANIBAKO_RUN: `${box.base}/run`,
        HOME: box.home,
        TMUX_TMPDIR: box.base,
        TERM: "no-such-terminal",
      },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    await waitFor(async () => (await box.tmux("list-clients")) !== "", "a client");
    assert.throws(() => Deno.statSync(`${box.out}/cred`), Deno.errors.NotFound);
    await box.tmux("detach-client", "-s", "kanibako");
    assert.equal(await box.left("cred"), "first\n");
    await attach.stdin.close();
    assert.equal((await attach.output()).code, 0);
    assert.throws(() => Deno.statSync(`${box.out}/exit`), Deno.errors.NotFound);
    session.kill("SIGTERM");
    assert.equal((await session.output()).code, 143);
  }));

Deno.test("C14, D10: enter session: the status line names the command, and each terminal sees its way out", () =>
  inBox(async (box) => {
    const rigs = await Deno.readTextFile(new URL("../../containerfiles/tmux.conf", import.meta.url));
    await box.write("home/.tmux.conf", rigs);
    const session = box.spawn("session", ["sleep", "60"]);
    const clients = async () =>
      (await box.tmux("list-clients", "-F", "#{client_tty}")).split("\n").filter(Boolean);
    const attach = (...words: string[]) =>
      new Deno.Command("script", {
        args: ["-qec", `dash ${box.in}/enter attach ${words.join(" ")}`, "/dev/null"],
        env: { KANIBAKO_RUN: `${box.base}/run`, HOME: box.home, TMUX_TMPDIR: box.base, TERM: "xterm" },
        stdin: "piped",
        stdout: "null",
        stderr: "null",
      }).spawn();
    const leave = async (child: Deno.ChildProcess) => {
      await box.tmux("detach-client", "-s", "kanibako");
      await child.stdin.close();
      await child.status;
    };
    const says = (client: string) => box.tmux("display-message", "-p", "-c", client, "#{E:status-right}");
    const plain = attach();
    await waitFor(async () => (await clients()).length === 1, "a client");
    const [first] = await clients();
    const nested = attach("nested");
    await waitFor(async () => (await clients()).length === 2, "another client");
    const second = (await clients()).find((client) => client !== first)!;
    assert.equal(await says(first!), " Ctrl-b d: leave, keep it running \n");
    assert.equal(await says(second), " Ctrl-b Ctrl-b d: leave, keep it running \n");
    assert.equal(await box.tmux("display-message", "-p", "-t", "=kanibako:", "#W"), "sleep\n");
    // Only who says so has 24-bit colour, whatever the rig claims of all.
    const colours = attach("colours");
    await waitFor(async () => (await clients()).length === 3, "a third client");
    const third = (await clients()).find((client) => client !== first && client !== second)!;
    const features = (client: string) =>
      box.tmux("display-message", "-p", "-c", client, "#{client_termfeatures}");
    assert.match(rigs, /\*:RGB/);
    assert.match(await features(third), /RGB/);
    for (const client of [first!, second]) assert.doesNotMatch(await features(client), /RGB/);
    await Promise.all([leave(plain), leave(nested), leave(colours)]);
    // The same terminal again, in no other tmux now.
    const again = [attach(), attach()];
    await waitFor(async () => (await clients()).length === 2, "both clients");
    for (const client of await clients()) assert.match(await says(client), /^ Ctrl-b d:/);
    await Promise.all(again.map(leave));
    session.kill("SIGTERM");
    await session.output();
  }));

for (const [what, takes] of [["a login", true], ["none", false]] as const) {
  Deno.test(`enter run: a command on a terminal that stops itself goes on at once, with ${what} to take out`, () =>
    inBox(async (box) => {
      if (takes) await box.write("run/in/take", WITH_CREDENTIALS);
      const command = `${box.home}/command`;
      await Deno.writeTextFile(
        command,
        `#!/bin/sh\ntrap 'echo woken' CONT\nkill -STOP $$\nkill -STOP $$\necho at the end\nexit 6\n`,
        { mode: 0o755 },
      );
      const child = new Deno.Command("script", {
        args: ["-qec", `dash ${box.in}/enter run ${command}`, "/dev/null"],
        env: { KANIBAKO_RUN: `${box.base}/run`, HOME: box.home },
        stdin: "piped",
        stdout: "piped",
        signal: AbortSignal.timeout(10_000),
      }).spawn();
      const { code, stdout } = await child.output();
      await child.stdin.close();
      assert.equal(new TextDecoder().decode(stdout), "woken\r\nwoken\r\nat the end\r\n");
      assert.equal(code, 6);
    }));
}

Deno.test("enter attach does not wait for a session that is over", () =>
  inBox(async (box) => {
    await box.write("run/out/exit", "0\n");
    const began = performance.now();
    await box.run("attach");
    assert(performance.now() - began < 1000);
  }));

Deno.test("enter session says so when the rig has no tmux", () =>
  inBox(async (box) => {
    await Deno.mkdir(`${box.base}/bin`);
    for (const name of ["dash", "sh", "mv", "rm", "cat"]) {
      await Deno.symlink(`/bin/${name}`, `${box.base}/bin/${name}`);
    }
    const { code, stderr } = await box.spawn("session", ["true"], {
      env: { PATH: `${box.base}/bin`, HOME: box.home, KANIBAKO_RUN: `${box.base}/run` },
    }).output();
    assert.equal(code, 127);
    assert.match(new TextDecoder().decode(stderr), /no tmux/);
    assert.equal(await box.left("exit"), "127\n");
    assert.match(await box.left("screen"), /no tmux/);
  }));

Deno.test("enter applies what is handed in once, before the command", () =>
  inBox(async (box) => {
    await Deno.mkdir(`${box.in}/todo-1`);
    await box.write("run/in/todo-1/todo.sh", `cat "$from/f0" >> "$HOME/log"\n`);
    await box.write("run/in/todo-1/f0", "done\n");
    await box.write("run/in/todo", "todo-1\n");
    assert.equal((await box.run("run", "cat", "log")).stdout, "done\n");
    assert.equal(await box.left("applied"), "todo-1\n");
    assert.equal((await box.run("exec", "cat", "log")).stdout, "done\n");
  }));

Deno.test("enter goes on when what is handed in fails, and does not call it applied", () =>
  inBox(async (box) => {
    await Deno.mkdir(`${box.in}/todo-1`);
    await box.write("run/in/todo-1/todo.sh", `echo tried >&2; false\n`);
    await box.write("run/in/todo", "todo-1\n");
    const { code, stdout, stderr } = await box.run("run", "echo", "still here");
    assert.deepEqual([code, stdout, stderr], [0, "still here\n", "tried\n"]);
    assert.throws(() => Deno.statSync(`${box.out}/applied`), Deno.errors.NotFound);
  }));

for (const how of ["they leave", "it is asked to end"] as const) {
  Deno.test(`enter run waits for those the host lets in until ${how}`, () =>
    inBox(async (box) => {
      const fifo = `${box.in}/guests`;
      await new Deno.Command("mkfifo", { args: [fifo] }).output();
      assert.equal((await box.run("run", "sh", "-c", "exit 3")).code, 3);

      const guest = await Deno.open(fifo, { read: true, write: true });
      const child = box.spawn("run", ["sh", "-c", `touch "${box.out}/done"; exit 4`]);
      const reader = child.stderr.getReader();
      await waitFor(() => Deno.stat(`${box.out}/done`).then(() => true, () => false), "the command");
      assert.match(new TextDecoder().decode((await reader.read()).value), /Others still work in this box/);
      if (how === "they leave") guest.close();
      else child.kill("SIGTERM");
      assert.equal((await child.status).code, 4);
      assert.equal(await box.left("exit"), "4\n");
      if (how !== "they leave") guest.close();
      await reader.cancel();
      await child.stdout.cancel();
    }));
}

/** A process beside the command: it writes its words, waits for a signal, and says which. */
const BESIDE = `printf '<%s>' "$@" "$ODD" "$GREETING" > "$HOME/beside"
trap 'echo ended >> "$HOME/beside"; exit' TERM; : > "$HOME/up"; while :; do sleep 0.05; done`;

for (const verb of ["run", "session"]) {
  Deno.test(`enter ${verb} starts processes beside the command, and ends them with it`, () =>
    inBox(async (box) => {
      await box.write("run/in/env", envFile([["GREETING", "the command's"]]));
      const argv = ["sh", "-c", BESIDE, "sh", ...HARD_WORDS];
      await box.write("run/in/inside", insideScript([{ name: "one", argv, env: { ODD: `a'b $c` } }]));
      const wait = `until [ -e "$HOME/up" ]; do sleep 0.02; done; exit 7`;
      const { code, stdout, stderr } = await box.run(verb, "sh", "-c", wait);
      assert.equal(code, 7, stderr);
      assert.equal(stdout, "");
      const words = HARD_WORDS.map((word) => `<${word}>`).join("");
      assert.equal(await Deno.readTextFile(`${box.home}/beside`), `${words}<a'b $c><>ended\n`);
      assert.equal(await box.left("exit"), "7\n");
    }));
}

Deno.test("a process beside the command that ignores its end is killed, and holds no FIFO open", () =>
  inBox(async (box) => {
    await new Deno.Command("mkfifo", { args: [`${box.in}/alive`] }).output();
    const script = `trap '' TERM; echo $$ > "$HOME/pid"; while :; do sleep 0.05; done`;
    await box.write("run/in/inside", insideScript([{ name: "deaf", argv: ["sh", "-c", script], env: {} }]));
    const child = box.spawn("run", ["sh", "-c", `until [ -e "$HOME/seen" ]; do sleep 0.02; done`]);
    using reader = await Deno.open(`${box.in}/alive`);
    const hasPid = () => Deno.stat(`${box.home}/pid`).then(({ size }) => size > 0, () => false);
    await waitFor(hasPid, "the process");
    const proc = `/proc/${(await Deno.readTextFile(`${box.home}/pid`)).trim()}`;
    const open = [...Deno.readDirSync(`${proc}/fd`)].map(({ name }) =>
      Deno.readLinkSync(`${proc}/fd/${name}`)
    );
    assert.deepEqual(open.filter((path) => path.includes("alive")), []);
    await box.write("home/seen", "");
    assert.equal((await child.output()).code, 0);
    assert.equal(await Deno.stat(proc).then(() => true, () => false), false);
    assert.equal(await reader.read(new Uint8Array(8)), 1);
  }));

Deno.test("a process beside the command that does not exist is reported, and the command runs", () =>
  inBox(async (box) => {
    await box.write("run/in/inside", insideScript([{ name: "gone", argv: ["no-such-program"], env: {} }]));
    const { code, stdout, stderr } = await box.run("run", "echo", "up");
    assert.deepEqual([code, stdout], [0, "up\n"]);
    assert.match(stderr, /gone: no-such-program: not found/);
  }));

/** The files by which a box has a process beside its command, for which it waits. */
async function beside(box: FakeBox, script: string, awaited: boolean): Promise<void> {
  const argv = ["sh", "-c", script];
  await box.write("run/in/inside", insideScript([{ name: "one", argv, env: {} }]));
  if (awaited) await box.write("run/in/expects", "one\n");
}

for (const verb of ["run", "session"]) {
  Deno.test(`enter ${verb}: a process beside the command that is killed is started again, and ends with it`, () =>
    inBox(async (box) => {
      await beside(box, `echo $$ >> "$HOME/pids"; exec sleep 60`, false);
      const pids = async () =>
        (await Deno.readTextFile(`${box.home}/pids`).catch(() => "")).trim().split("\n").map(Number);
      const child = box.spawn(verb, ["sh", "-c", `until [ -e "$HOME/seen" ]; do sleep 0.02; done; exit 7`]);
      for (const [count, signal] of [[1, "SIGKILL"], [2, "SIGTERM"]] as const) {
        await waitFor(
          async () => (await pids()).length === count && (await pids())[0]! > 0,
          `start ${count}`,
        );
        Deno.kill((await pids())[count - 1]!, signal);
      }
      await waitFor(async () => (await pids()).length === 3, "the third start");
      await box.write("home/seen", "");
      assert.equal((await child.output()).code, 7);
      for (const pid of await pids()) assert.throws(() => Deno.statSync(`/proc/${pid}`), `${pid}`);
    }));

  Deno.test(`enter ${verb}: the command begins only once what it waits for is ready`, () =>
    inBox(async (box) => {
      await beside(
        box,
        `sleep 0.3; touch "$HOME/up"; echo ready 1<>"$KANIBAKO_READY"; exec sleep 60`,
        true,
      );
      const { code, stderr } = await box.run(verb, "sh", "-c", `[ -e "$HOME/up" ] && exit 7`);
      assert.equal(code, 7, stderr);
      await waitFor(
        () => ![...Deno.readDirSync(box.out)].some(({ name }) => name === ".ready"),
        "its removal",
      );
    }));

  Deno.test(`enter ${verb}: a command whose companion cannot work does not begin, and the reason is named`, () =>
    inBox(async (box) => {
      const cases = [
        [`echo 'no: the port is taken' 1<>"$KANIBAKO_READY"; exit 1`, /cannot begin: the port is taken/],
        ["exit 9", /one: it ended with 9/],
        ["exit 127", /one: this rig cannot run sh/],
      ] as const;
      for (const [script, reason] of cases) {
        await beside(box, script, true);
        const { code, stderr } = await box.run(verb, "touch", `${box.home}/begun`);
        assert.equal(code, 126);
        assert.match(stderr, reason);
        assert.equal(await Deno.stat(`${box.home}/begun`).catch(() => undefined), undefined);
      }
      await box.write("run/in/inside", insideScript([{ name: "one", argv: ["no-such"], env: {} }]));
      assert.match((await box.run(verb, "true")).stderr, /one: no-such is not in this box/);
    }));
}

Deno.test("enter exec waits for what the box's own command waits for", () =>
  inBox(async (box) => {
    await box.write("run/in/expects", "one\n");
    const child = box.spawn("exec", ["sh", "-c", `[ -e "$KANIBAKO_RUN/up" ] && exit 7`]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await box.write("run/up", "");
    await box.write("run/out/.stands", "");
    assert.equal((await child.output()).code, 7);
  }));

Deno.test("enter: a command begins where its user stands, where the box has that folder and shows it", () =>
  inBox(async (box) => {
    await Deno.mkdir(`${box.base}/work/src`, { recursive: true });
    await Deno.mkdir(`${box.base}/work/hidden`);
    await Deno.symlink("src", `${box.base}/work/link`);
    const where = async (at: string) => {
      const { stdout } = await box.spawn("exec", ["sh", "-c", 'pwd -P; echo "$KANIBAKO_AT$OLDPWD"'], {
        cwd: `${box.base}/work`,
        env: {
          PATH: Deno.env.get("PATH")!,
          KANIBAKO_RUN: `${box.base}/run`,
          HOME: box.home,
          KANIBAKO_AT: at,
        },
      }).output();
      return new TextDecoder().decode(stdout);
    };
    const work = `${box.base}/work`;
    assert.equal(await where(`${work}/src`), `${work}/src\n\n`);
    assert.equal(await where(`${work}/link`), `${work}/src\n\n`);
    assert.equal(await where(`${work}/gone`), `${work}\n\n`);
    assert.equal(await where("-P"), `${work}\n\n`);
    // Where the box's own command begins is handed in.
    await box.write("run/in/at", `${work}/src\n`);
    assert.equal((await box.run("run", "pwd")).stdout, `${work}/src\n`);
    await box.spawn("session", ["sh", "-c", 'pwd >"$HOME/where"']).output();
    assert.equal(await Deno.readTextFile(`${box.home}/where`), `${work}/src\n`);
  }));

Deno.test("enter: a process beside the command that this rig cannot run says so to the host, and is not started again", () =>
  inBox(async (box) => {
    const from = `${box.base}/foreign`;
    // As a program that needs another C library: its loader is not there.
    await Deno.writeTextFile(from, "#!/lib/ld-no-such.so\n", { mode: 0o755 });
    await box.write("run/in/inside", insideScript([{ name: "steward", argv: [from], env: {} }]));
    const { code } = await box.run("run", "sh", "-c", "sleep 0.5; exit 4");
    assert.equal(code, 4);
    assert.match(
      await box.left("unfit-steward"),
      /^this rig cannot run .*foreign, which needs the GNU C library\n$/,
    );
  }));

Deno.test("insideScript refuses names and variables that a shell would read otherwise", () => {
  const made = (name: string, env: Record<string, string> = {}) =>
    insideScript([{ name, argv: ["true"], env }]);
  assert.equal(made("a-1", { A: "'" }), `beside 'a-1' 'A='\\''' -- 'true'\n`);
  for (const name of ["", "a b", "../x", "-a"]) assert.throws(() => made(name), /no name of a process/);
  for (const variable of ["A B", "IFS", "A;id"]) {
    assert.throws(() => made("a", { [variable]: "x" }), { code: "bad-variable" }, variable);
  }
  assert.throws(() => insideScript([{ name: "a", argv: [], env: {} }]), /no program/);
});
