/**
 * One command that the host calls into the box: started, connected, ended.
 *
 * @module
 */

import { open, type OpenProcess } from "../host/process.ts";
import { pause } from "../host/timer.ts";
import { FRAME, type FrameReader, type FrameWriter, MAX_CHUNK_BYTES } from "../wire/frame.ts";
import { CALLER_MESSAGE, type CallRequest, parseMessage, type StewardMessage } from "../wire/messages.ts";
import { Input } from "./input.ts";

/** What a command has left running may hold its output open. After the command's end it is heard no longer than this. */
const LAST_WORDS_MS = 200;

/** Runs a command on pipes until it has ended and all it said is passed on, or until the caller is gone, which ends it. */
export async function serveCall(
  { cwd, env }: CallRequest,
  words: readonly string[],
  reader: FrameReader,
  writer: FrameWriter,
): Promise<void> {
  const say = (message: StewardMessage) => writer.message(message);
  let child: OpenProcess;
  try {
    // All variables of the box, as an engine would give them; those of the call come on top.
    child = open(words, { stdin: "piped", stdout: "piped" }, {
      cwd,
      env: { ...Deno.env.toObject(), ...env },
    });
  } catch (error) {
    return await say({ failed: error instanceof Error ? error.message : String(error) });
  }
  await say({ started: 1 });
  const stdin = child.stdin!.getWriter();
  stdin.closed.catch(() => {});
  const input = new Input(
    (bytes) => stdin.write(bytes),
    (bytes) => say({ more: bytes }),
    () => void stdin.close().catch(() => {}),
  );
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

/** Passes a stream on to its end. The caller's slowness makes the command wait. */
async function passOn(stream: AsyncIterable<Uint8Array>, kind: number, writer: FrameWriter): Promise<void> {
  for await (const chunk of stream) {
    for (let at = 0; at < chunk.length; at += MAX_CHUNK_BYTES) {
      await writer.write(kind, chunk.subarray(at, at + MAX_CHUNK_BYTES));
    }
  }
  await writer.write(kind, new Uint8Array());
}
