import assert from "node:assert/strict";
import { Pty } from "../../lib/host/pty.ts";
import { openOnTerminal } from "../../lib/host/process.ts";

async function text(pty: Pty): Promise<string> {
  let all = "";
  for (let part = await pty.read(); part; part = await pty.read()) all += new TextDecoder().decode(part);
  return all;
}

const ENV = { PATH: "/usr/bin:/bin", TERM: "xterm" };

Deno.test("a program on a terminal of ours has its size, its session and its exit code", async () => {
  // A name without a folder cannot be started by the C library.
  for (const shell of ["/bin/sh", "sh"]) {
    using pty = new Pty({ columns: 101, rows: 37 });
    const child = openOnTerminal(
      [shell, "-c", "stty size; tty; test -t 0 && test -t 2 && echo yes; echo x >/dev/tty; exit 5"],
      pty.path,
      { env: ENV, cwd: "/" },
    );
    assert.equal(await text(pty), `37 101\r\n${pty.path}\r\nyes\r\nx\r\n`, shell);
    assert.equal(await child.exit, 5);
  }
});

Deno.test("standard error of a program on a terminal of ours can come apart", async () => {
  for (const shell of ["/bin/sh", "sh"]) {
    using pty = new Pty({ columns: 80, rows: 24 });
    const argv = [shell, "-c", "echo out; echo err >&2"];
    const child = openOnTerminal(argv, pty.path, { env: ENV, cwd: "/", stderr: "piped" });
    let errors = "";
    const reading = (async () => {
      for await (const part of child.stderr!) errors += new TextDecoder().decode(part);
    })();
    assert.equal(await text(pty), "out\r\n", shell);
    await reading;
    assert.equal(errors, "err\n", shell);
    await child.exit;
  }
});

Deno.test("what is typed reaches the program, Ctrl-C as a signal, a new size as one, too", async () => {
  using pty = new Pty({ columns: 80, rows: 24 });
  const child = openOnTerminal(
    [
      "/bin/sh",
      "-c",
      "trap 'echo int; exit 7' INT; trap 'stty size' WINCH; read -r a; echo got $a; while :; do sleep 0.1; done",
    ],
    pty.path,
    { env: ENV, cwd: "/" },
  );
  const shown = text(pty);
  await pty.write(new TextEncoder().encode("hello\n"));
  await new Promise((resolve) => setTimeout(resolve, 500));
  pty.resize({ columns: 90, rows: 20 });
  await new Promise((resolve) => setTimeout(resolve, 500));
  await pty.write(new Uint8Array([3]));
  assert.equal(await child.exit, 7);
  assert.equal(await shown, "hello\r\ngot hello\r\n20 90\r\n^Cint\r\n");
});

Deno.test("closing our end hangs up, also while it is being read", async () => {
  const pty = new Pty({ columns: 80, rows: 24 });
  const child = openOnTerminal(["/bin/sleep", "60"], pty.path, { env: ENV, cwd: "/" });
  const shown = text(pty);
  await new Promise((resolve) => setTimeout(resolve, 300));
  pty[Symbol.dispose]();
  assert.equal(await shown, "");
  assert.equal(await child.exit, 129);
});

Deno.test("much output and a long paste come through whole", async () => {
  using pty = new Pty({ columns: 80, rows: 24 });
  const child = openOnTerminal(
    [
      "/bin/sh",
      "-c",
      "stty raw -echo; head -c 200000 | sha256sum; head -c 20000000 /dev/zero | tr '\\0' x; exit 0",
    ],
    pty.path,
    { env: ENV, cwd: "/" },
  );
  await new Promise((resolve) => setTimeout(resolve, 500));
  const paste = new Uint8Array(200_000).map((_, at) => 32 + at % 90);
  const writing = pty.write(paste);
  let length = 0;
  let first = "";
  for (let part = await pty.read(); part; part = await pty.read()) {
    if (length === 0) first = new TextDecoder().decode(part).slice(0, 64);
    length += part.length;
  }
  await writing;
  const sum = Array.from(
    new Uint8Array(await crypto.subtle.digest("SHA-256", paste)),
    (byte) => byte.toString(16).padStart(2, "0"),
  ).join("");
  assert.equal(first, sum);
  assert.ok(length > 20_000_000);
  assert.equal(await child.exit, 0);
});
