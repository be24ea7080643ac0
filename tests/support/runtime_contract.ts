/**
 * What every runtime must do, as tests: the same for the engines of this machine and for a runtime that has no engine.
 *
 * @module
 */

import assert from "node:assert/strict";
import { ENTER } from "../../lib/crab/enter/script.ts";
import type { BoxRuntime, Exit, Started } from "../../lib/runtime/runtime.ts";
import type { ByteSink, Io } from "../../lib/runtime/io.ts";
import type { Mailbox } from "../../lib/runtime/mailbox.ts";
import { boxLabels, LABEL_BOX, LABEL_RUN, ownerMark } from "../../lib/runtime/labels.ts";
import { BOX_ENTER, BOX_IN, BOX_OUT } from "../../lib/spec/box_paths.ts";
import { fromPart } from "../../lib/spec/source.ts";
import type { BoxSpec, HandedFile, UserMapping } from "../../lib/spec/box_spec.ts";
import { someSpec } from "./spec.ts";

/** A runtime to test, and what fits it here. */
export interface Contestant {
  readonly runtime: BoxRuntime;
  /** An image with a shell and coreutils. */
  readonly image: string;
  readonly user: UserMapping;
  /** A folder of the test's own, for state and runs. */
  readonly folder: string;
  /** Called after the test. */
  readonly close?: () => Promise<void>;
}

const TEST_MS = 90_000;
const MEGABYTE = 1024 * 1024;

/** Collects bytes. */
class Bytes {
  #parts: Uint8Array[] = [];
  length = 0;
  readonly sink: ByteSink = (chunk) => {
    this.#parts.push(chunk.slice());
    this.length += chunk.length;
  };
  get all(): Uint8Array {
    const all = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
  get text(): string {
    return new TextDecoder().decode(this.all);
  }
}

/** A box of one test: its plan, its mailbox, and a way to be rid of it. */
class Trial implements AsyncDisposable {
  readonly notes: string[] = [];
  readonly state: string;
  private constructor(readonly contestant: Contestant, readonly spec: BoxSpec, readonly mailbox: Mailbox) {
    this.state = contestant.folder;
  }

  static async make(
    contestant: Contestant,
    words: readonly string[],
    changes: Partial<BoxSpec> = {},
    files: ReadonlyMap<string, HandedFile> = new Map(),
  ): Promise<Trial> {
    const name = `kanibako-contract-${crypto.randomUUID().slice(0, 8)}`;
    const lifetime = changes.lifetime ?? "ephemeral";
    const owner = await ownerMark(contestant.folder);
    const spec = someSpec({
      name,
      hostname: "contract",
      image: contestant.image,
      user: contestant.user,
      workdir: "/",
      args: [BOX_ENTER, "run", ...words],
      labels: boxLabels({ id: name, role: "box" }, owner, name, lifetime, undefined),
      env: {
        HOME: { value: "/tmp", secret: false, from: fromPart("test") },
        OF_BOX: { value: "of the box", secret: false, from: fromPart("test") },
      },
      mounts: [
        {
          type: "files",
          destination: BOX_IN,
          readOnly: true,
          files: new Map([
            ["enter", { content: ENTER, mode: 0o755 }],
            ["env", { content: "", mode: 0o600 }],
            ...files,
          ]),
          from: fromPart("test"),
        },
        { type: "mailbox", destination: BOX_OUT, readOnly: false, from: fromPart("test") },
        { type: "tmpfs", destination: "/home/agent/workspace", readOnly: false, from: fromPart("test") },
      ],
      ...changes,
    });
    const mailbox = await contestant.runtime.prepareMailbox(spec, `${contestant.folder}/runs/${name}`, {
      guests: false,
    });
    return new Trial(contestant, spec, mailbox);
  }

  start(io: Io, spec: BoxSpec = this.spec): Promise<Started> {
    return this.contestant.runtime.start(spec, io, {
      mailbox: this.mailbox,
      state: this.state,
      note: (text) => this.notes.push(text),
    });
  }

  /** Starts in the foreground; what it said. */
  async begin(io: Extract<Io, { kind: "streams" }>): Promise<Extract<Started, { kind: "begun" }>> {
    const started = await this.start(io);
    assert.equal(started.kind, "begun");
    return started as Extract<Started, { kind: "begun" }>;
  }

  async exec(argv: readonly string[], io: Partial<Extract<Io, { kind: "streams" }>> = {}): Promise<{
    readonly code: number | "not-running";
    readonly stdout: Bytes;
    readonly stderr: Bytes;
  }> {
    const [stdout, stderr] = [new Bytes(), new Bytes()];
    const call = { box: this.spec.name, kind: "command", argv, env: {}, workdir: "/" } as const;
    const exec = this.contestant.runtime.exec(call, {
      kind: "streams",
      stdout: stdout.sink,
      stderr: stderr.sink,
      ...io,
    });
    const outcome = await exec.outcome;
    return { code: outcome.kind === "ended" ? outcome.code : outcome.kind, stdout, stderr };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.contestant.runtime.remove(this.spec.name);
    await this.mailbox.remove();
  }
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let waitedMs = 0; waitedMs < 20_000; waitedMs += 100) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`it never came to this: ${what}`);
}

async function within<T>(what: string, promise: Promise<T>, ms = 20_000): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not in time: ${what}`)), ms);
  });
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function digest(bytes: Uint8Array): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>)).toHex();
}

function code({ code }: Exit): number {
  return code;
}

/** Registers the tests of one runtime. */
export function runtimeContract(title: string, make: () => Promise<Contestant>): void {
  const test = (name: string, body: (contestant: Contestant) => Promise<void>) =>
    Deno.test({
      name: `${title}: ${name}`,
      // A read of a FIFO may end a moment after its test.
      sanitizeOps: false,
      sanitizeResources: false,
      fn: async () => {
        const contestant = await make();
        await within(name, body(contestant), TEST_MS).finally(contestant.close);
      },
    });

  test("a command in the foreground ends with exactly its own exit code", async (contestant) => {
    for (const wanted of [0, 1, 2, 64, 125, 126, 127, 128, 137, 143, 254, 255]) {
      await using box = await Trial.make(contestant, ["sh", "-c", `echo 'Error: mine' >&2; exit ${wanted}`]);
      const stderr = new Bytes();
      const started = await box.begin({ kind: "streams", stderr: stderr.sink });
      assert.equal(code(await started.exit), wanted);
      assert.equal(stderr.text, "Error: mine\n");
      assert.equal(await box.mailbox.begun, true);
    }
  });

  test("bytes pass both ways as they are, in the foreground", async (contestant) => {
    await using box = await Trial.make(contestant, ["sh", "-c", "cat; printf 'a\\377\\376b\\000' >&2"]);
    const [stdout, stderr] = [new Bytes(), new Bytes()];
    const input = Uint8Array.from({ length: 1000 }, (_, n) => n % 256);
    const started = await box.begin({
      kind: "streams",
      stdin: new Blob([input]).stream(),
      stdout: stdout.sink,
      stderr: stderr.sink,
    });
    assert.equal(code(await started.exit), 0);
    assert.deepEqual(stdout.all, input);
    assert.deepEqual([...stderr.all], [97, 255, 254, 98, 0]);
  });

  test("a box that is held runs until it is released, and commands run in it with exact results", async (contestant) => {
    await using box = await Trial.make(contestant, ["cat"]);
    const started = await box.begin({ kind: "streams", holdInput: true });
    for (const wanted of [0, 1, 125, 126, 127, 254, 255]) {
      const words = `echo 'Error: no such container' >&2; exit ${wanted}`;
      const { code, stderr } = await box.exec(["sh", "-c", words]);
      assert.equal(code, wanted);
      assert.equal(stderr.text, "Error: no such container\n");
    }
    assert.equal((await box.exec(["/no/such/program"])).code, 127);
    const input = Uint8Array.from({ length: 1000 }, (_, n) => n % 256);
    const copied = await box.exec(["sh", "-c", "cat; printf '\\377\\001begun\\n\\376' >&2"], {
      stdin: new Blob([input]).stream(),
    });
    assert.deepEqual(copied.stdout.all, input);
    assert.deepEqual([...copied.stderr.all], [255, 1, ...new TextEncoder().encode("begun\n"), 254]);
    started.release();
    assert.equal(code(await within("the end of a released box", started.exit)), 0);
    await until("the box is gone", async () => !(await contestant.runtime.inspect(box.spec.name))?.running);
    assert.equal((await box.exec(["true"])).code, "not-running");
  });

  test("50 MB pass without loss", async (contestant) => {
    await using box = await Trial.make(contestant, ["cat"]);
    const started = await box.begin({ kind: "streams", holdInput: true });
    const { code: ended, stdout } = await box.exec(["head", "-c", String(50 * MEGABYTE), "/dev/zero"]);
    assert.equal(ended, 0);
    assert.equal(stdout.length, 50 * MEGABYTE);
    // In and out again on both streams, with bytes that are no text.
    const piece = Uint8Array.from({ length: MEGABYTE }, (_, n) => (n * 7 + (n >> 8)) % 256);
    const all = new Blob(Array.from({ length: 50 }, () => piece));
    const copied = await box.exec(["sh", "-c", "tee /dev/stderr"], { stdin: all.stream() });
    assert.equal(copied.code, 0);
    const sent = await digest(new Uint8Array(await all.arrayBuffer()));
    assert.deepEqual([await digest(copied.stdout.all), await digest(copied.stderr.all)], [sent, sent]);
    started.release();
    await started.exit;
  });

  test("a sender waits for whoever takes its bytes", async (contestant) => {
    await using box = await Trial.make(contestant, ["cat"]);
    const started = await box.begin({ kind: "streams", holdInput: true });
    let taken = 0;
    const { code: ended } = await box.exec(["head", "-c", String(2 * MEGABYTE), "/dev/zero"], {
      stdout: async (bytes) => {
        await new Promise((resolve) => setTimeout(resolve, 2));
        taken += bytes.length;
      },
    });
    assert.deepEqual([ended, taken], [0, 2 * MEGABYTE]);
    started.release();
    await started.exit;
  });

  test("a call that is given up ends, whatever becomes of its command", async (contestant) => {
    await using box = await Trial.make(contestant, ["cat"]);
    const started = await box.begin({ kind: "streams", holdInput: true });
    const stdout = new Bytes();
    const exec = contestant.runtime.exec({
      box: box.spec.name,
      kind: "command",
      argv: ["sh", "-c", "echo ready; trap '' TERM HUP INT; while :; do sleep 1; done"],
      env: {},
      workdir: "/",
    }, { kind: "streams", stdout: stdout.sink });
    await until("the command runs", () => Promise.resolve(stdout.text === "ready\n"));
    exec.abandon();
    assert.equal((await within("the end of the call", exec.outcome)).kind, "ended");
    started.release();
    await within("the end of the box", started.exit);
  });

  test("a command gets its own variables, above the box's, and its folder", async (contestant) => {
    await using box = await Trial.make(contestant, ["cat"]);
    const started = await box.begin({ kind: "streams", holdInput: true });
    const stdout = new Bytes();
    const outcome = await contestant.runtime.exec({
      box: box.spec.name,
      kind: "command",
      argv: ["sh", "-c", 'printf "%s|" "$OF_BOX" "$MINE"; pwd'],
      env: { OF_BOX: "of the command", MINE: "a 'b'\n" },
      workdir: "/usr",
    }, { kind: "streams", stdout: stdout.sink }).outcome;
    assert.deepEqual(outcome, { kind: "ended", code: 0 });
    assert.equal(stdout.text, "of the command|a 'b'\n|/usr\n");
    started.release();
    await started.exit;
  });

  test("a detached box is found by its labels, joined, stopped and removed", async (contestant) => {
    const { runtime } = contestant;
    await using box = await Trial.make(contestant, ["sleep", "600"], { lifetime: "persistent" });
    const started = await box.start({ kind: "none" });
    assert.equal(started.kind, "detached");
    const found = await runtime.find({ [LABEL_BOX]: box.spec.name, [LABEL_RUN]: undefined });
    assert.deepEqual(found.map(({ name, running }) => [name, running]), [[box.spec.name, true]]);
    assert.equal((await runtime.inspect(box.spec.name))?.labels[LABEL_BOX], box.spec.name);
    assert.deepEqual(await runtime.find({ [LABEL_BOX]: "another" }), []);
    assert.equal((await box.exec(["true"])).code, 0);
    await runtime.stop(box.spec.name, 1000);
    assert.equal((await runtime.inspect(box.spec.name))?.running, false);
    assert.equal((await box.exec(["true"])).code, "not-running");
    await runtime.remove(box.spec.name);
    assert.equal(await runtime.inspect(box.spec.name), undefined);
    assert.equal((await box.exec(["true"])).code, "not-running");
    await runtime.remove(box.spec.name);
  });

  test("a name that one of our boxes has is reported as taken while it runs, and used again afterwards", async (contestant) => {
    const { runtime } = contestant;
    await using box = await Trial.make(contestant, ["sleep", "600"], { lifetime: "persistent" });
    assert.equal((await box.start({ kind: "none" })).kind, "detached");
    const again = await box.start({ kind: "none" });
    assert.equal(again.kind, "taken");
    assert.equal(again.kind === "taken" && again.box.name, box.spec.name);
    await runtime.stop(box.spec.name, 500);
    assert.equal((await box.start({ kind: "none" })).kind, "detached");
  });

  test("a name that somebody else's container has is refused, and that container left alone", async (contestant) => {
    const { runtime } = contestant;
    await using box = await Trial.make(contestant, ["sleep", "600"], { lifetime: "persistent", labels: {} });
    assert.equal((await box.start({ kind: "none" })).kind, "detached");
    await assert.rejects(box.start({ kind: "none" }), { code: "name-taken" });
    assert.equal((await runtime.inspect(box.spec.name))?.running, true);
  });

  test("an image that is not there is an outcome, in the foreground and detached", async (contestant) => {
    const image = "localhost/kanibako-no-such-image:latest";
    await using box = await Trial.make(contestant, ["true"], { image });
    assert.equal((await box.start({ kind: "streams" })).kind, "no-image");
    assert.equal((await box.start({ kind: "none" })).kind, "no-image");
    // With its image it starts after all.
    const started = await box.start({ kind: "streams" }, { ...box.spec, image: contestant.image });
    assert.equal(started.kind, "begun");
    assert.equal(started.kind === "begun" && code(await started.exit), 0);
  });

  test("the mailbox hands in, takes out, and says when the box leaves something and when it ends", async (contestant) => {
    const files = new Map([["greeting/text", { content: "hello", mode: 0o600 }]]);
    const script = `mkdir ${BOX_OUT}/folder; ln -s /etc/passwd ${BOX_OUT}/link
cat "$0/greeting/text" >${BOX_OUT}/.one; mv ${BOX_OUT}/.one ${BOX_OUT}/one
while [ ! -e "$0/todo" ]; do sleep 0.1; done; cat "$0/todo" >${BOX_OUT}/two
[ ! -p "$0/alive" ] || printf o 1<>"$0/alive"; sleep 600`;
    await using box = await Trial.make(contestant, ["sh", "-c", script, BOX_IN], {
      lifetime: "persistent",
    }, files);
    await using mailbox = await contestant.runtime.openMailbox(`${contestant.folder}/runs/${box.spec.name}`);
    assert.equal((await box.start({ kind: "none" })).kind, "detached");
    await until("the box has read it", async () => (await mailbox.take("one", 100)) !== undefined);
    assert.equal(new TextDecoder().decode(await mailbox.take("one", 5)), "hello");
    await assert.rejects(mailbox.take("one", 4), { code: "out-folder" });
    for (const name of ["folder", "link", "..", "a/b"]) {
      await assert.rejects(mailbox.take(name, 1000), { code: "out-folder" }, name);
    }
    assert.equal(await mailbox.take("nothing", 10), undefined);
    await mailbox.put(new Map([["todo", { content: "new\n", mode: 0o600 }]]));
    await until("what was put is taken", async () => (await mailbox.take("two", 100)) !== undefined);
    assert.equal(await within("the box says so", mailbox.wait()), "said");
    await contestant.runtime.stop(box.spec.name, 500);
    assert.equal(await within("its end", mailbox.wait()), "silent");
  });

  test("a signal reaches the command in the foreground and the one called in", async (contestant) => {
    const catching = "trap 'echo got; exit 3' TERM; while :; do sleep 0.1; done";
    await using box = await Trial.make(contestant, ["sh", "-c", catching]);
    const started = await box.begin({ kind: "streams" });
    const stdout = new Bytes();
    const exec = contestant.runtime.exec({
      box: box.spec.name,
      kind: "command",
      argv: ["sh", "-c", `echo ready; ${catching}`],
      env: {},
      workdir: "/",
    }, { kind: "streams", stdout: stdout.sink });
    await until("the command runs", () => Promise.resolve(stdout.text === "ready\n"));
    await exec.signal("SIGTERM");
    assert.deepEqual(await within("the end of the command", exec.outcome), { kind: "ended", code: 3 });
    assert.equal((await contestant.runtime.inspect(box.spec.name))?.running, true);
    await started.signal("SIGTERM");
    assert.equal(code(await within("the end of the box", started.exit)), 3);
  });

  test("SIGKILL ends a box whose command heeds nothing else", async (contestant) => {
    await using box = await Trial.make(contestant, [
      "sh",
      "-c",
      "trap '' TERM HUP INT; while :; do sleep 1; done",
    ]);
    const started = await box.begin({ kind: "streams" });
    await started.signal("SIGKILL");
    assert.equal(code(await within("the end of the box", started.exit)), 137);
    await until("the box is gone", async () => !(await contestant.runtime.inspect(box.spec.name))?.running);
  });
}
