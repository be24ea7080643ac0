import assert from "node:assert/strict";
import { until, User } from "../support/program.ts";
import { modes, PtyUser } from "../support/pty_user.ts";

/** Writes to the clipboard, sets a title, asks who the terminal is, and a line of text. */
const HOSTILE =
  `printf 'begin\\n\\033]52;c;UFdORUQ=\\007\\033]0;title\\007\\033[c\\033Ptmux;\\033\\033[6n\\033\\\\[\\033[31mred\\033[m]\\n'`;
const RED = "[\x1b[31mred\x1b[m]\r\n";
const COPIED = "\x1b]52;c;UFdORUQ=\x07";
const TITLED = "\x1b]0;title\x07";

/** What reaches the terminal of a command that shows {@link HOSTILE}. */
async function hostile(user: User, words: readonly string[], folder: string): Promise<string> {
  using pty = PtyUser.open(user, [...words, "--", "sh", "-c", `${HOSTILE}; exit 7`], folder);
  assert.equal(await pty.ended, 7, pty.shown);
  const [before, after] = modes(pty.shown);
  assert.equal(after, before, "the terminal has not got its modes back");
  return shownBy(pty);
}

function shownBy({ shown }: PtyUser): string {
  return /begin\r\n([^]*)<[^>]*>\r\n\[exit 7\]\r\n$/.exec(shown)?.[1] ?? shown;
}

/** The same of a command that has no terminal, since it reads from a pipe: its output goes to one, and so do its errors. */
async function hostilePiped(user: User, folder: string): Promise<string> {
  const words = ["shell", "--", "sh", "-c", `${HOSTILE}; ${HOSTILE} >&2; exit 7`];
  using pty = PtyUser.open(user, words, folder, { piped: true });
  assert.equal(await pty.ended, 7, pty.shown);
  return shownBy(pty).replace("begin\r\n", "");
}

/** Makes the box's steward out of reach: what follows goes by the engine. */
async function withoutSteward(user: User): Promise<void> {
  for await (const { name } of Deno.readDir(`${user.state}/boxes`)) {
    for await (const file of Deno.readDir(`${user.state}/boxes/${name}`)) {
      if (file.name === "calls") await Deno.remove(`${user.state}/boxes/${name}/${file.name}`);
    }
  }
}

Deno.test("T49, H7: whichever way a box is shown on a terminal, it is filtered, and settings allow what they name", async () => {
  await using user = await User.make();
  const folder = await user.folder();
  // In the foreground, by the engine's client.
  assert.equal(await hostile(user, ["shell"], folder), RED);
  assert.equal(await hostilePiped(user, folder), RED.repeat(2));
  await user.configure('box.network = "none"', "[terminal]", "clipboard = true", "title = true");
  assert.equal(await hostile(user, ["shell"], folder), COPIED + TITLED + RED);
  await user.configure('box.network = "none"', "[terminal]", "clipboard = true");
  // Beside a session, by the steward.
  await user.ok(["start", "--persistent", "--entrypoint", "sleep", "--", "600"], { cwd: folder });
  assert.equal(await hostile(user, ["shell"], folder), COPIED + RED);
  assert.equal(await hostilePiped(user, folder), (COPIED + RED).repeat(2));
  await user.configure('box.network = "none"');
  assert.equal(await hostile(user, ["shell"], folder), RED);
  // The same, by the engine.
  await withoutSteward(user);
  assert.equal(await hostile(user, ["shell"], folder), RED);
  await user.configure('box.network = "none"', "[terminal]", "title = true");
  assert.equal(await hostile(user, ["shell"], folder), TITLED + RED);
  assert.equal(await hostilePiped(user, folder), (TITLED + RED).repeat(2));
});

Deno.test("a shell in a running box: size, jobs, keys, pastes, recording, and what becomes of the terminal when it ends", async () => {
  await using user = await User.make();
  const folder = await user.folder();
  await user.ok(["start", "--persistent", "--entrypoint", "sleep", "--", "600"], { cwd: folder });
  {
    using pty = PtyUser.open(user, ["shell", "--record", "one.cast"], folder, {
      size: { columns: 101, rows: 37 },
      env: { TERM: "xterm" },
    });
    await pty.shows(/[$#] $/);
    await pty.type("bind 'set enable-bracketed-paste off'; stty size; echo $TERM; PS1='ready> '\n");
    assert.match(await pty.shows(/\nready> $/), /37 101\r\nxterm\r\n/);
    pty.resize({ columns: 90, rows: 20 });
    await until(async () => {
      await pty.type("stty size\n");
      return (await pty.shows(/\nready> $/)).includes("20 90\r\n");
    }, 5000);
    // A character outside the first plane, and one that two make up, there and back.
    await pty.type("echo '日本 👩‍💻 é' | wc -c; echo grüße\n");
    assert.match(await pty.shows(/\nready> $/), /\n22\r\ngrüße\r\n/);
    await pty.type("sleep 300\n");
    await pty.shows("sleep 300\r\n");
    await new Promise((resolve) => setTimeout(resolve, 300));
    await pty.type("\x1a");
    await pty.shows(/Stopped/);
    await pty.type("fg\n");
    await pty.shows("fg\r\nsleep 300\r\n");
    await new Promise((resolve) => setTimeout(resolve, 300));
    await pty.type("\x03");
    await pty.shows(/\^C\r\nready> $/);
    // The keys of a mouse and the brackets of a paste are bytes like any other.
    await pty.type("stty raw -echo; head -c 25 | od -An -tx1 | tr -d ' \\n'; stty -raw echo\n");
    await pty.shows(/echo\r\n/);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await pty.type("\x1b[<0;12;34M\x1b[200~\n\x1b[201~\x00");
    await pty.shows("1b5b3c303b31323b33344d1b5b3230307e0a1b5b3230317e00");
    const paste = Uint8Array.from({ length: 200_000 }, (_, at) => 32 + at % 90);
    await pty.type("stty raw -echo; echo go; head -c 200000 | sha256sum; stty -raw echo\n");
    await pty.shows("echo go");
    await pty.shows("go");
    await pty.type(paste);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", paste));
    await pty.shows(Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join(""));
    await pty.type("export API_TOKEN=geheim123456\nexit 9\n");
    assert.equal(await pty.ended, 9);
    assert.match(pty.shown, /Recorded in [^\n]*one\.cast/);
  }

  const lines = (await Deno.readTextFile(`${folder}/one.cast`)).trimEnd().split("\n");
  const [head, ...events] = lines.map((line) => JSON.parse(line));
  const { version, width, height, env } = head;
  assert.deepEqual({ version, width, height, env }, {
    version: 2,
    width: 101,
    height: 37,
    env: { TERM: "xterm" },
  });
  assert.ok(events.some(([, kind, data]) => kind === "r" && data === "90x20"));
  assert.deepEqual(events.slice(-2).map(([, kind, data]) => [kind, data]), [["m", "exit 9"], ["x", "9"]]);
  const text = events.filter(([, kind]) => kind === "o").map(([, , data]) => data).join("");
  assert.match(text, /grüße\r\n/);
  assert.match(text, /API_TOKEN=\[redacted\]/);
  assert.doesNotMatch(text, /geheim/);
  assert.equal((await Deno.stat(`${folder}/one.cast`)).mode! & 0o777, 0o600);
  const again = await user.run(["replay", "one.cast", "--max-idle", "0.01", "--speed", "100"], {
    cwd: folder,
  });
  assert.equal(again.stdout, text);
  {
    // On a terminal it is shown as it was, and Ctrl-c ends it.
    const long = [
      JSON.stringify(head),
      ...[[0, "o", "a\nb\x1b]0;title\x07c"], [900, "o", "d"]].map((one) => JSON.stringify(one)),
    ];
    await Deno.writeTextFile(`${folder}/long.cast`, long.join("\n"));
    using pty = PtyUser.open(user, ["replay", "long.cast"], folder);
    const before = modes(await pty.shows("a\nbc"))[0];
    await pty.type("\x03");
    assert.equal(await pty.ended, 130);
    assert.equal(modes(pty.shown)[0], before);
  }
  {
    using pty = PtyUser.open(user, ["shell", "--record", "one.cast"], folder);
    assert.equal(await pty.ended, 1);
    assert.match(pty.shown, /one\.cast: the file exists/);
  }
  // However it ends, the terminal is as it was.
  for (const [signal, expected] of [["TERM", 129], ["KILL", 137]] as const) {
    using pty = PtyUser.open(user, ["shell"], folder);
    const before = modes(await pty.shows(/[$#] $/))[0];
    await new Promise((resolve) => setTimeout(resolve, 300));
    await killCall(user, signal);
    assert.equal(await pty.ended, expected, pty.shown);
    assert.equal(modes(pty.shown).at(-1), before, signal);
  }
});

Deno.test("T49: what tmux in a box copies reaches the clipboard where a setting allows it, and a lost terminal ends its shell", async () => {
  await using user = await User.make();
  const folder = await user.folder();
  const copy = "tmux set -g set-titles on; tmux set-buffer -w -- copied; echo $((40 + 2))ready\n";
  const copied = `;${btoa("copied")}`;
  for (const allowed of [true, false]) {
    await user.configure('box.network = "none"', "[terminal]", `clipboard = ${allowed}`);
    using pty = PtyUser.open(user, ["start", "--persistent", "--entrypoint", "bash"], folder);
    const begun = await pty.shows(/[$#] /);
    await pty.type(copy);
    const seen = await pty.shows("42ready");
    await new Promise((resolve) => setTimeout(resolve, 300));
    await pty.type("\x02d");
    assert.equal(await pty.ended, 0);
    const shown = begun + seen + pty.shown;
    assert.equal(shown.includes("\x1b]52;") && shown.includes(copied), allowed, JSON.stringify(shown));
    // Titles, and questions that tmux asks when it is attached.
    // deno-lint-ignore no-control-regex -- these are what it is about
    assert.doesNotMatch(shown, /\x1b\][012];|\x1b\[>?[0-9]*[cq]/);
    const [before, after] = modes(shown);
    assert.equal(after, before);
  }
  using pty = PtyUser.open(user, ["shell"], folder);
  await pty.shows(/[$#] $/);
  await pty.type("sleep 4321\n");
  const sleeps = async () =>
    (await user.run(["shell", "--", "sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"], { cwd: folder }))
      .stdout
      .includes("sleep 4321");
  await until(sleeps);
  pty.hangUp();
  await until(async () => !await sleeps());
});

/** Sends a signal to this user's calls of the program that have a terminal. */
async function killCall(user: User, signal: string): Promise<void> {
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const words = (await Deno.readTextFile(`/proc/${name}/cmdline`)).split("\0");
      const env = (await Deno.readTextFile(`/proc/${name}/environ`)).split("\0");
      if (!env.includes(`HOME=${user.home}`) || words.at(-2) !== "shell" || words[0] === "/bin/sh") continue;
      Deno.kill(Number(name), `SIG${signal}` as Deno.Signal);
    } catch { /* it has ended, or is somebody else's */ }
  }
}
