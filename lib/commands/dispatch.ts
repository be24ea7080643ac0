/**
 * From the words of the command line to an exit code. Every command needs all that is imported here.
 *
 * @module
 */

import { ensureInitialised } from "../config/initialise.ts";
import { type Host, openHost as openSystem } from "../config/system.ts";
import { KanibakoError, UsageError } from "../host/error.ts";
import { sendDebugTo } from "../host/log.ts";
import { NO_FOLDER } from "../host/path.ts";
import { note, out, showError } from "../host/ui/terminal.ts";
import { version } from "../host/version.ts";
import { changesUnderWay } from "../project/change/journal.ts";
import { type Recorder, recorderOf } from "../record/recorder.ts";
import { type Arguments, takeArguments } from "./arguments.ts";
import type { Command } from "./command.ts";
import type { Context } from "./context.ts";
import { runCommand } from "./parse.ts";
import { commandElsewhere, type Route, route } from "./route.ts";
import { terminalUi } from "./terminal_ui.ts";

/** Runs a command line to its end. Never throws: whatever goes wrong is shown. Returns the exit code. */
export async function dispatch(argv: readonly string[]): Promise<number> {
  let found: Route | undefined;
  try {
    found = route(argv);
    sendDebugTo(found.verbose ? (line) => note(`kanibako: ${line}`) : undefined);
    return await perform(found);
  } catch (cause) {
    const error = inNoFolder(cause) ?? await asInBox(cause);
    const meant = found?.implicit ? await asUnknownWord(error, found.tokens[0]!) : error;
    const shown = await withRoomNamed(meant);
    const exitCode = showError(shown, found?.verbose ?? argv.includes("-v"));
    if (shown === error && error instanceof UsageError) await showUsage(found);
    return exitCode;
  } finally {
    // Whoever ends this process waits for what has happened to be written down.
    await recorder?.done();
  }
}

/** Of this process; none before an event could come. */
let recorder: Recorder | undefined;

/** Of a full disk: which one it is. Nothing else is looked at for it. */
async function withRoomNamed(error: unknown): Promise<unknown> {
  if (error instanceof UsageError) return error;
  const { noRoom } = await import("../host/room.ts");
  return noRoom(error) ?? error;
}

async function perform(found: Route): Promise<number> {
  const { target } = found;
  if (found.version) {
    out(`kanibako ${version}`);
    return 0;
  }
  if (found.help || target?.kind !== "command") return await showHelp(found);
  const given: Arguments = takeArguments(target, found.tokens);
  if (given.help) {
    const elsewhere = found.implicit ? commandElsewhere(found.tokens[0]!) : undefined;
    return await showHelp(elsewhere === undefined ? found : route([...elsewhere.split(" "), "--help"]));
  }
  if (given.verbose) sendDebugTo((line) => note(`kanibako: ${line}`));
  // It is read from the disk meanwhile; whatever is wrong with it is found when it is needed.
  target.load().catch(() => {});
  return await runCommand(target, given, makeContext(found, target, given));
}

function makeContext(found: Route, command: Command, given: Arguments): Context {
  let host: Promise<Host> | undefined;
  // What only shows a plan changes nothing.
  const writes = command.initialise && !given.options.has("plan");
  return {
    rest: found.rest,
    verbose: found.verbose || given.verbose === true,
    get cwd() {
      return workingFolder();
    },
    host: (initialise = true) => host ??= openHost(initialise && writes),
  };
}

/** Only asked for by commands that go by it: it may be gone, or have a name that is not text. */
function workingFolder(): string {
  try {
    const folder = Deno.cwd();
    return folder === "/" && Deno.env.get("KANIBAKO_FOLDER_GONE") === "1" ? NO_FOLDER : folder;
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return NO_FOLDER;
    throw new KanibakoError("bad-folder", "Cannot use the current folder: its name is not valid UTF-8.", {
      hint: "Rename it or change to another folder.",
      cause,
    });
  }
}

/** What failed because the current folder was deleted, in words that say so; `undefined` for all else. */
function inNoFolder(cause: unknown): KanibakoError | undefined {
  if (!(cause instanceof Error) || !cause.message.includes(NO_FOLDER)) return undefined;
  return new KanibakoError("no-folder", "The current folder no longer exists.", {
    hint: [
      'Change to another folder, such as: cd ~. If it was made again: cd "$PWD"',
      "Or name the project, such as: kanibako start NAME",
    ],
    cause,
  });
}

/** In a box, what fails for want of an engine or a project does so because this program is for the machine outside. */
async function asInBox(error: unknown): Promise<unknown> {
  if (!(error instanceof KanibakoError) || !Deno.env.get("KANIBAKO_NAME")) return error;
  const { asInBoxError } = await import("../project/in_box.ts");
  return asInBoxError(error);
}

async function openHost(initialise: boolean): Promise<Host> {
  const host = await openSystem(undefined, { ui: terminalUi, events: (event) => recorder?.event(event) });
  recorder ??= recorderOf(host);
  await finishChanges(host);
  return initialise ? await ensureInitialised(host) : host;
}

/** Takes back, or finishes, what a command that was killed has left half done. One look at one folder when there is nothing. */
async function finishChanges(host: Host): Promise<void> {
  if (changesUnderWay(host).length === 0) return;
  const { recoverChanges } = await import("../project/change/recover.ts");
  for (const sentence of await recoverChanges(host)) note(sentence);
}

/** What to show of an error of a call whose first word was taken for a project. */
async function asUnknownWord(error: unknown, word: string): Promise<unknown> {
  const { asUnknownWord } = await import("./unknown_word.ts");
  return await asUnknownWord(error, word, { host: () => openHost(false), cwd: workingFolder });
}

async function showHelp(found: Route): Promise<number> {
  if (found.target === undefined) {
    const { printHelp } = await import("./help.ts");
    printHelp();
  } else {
    const { printTargetHelp } = await import("./command_help.ts");
    printTargetHelp(found.target, found.path);
  }
  return 0;
}

async function showUsage(found: Route | undefined): Promise<void> {
  if (found?.target?.kind !== "command") return;
  const { usageLine } = await import("./command_help.ts");
  note(`Usage: ${usageLine(found.target, found.path)}`);
}
