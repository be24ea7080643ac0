/**
 * A machine that runs boxes and shares nothing with this one: no file system, no process ids, no FIFO. It takes requests as
 * lines of JSON on standard input and answers the same way. Its boxes are processes in folders of its own, without any
 * isolation: it is for tests alone. It ends, with all its boxes, when its input does.
 *
 * @module
 */

import { decodeBase64, encodeBase64, readLines } from "./foreign_wire.ts";
import type { Answer, BoxState, Request, StartRequest } from "./foreign_wire.ts";

/** The one image it has. */
const IMAGE = "foreign/small:1";

/** A box of this machine. */
interface Box {
  readonly id: string;
  readonly start: StartRequest;
  readonly root: string;
  readonly child: Deno.ChildProcess;
  readonly called: Set<Deno.ChildProcess>;
  exitCode: number | undefined;
}

const boxes = new Map<string, Box>();
/** Commands that run, by the number of the request that started them. */
const commands = new Map<
  number,
  { readonly child: Deno.ChildProcess; readonly input: WritableStreamDefaultWriter }
>();
/** What was handed in and left, by run. It is there before its box, and after. */
const mail = new Map<string, string>();
const home = await Deno.makeTempDir({ prefix: "foreign-machine-" });
const encoder = new TextEncoder();
let sending: Promise<unknown> = Promise.resolve();

function say(answer: Answer): Promise<unknown> {
  const bytes = encoder.encode(`${JSON.stringify(answer)}\n`);
  sending = sending.then(async () => {
    for (let at = 0; at < bytes.length;) at += await Deno.stdout.write(bytes.subarray(at));
  });
  return sending;
}

for await (const line of readLines(Deno.stdin.readable)) {
  const request = JSON.parse(line) as Request;
  handle(request).then(
    (value) => say({ id: request.id, kind: "done", value }),
    (error) => say({ id: request.id, kind: "failed", message: String(error) }),
  );
}
for (const box of boxes.values()) end(box);
await Deno.remove(home, { recursive: true });
Deno.exit(0);

async function handle(request: Request): Promise<unknown> {
  switch (request.op) {
    case "mail":
      mail.set(request.run, `${home}/${request.run}`);
      await Deno.mkdir(`${home}/${request.run}/out`, { recursive: true });
      return await put(request.run, request.files);
    case "put":
      return await put(request.run, request.files);
    case "take":
      return await take(request.run, request.name, request.maxBytes);
    case "start":
      return await start(request);
    case "exec":
      return await exec(request.box, request.id, request.argv, request.env, request.workdir);
    case "input":
      return await input(request.of, request.bytes);
    case "signal":
      return kill(commands.get(request.of)?.child, request.signal);
    case "stop":
      return await stop(boxes.get(request.box), request.graceMs);
    case "remove": {
      const box = boxes.get(request.box);
      if (box) end(box);
      boxes.delete(request.box);
      return undefined;
    }
    case "list":
      return [...boxes.values()].map(stateOf);
  }
}

async function put(run: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, bytes] of Object.entries(files)) {
    const at = `${home}/${run}/in/${path}`;
    await Deno.mkdir(at.slice(0, at.lastIndexOf("/")), { recursive: true });
    await Deno.writeFile(`${at}.new`, decodeBase64(bytes));
    await Deno.rename(`${at}.new`, at);
  }
}

async function take(run: string, name: string, maxBytes: number): Promise<string | null> {
  const path = `${home}/${run}/out/${name}`;
  const info = await Deno.lstat(path).catch(() => undefined);
  if (!info) return null;
  if (!info.isFile || info.size > maxBytes) throw new Error(`${name} is not a file of ${maxBytes} bytes`);
  return encodeBase64(await Deno.readFile(path));
}

async function start(request: StartRequest): Promise<unknown> {
  const there = boxes.get(request.name);
  if (there && there.exitCode === undefined) return { kind: "taken", box: stateOf(there) };
  if (request.image !== IMAGE) return { kind: "no-image" };
  const root = mail.get(request.run) ?? home;
  const child = spawn(request.argv, { ...request.env, KANIBAKO_RUN: root }, root, request.workdir);
  const box: Box = {
    id: crypto.randomUUID(),
    start: request,
    root,
    child,
    called: new Set(),
    exitCode: undefined,
  };
  boxes.set(request.name, box);
  const ended = follow(request.id, child, request.held).then((code) => {
    box.exitCode = code;
    for (const called of box.called) kill(called, "SIGKILL");
    if (request.ephemeral) boxes.delete(request.name);
    return code;
  });
  watch(box, ended);
  if (request.detached) return { kind: "detached", id: box.id };
  await say({ id: request.id, kind: "begun" });
  return { kind: "ended", code: await ended };
}

/** Says when something new is in the folder of what the box leaves, and when the box has ended. */
function watch(box: Box, ended: Promise<number>): void {
  const watcher = Deno.watchFs(`${box.root}/out`);
  void ended.then(() => {
    watcher.close();
    return say({ id: 0, kind: "mail", run: box.start.run, said: "silent" });
  });
  void (async () => {
    for await (const { kind } of watcher) {
      if (kind !== "access") await say({ id: 0, kind: "mail", run: box.start.run, said: "said" });
    }
  })();
}

async function exec(
  name: string,
  id: number,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  workdir: string,
): Promise<unknown> {
  const box = boxes.get(name);
  if (!box || box.exitCode !== undefined) return { kind: "not-running" };
  const child = spawn(argv, { ...box.start.env, ...env, KANIBAKO_RUN: box.root }, box.root, workdir);
  box.called.add(child);
  // Not awaited: what its caller sends at once finds it only when 'follow' has begun.
  void say({ id, kind: "begun" });
  const code = await follow(id, child, true);
  box.called.delete(child);
  return { kind: "ended", code };
}

/** Starts a command. Where a box sees what was handed in, it sees this machine's own folder. */
function spawn(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  root: string,
  workdir: string,
): Deno.ChildProcess {
  const words = argv.map((word) => word.replaceAll("/run/kanibako", root));
  return new Deno.Command(words[0]!, {
    args: words.slice(1),
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", ...env },
    clearEnv: true,
    cwd: workdir.startsWith("/home/agent") ? root : workdir,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    detached: true,
  }).spawn();
}

/** Passes a command's streams on, as they come and no faster than they are taken; its exit code. */
async function follow(id: number, child: Deno.ChildProcess, takesInput: boolean): Promise<number> {
  const writer = child.stdin.getWriter();
  commands.set(id, { child, input: writer });
  if (!takesInput) await writer.close().catch(() => {});
  const pass = async (stream: ReadableStream<Uint8Array>, name: "stdout" | "stderr") => {
    for await (const bytes of stream) await say({ id, kind: name, bytes: encodeBase64(bytes) });
  };
  const [status] = await Promise.all([
    child.status,
    pass(child.stdout, "stdout"),
    pass(child.stderr, "stderr"),
  ]);
  commands.delete(id);
  return status.code;
}

async function input(of: number, bytes: string | null): Promise<void> {
  const writer = commands.get(of)?.input;
  if (bytes === null) await writer?.close().catch(() => {});
  else await writer?.write(decodeBase64(bytes)).catch(() => {});
}

async function stop(box: Box | undefined, graceMs: number): Promise<void> {
  if (!box || box.exitCode !== undefined) return;
  kill(box.child, "SIGTERM");
  const timer = setTimeout(() => end(box), graceMs);
  await box.child.status;
  clearTimeout(timer);
  while (box.exitCode === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
}

function end(box: Box): void {
  for (const child of [box.child, ...box.called]) kill(child, "SIGKILL");
}

/** A command leads a group of its own. */
function kill(child: Deno.ChildProcess | undefined, signal: Deno.Signal): void {
  try {
    if (child) Deno.kill(-child.pid, signal);
  } catch { /* it has ended */ }
}

function stateOf({ id, start, exitCode }: Box): BoxState {
  return {
    id,
    name: start.name,
    image: start.image,
    running: exitCode === undefined,
    state: exitCode === undefined ? "running" : "exited",
    ...(exitCode === undefined ? {} : { exitCode }),
    labels: start.labels,
  };
}
