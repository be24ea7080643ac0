/**
 * One command that the host calls into the box on a terminal of its own.
 *
 * @module
 */

import { openOnTerminal, type TerminalProcess } from "../host/process.ts";
import { Pty, type TerminalSize } from "../host/pty.ts";
import { pause } from "../host/timer.ts";
import { FRAME, type FrameReader, type FrameWriter } from "../wire/frame.ts";
import type { CallRequest, StewardMessage } from "../wire/messages.ts";
import { heed } from "./heed.ts";
import { Input } from "./input.ts";
import { LAST_WORDS_MS } from "./output.ts";
import { boxVariables } from "./variables.ts";

/** Runs a command on a terminal until it has ended, or until the caller is gone, which hangs the terminal up. */
export async function serveTerminal(
  { cwd, env, terminal }: CallRequest & { readonly terminal: TerminalSize },
  words: readonly string[],
  reader: FrameReader,
  writer: FrameWriter,
): Promise<void> {
  const say = (message: StewardMessage) => writer.message(message);
  let pty: Pty;
  let child: TerminalProcess;
  try {
    pty = new Pty(terminal);
    child = openOnTerminal(words, pty.path, { cwd, env: { ...boxVariables(), ...env } });
  } catch (error) {
    return await say({ failed: error instanceof Error ? error.message : String(error) });
  }
  using _closed = pty;
  await say({ started: 1 });
  const input = new Input((bytes) => pty.write(bytes), (bytes) => say({ more: bytes }));
  const heeded = heed(reader, input, (message) => {
    if ("resize" in message) pty.resize(message.resize);
    // What has a terminal ends when that is gone; a shell there does not heed anything else.
    else if ("signal" in message) {
      message.signal === "SIGKILL" ? child.kill("SIGKILL") : pty[Symbol.dispose]();
    }
    // What it took needs no heeding: there is one stream, and who does not read it makes it wait.
  }).then(() => pty[Symbol.dispose]());
  const output = show(pty, writer).catch(() => pty[Symbol.dispose]());
  const code = await child.exit;
  await Promise.race([output, pause(LAST_WORDS_MS)]);
  input.stop();
  pty[Symbol.dispose]();
  await output;
  await Promise.all([
    say({ exit: code & 255 }),
    writer.write(FRAME.stdout, new Uint8Array()),
    writer.write(FRAME.stderr, new Uint8Array()),
  ]).catch(() => {});
  // Were it closed while the caller still sends, what is on its way to the caller would be lost.
  await heeded;
}

async function show(pty: Pty, writer: FrameWriter): Promise<void> {
  for (let part = await pty.read(); part; part = await pty.read()) await writer.write(FRAME.stdout, part);
}
