/**
 * One command that the host calls into the box: started, connected, ended.
 *
 * @module
 */

import { open, type OpenProcess } from "../host/open_process.ts";
import { FRAME, type FrameReader, type FrameWriter } from "../wire/frame.ts";
import { CALLER_MESSAGE, type CallRequest, parseMessage, type StewardMessage } from "../wire/messages.ts";
import { Input } from "./input.ts";
import { Output } from "./output.ts";
import { boxVariables } from "./variables.ts";

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
    child = open(words, { stdin: "piped", stdout: "piped" }, {
      cwd,
      env: { ...boxVariables(), ...env },
      family: true,
    });
  } catch (error) {
    return await say({ failed: error instanceof Error ? error.message : String(error) });
  }
  void say({ started: 1 }).catch(() => {});
  const stdin = child.stdin!.getWriter();
  stdin.closed.catch(() => {});
  const input = new Input(
    (bytes) => stdin.write(bytes),
    (bytes) => say({ more: bytes }),
    () => void stdin.close().catch(() => {}),
  );
  const stdout = new Output(child.stdout!, child.dismissOutput, FRAME.stdout, writer);
  const stderr = new Output(child.stderr, child.dismissErrors, FRAME.stderr, writer);
  const gone = () => {
    input.stop();
    stdout.dropAll();
    stderr.dropAll();
    // Whoever goes away while the command runs takes it along.
    child.kill("SIGHUP");
  };
  const heeded = heed(reader, { child, input, stdout, stderr }).then(gone);
  const output = Promise.all([stdout.pass(), stderr.pass()]);
  const code = await child.exit;
  input.stop();
  stdout.commandEnded();
  stderr.commandEnded();
  await Promise.all([say({ exit: code & 255 }).catch(() => {}), output]);
  // Were it closed while the caller still sends, what is on its way to the caller would be lost.
  await heeded;
}

/** What a caller's messages are for. */
interface Heeding {
  readonly child: OpenProcess;
  readonly input: Input;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** Heeds the caller until it is gone, or says what is no part of the protocol. */
async function heed(reader: FrameReader, call: Heeding): Promise<void> {
  try {
    for (let frame = await reader.next(); frame; frame = await reader.next()) {
      if (frame.kind === FRAME.stdin) call.input.push(frame.content);
      else if (frame.kind === FRAME.message) {
        const message = parseMessage(frame.content, CALLER_MESSAGE);
        if ("signal" in message) call.child.kill(message.signal);
        else if ("took" in message) call[message.took].took(message.bytes);
      } else return;
    }
  } catch { /* as if it were gone */ }
}
