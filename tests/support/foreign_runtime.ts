/**
 * A runtime that is foreign on purpose: boxes run on a machine which shares no file system with this one and is only reached
 * by messages. There is no command line, no bind mount and no FIFO. Where it does what a runtime must do, so can others.
 *
 * @module
 */

import { KanibakoError } from "../../lib/host/error.ts";
import type { ByteSink, Io } from "../../lib/runtime/io.ts";
import { isOwnBox } from "../../lib/runtime/labels.ts";
import type { Mailbox } from "../../lib/runtime/mailbox.ts";
import type {
  BoxInfo,
  BoxRuntime,
  Capabilities,
  Exec,
  ExecCall,
  ExecOutcome,
  Exit,
  RuntimeDescription,
  Started,
  StartOptions,
} from "../../lib/runtime/runtime.ts";
import { BOX_ENTER, BOX_IN } from "../../lib/spec/box_paths.ts";
import type { BoxSpec, HandedFile } from "../../lib/spec/box_spec.ts";
import {
  type Answer,
  type Asked,
  type BoxState,
  decodeBase64,
  encodeBase64,
  readLines,
} from "./foreign_wire.ts";

/** Answers to one request as they come. */
interface Listener {
  readonly begun?: () => void;
  readonly stdout?: ByteSink | undefined;
  readonly stderr?: ByteSink | undefined;
}

/** The connection to the machine. */
export class ForeignMachine implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #waiting = new Map<number, Listener & PromiseWithResolvers<unknown>>();
  readonly #mail = new Map<string, (said: "said" | "silent") => void>();
  readonly #reading: Promise<void>;
  #next = 1;

  /** Starts the machine. */
  constructor() {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--quiet", new URL("./foreign_machine.ts", import.meta.url).pathname],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#reading = this.#read();
  }

  /** Asks something. The number is the request's, for what refers to it. */
  ask(
    asked: Asked,
    listener: Listener = {},
  ): { readonly id: number; readonly answer: Promise<unknown> } {
    const id = this.#next++;
    const waiting = { ...listener, ...Promise.withResolvers<unknown>() };
    this.#waiting.set(id, waiting);
    void this.#writer.write(new TextEncoder().encode(`${JSON.stringify({ ...asked, id })}\n`));
    return { id, answer: waiting.promise };
  }

  /** Called with what is said about the mail of a run. */
  onMail(run: string, listener: (said: "said" | "silent") => void): void {
    this.#mail.set(run, listener);
  }

  async #read(): Promise<void> {
    for await (const line of readLines(this.#child.stdout)) {
      const answer = JSON.parse(line) as Answer;
      if (answer.kind === "mail") {
        this.#mail.get(answer.run)?.(answer.said);
        continue;
      }
      const waiting = this.#waiting.get(answer.id);
      if (answer.kind === "begun") waiting?.begun?.();
      else if (answer.kind === "done" || answer.kind === "failed") {
        this.#waiting.delete(answer.id);
        if (answer.kind === "done") waiting?.resolve(answer.value);
        else waiting?.reject(new Error(answer.message));
        // Whoever takes it slowly holds the machine back.
      } else await waiting?.[answer.kind]?.(decodeBase64(answer.bytes));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close().catch(() => {});
    await Promise.all([this.#child.status, this.#reading]);
  }
}

/** The mail of one run, kept on the machine. */
class ForeignMailbox implements Mailbox {
  readonly #machine: ForeignMachine;
  readonly run: string;
  readonly #begun = Promise.withResolvers<boolean>();
  #hasBegun = false;
  #left = false;
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(machine: ForeignMachine, run: string) {
    this.#machine = machine;
    this.run = run;
    machine.onMail(run, (said) => {
      if (said === "said") this.#left = true;
      else this.#ended = true;
      this.#wake?.();
    });
  }

  /** The machine says so. */
  begins(): void {
    this.#hasBegun = true;
    this.#begun.resolve(true);
  }

  get begun(): Promise<boolean> {
    return this.#begun.promise;
  }

  hasBegun(): Promise<boolean> {
    return Promise.resolve(this.#hasBegun);
  }

  async put(files: ReadonlyMap<string, HandedFile>): Promise<void> {
    await this.#machine.ask({ op: "put", run: this.run, files: packed(files) }).answer;
  }

  async take(name: string, maxBytes: number): Promise<Uint8Array | undefined> {
    try {
      if (name.includes("/") || name === "..") throw new Error("that is no name");
      const bytes = await this.#machine.ask({ op: "take", run: this.run, name, maxBytes }).answer;
      return typeof bytes === "string" ? decodeBase64(bytes) : undefined;
    } catch (error) {
      throw new KanibakoError("out-folder", `Cannot take ${name} from the box: ${error}`);
    }
  }

  async wait(): Promise<"said" | "silent"> {
    while (!this.#left && !this.#ended) await new Promise<void>((resolve) => this.#wake = resolve);
    if (!this.#left) return "silent";
    this.#left = false;
    return "said";
  }

  alive(): Promise<boolean> {
    return Promise.resolve(this.#hasBegun && !this.#ended);
  }

  enter(): Promise<Disposable> {
    return Promise.resolve({ [Symbol.dispose]: () => {} });
  }

  remove(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#begun.resolve(this.#hasBegun);
    return Promise.resolve();
  }
}

/** The runtime. */
export class ForeignRuntime implements BoxRuntime {
  readonly kind = "foreign";
  readonly place = {};
  readonly can: Capabilities = {
    userNamespace: true,
    hostMounts: false,
    limits: { memory: false, cpus: false, pids: false },
    networks: new Set(["none"]),
    beside: false,
  };
  readonly #machine: ForeignMachine;
  readonly #mailboxes = new Map<string, ForeignMailbox>();

  constructor(machine: ForeignMachine) {
    this.#machine = machine;
  }

  check(spec: BoxSpec): void {
    const mount = spec.mounts.find(({ type }) => type === "bind");
    if (!mount) return;
    throw new KanibakoError(
      "cannot-express",
      `Cannot mount a folder of this host there (mount: ${mount.destination}).`,
    );
  }

  async prepareMailbox(spec: BoxSpec, folder: string): Promise<Mailbox> {
    const run = folder.slice(folder.lastIndexOf("/") + 1);
    const mailbox = new ForeignMailbox(this.#machine, run);
    this.#mailboxes.set(run, mailbox);
    const handed = spec.mounts.find((mount) => mount.type === "files" && mount.destination === BOX_IN);
    const files = handed?.type === "files" ? packed(handed.files) : {};
    await this.#machine.ask({ op: "mail", run, files }).answer;
    return mailbox;
  }

  openMailbox(folder: string): Promise<Mailbox> {
    const run = folder.slice(folder.lastIndexOf("/") + 1);
    return Promise.resolve(this.#mailboxes.get(run) ?? new ForeignMailbox(this.#machine, run));
  }

  async start(spec: BoxSpec, io: Io, { mailbox, state }: StartOptions): Promise<Started> {
    this.check(spec);
    const there = await this.inspect(spec.name);
    if (there && !await isOwnBox(there.labels, state)) {
      throw new KanibakoError("name-taken", `There is a box "${spec.name}" that is not one of yours.`);
    }
    const begun = Promise.withResolvers<"begun">();
    const streams = io.kind === "streams" ? io : undefined;
    const { id, answer } = this.#machine.ask({
      op: "start",
      run: (mailbox as ForeignMailbox).run,
      name: spec.name,
      image: spec.image,
      argv: [spec.entrypoint, ...spec.args],
      env: Object.fromEntries(Object.entries(spec.env).map(([name, { value }]) => [name, value])),
      workdir: spec.workdir,
      labels: spec.labels,
      detached: io.kind === "none",
      ephemeral: spec.lifetime === "ephemeral",
      held: streams?.stdin !== undefined || streams?.holdInput === true,
    }, { begun: () => begun.resolve("begun"), stdout: streams?.stdout, stderr: streams?.stderr });
    answer.catch(() => {});
    const first = await Promise.race([begun.promise, answer]);
    if (first !== "begun") return first as Started;
    (mailbox as ForeignMailbox).begins();
    if (streams?.stdin) void this.#feed(id, streams.stdin);
    return {
      kind: "begun",
      exit: answer as Promise<Exit>,
      signal: async (signal) => {
        await this.#machine.ask({ op: "signal", of: id, signal }).answer;
      },
      release: () => void this.#machine.ask({ op: "input", of: id, bytes: null }),
    };
  }

  exec(call: ExecCall, io: Io): Exec {
    const streams = io.kind === "streams" ? io : undefined;
    const words = call.kind === "attach" ? ["attach"] : ["exec", ...call.argv];
    const kept = Object.keys(call.env);
    const { id, answer } = this.#machine.ask({
      op: "exec",
      box: call.box,
      argv: ["/bin/sh", BOX_ENTER, ...words],
      env: {
        ...Object.fromEntries(
          Object.entries(call.env).map(([name, value]) => [`KANIBAKO_KEEP_${name}`, value]),
        ),
        ...(kept.length > 0 ? { KANIBAKO_KEEP: kept.join(" ") } : {}),
      },
      workdir: call.workdir ?? "/",
    }, {
      begun: () =>
        void (streams?.stdin
          ? this.#feed(id, streams.stdin)
          : this.#machine.ask({ op: "input", of: id, bytes: null })),
      stdout: streams?.stdout,
      stderr: streams?.stderr,
    });
    const given = Promise.withResolvers<ExecOutcome>();
    return {
      outcome: Promise.race([answer as Promise<ExecOutcome>, given.promise]),
      signal: async (signal) => {
        await this.#machine.ask({ op: "signal", of: id, signal }).answer;
      },
      abandon: () => given.resolve({ kind: "ended", code: 143 }),
    };
  }

  async #feed(of: number, stream: ReadableStream<Uint8Array>): Promise<void> {
    for await (const bytes of stream) {
      await this.#machine.ask({ op: "input", of, bytes: encodeBase64(bytes) }).answer;
    }
    await this.#machine.ask({ op: "input", of, bytes: null }).answer;
  }

  async find(labels: Readonly<Record<string, string | undefined>>): Promise<BoxInfo[]> {
    const boxes = await this.#machine.ask({ op: "list" }).answer as BoxState[];
    return boxes.filter((box) =>
      Object.entries(labels).every(([name, value]) =>
        name in box.labels && (value === undefined || box.labels[name] === value)
      )
    );
  }

  async inspect(box: string): Promise<BoxInfo | undefined> {
    return (await this.find({})).find(({ id, name }) => id === box || name === box);
  }

  async stop(box: string, graceMs: number): Promise<void> {
    await this.#machine.ask({ op: "stop", box, graceMs }).answer;
  }

  async remove(box: string): Promise<void> {
    await this.#machine.ask({ op: "remove", box }).answer;
  }

  describe(): Promise<RuntimeDescription> {
    return Promise.resolve({ version: "1", where: "elsewhere", lines: [] });
  }
}

function packed(files: ReadonlyMap<string, HandedFile>): Record<string, string> {
  return Object.fromEntries(
    [...files].map(([path, { content }]) => [
      path,
      encodeBase64(typeof content === "string" ? new TextEncoder().encode(content) : content),
    ]),
  );
}
