/**
 * One command that the host calls into the box: started, connected, ended.
 *
 * @module
 */

import { open, type OpenProcess } from "../host/process.ts";
import { pause } from "../host/timer.ts";
import { FRAME, type FrameReader, type FrameWriter, MAX_CHUNK_BYTES } from "../wire/frame.ts";
import {
  CALLER_MESSAGE,
  type CallRequest,
  INPUT_WINDOW_BYTES,
  parseMessage,
  type StewardMessage,
} from "../wire/messages.ts";

/** What a command has left running may hold its output open. After the command's end it is heard no longer than this. */
const LAST_WORDS_MS = 200;

/** Runs a command until it has ended and all it said is passed on, or until the caller is gone, which ends it. */
export async function serveCall(
  { argv, cwd, env }: CallRequest,
  enter: readonly string[],
  reader: FrameReader,
  writer: FrameWriter,
): Promise<void> {
  const say = (message: StewardMessage) => writer.message(message);
  let child: OpenProcess;
  try {
    // All variables of the box, as an engine would give them; those of the call come on top.
    child = open([...enter, ...argv], { stdin: "piped", stdout: "piped" }, {
      cwd,
      env: { ...Deno.env.toObject(), ...env },
    });
  } catch (error) {
    return await say({ failed: error instanceof Error ? error.message : String(error) });
  }
  await say({ started: 1 });
  const input = new Input(child, (bytes) => say({ more: bytes }));
  const heard = listen(reader, child, input);
  const output = Promise.all([
    passOn(child.stdout!, FRAME.stdout, writer),
    passOn(child.stderr, FRAME.stderr, writer),
  ]);
  output.catch(() => child.kill("SIGKILL"));
  const code = await child.exit;
  await Promise.race([output, pause(LAST_WORDS_MS)]).catch(() => {});
  input.stop();
  await say({ exit: code & 255 }).catch(() => {});
  void heard;
}

/** Heeds the caller until it is gone. Whoever goes away while the command runs takes it along. */
async function listen(reader: FrameReader, child: OpenProcess, input: Input): Promise<void> {
  try {
    for (let frame = await reader.next(); frame; frame = await reader.next()) {
      if (frame.kind === FRAME.stdin) input.push(frame.content);
      else if (frame.kind === FRAME.message) {
        const message = parseMessage(frame.content, CALLER_MESSAGE);
        if ("signal" in message) child.kill(message.signal);
      } else throw new Error("a stream that goes the other way");
    }
  } catch { /* as if it were gone */ }
  input.end();
  child.kill("SIGHUP");
}

/** The command's standard input: kept until the command takes it, so that a signal never waits behind it. */
class Input {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #more: (bytes: number) => Promise<void>;
  #kept = 0;
  #ended = false;

  constructor(child: OpenProcess, more: (bytes: number) => Promise<void>) {
    this.#writer = child.stdin!.getWriter();
    this.#writer.closed.catch(() => {});
    this.#more = more;
  }

  /** Takes the next piece; one without content is the end. Throws for more than was asked for. */
  push(content: Uint8Array): void {
    if (content.length === 0) return this.end();
    if (this.#kept + content.length > INPUT_WINDOW_BYTES) throw new Error("more than was asked for");
    this.#kept += content.length;
    const { length } = content;
    this.#writer.write(content.slice()).then(() => {
      this.#kept -= length;
      return this.#more(length);
    }).catch(() => {
      // A command that has closed its input does not hear the rest; the caller may go on.
      this.#kept -= length;
      if (!this.#ended) void this.#more(length).catch(() => {});
    });
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    void this.#writer.close().catch(() => {});
  }

  /** Gives up what was not taken. */
  stop(): void {
    this.#ended = true;
    void this.#writer.abort().catch(() => {});
  }
}

/** Passes a stream on to its end. The caller's slowness makes the command wait. */
async function passOn(stream: ReadableStream<Uint8Array>, kind: number, writer: FrameWriter): Promise<void> {
  for await (const chunk of stream) {
    for (let at = 0; at < chunk.length; at += MAX_CHUNK_BYTES) {
      await writer.write(kind, chunk.subarray(at, at + MAX_CHUNK_BYTES));
    }
  }
  await writer.write(kind, new Uint8Array());
}
