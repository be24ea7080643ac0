/**
 * One command that the host calls into the box: started, connected, ended.
 *
 * @module
 */

import { open, type OpenProcess } from "../host/open_process.ts";
import { FRAME, type FrameReader, type FrameWriter } from "../wire/frame.ts";
import type { CallRequest, StewardMessage } from "../wire/messages.ts";
import { Window } from "../wire/window.ts";
import { heed } from "./heed.ts";
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
  const stdout = new Output(child.stdout!, child.dismissOutput, new Window(writer, FRAME.stdout));
  const stderr = new Output(child.stderr, child.dismissErrors, new Window(writer, FRAME.stderr));
  const gone = () => {
    input.stop();
    stdout.dropAll();
    stderr.dropAll();
    // Whoever goes away while the command runs takes it along.
    child.kill("SIGHUP");
  };
  const heeded = heed(reader, input, (message) => {
    if ("signal" in message) child.kill(message.signal);
    else if ("took" in message) (message.took === "stdout" ? stdout : stderr).took(message.bytes);
  }).then(gone);
  const output = Promise.all([stdout.pass(), stderr.pass()]);
  const code = await child.exit;
  input.stop();
  stdout.commandEnded();
  stderr.commandEnded();
  await Promise.all([say({ exit: code & 255 }).catch(() => {}), output]);
  // Were it closed while the caller still sends, what is on its way to the caller would be lost.
  await heeded;
}
