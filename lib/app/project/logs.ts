/**
 * What the session of a box shows and has shown on its terminal, as text.
 *
 * @module
 */

import { isSecretName } from "../../config/env.ts";
import { readLevels } from "../../config/levels.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { type Project, qualifiedName } from "../../project/project.ts";
import { askBox } from "../../run/ask_box.ts";
import { readRun } from "../../run/record.ts";
import { runFolder, runtimeOf } from "../../run/run.ts";
import { keptSecrets } from "../../run/secret_values.ts";
import { TMUX_SESSION } from "../../spec/box_paths.ts";
import { maskedText } from "../../spec/masked_text.ts";
import { existingProject } from "./existing_project.ts";
import { lastEnd } from "./last_end.ts";
import { logLines } from "./log_lines.ts";

/** What a session has shown. */
export interface SessionLog {
  readonly project: Project;
  /** Whether it goes on; else it is the last screen of the one that ended. */
  readonly running: boolean;
  /** How it ended, and when, in milliseconds since 1970. */
  readonly ended?: { readonly code: number; readonly atMs: number };
  /** Oldest first. As the box wrote it: to be escaped where it is shown. Secrets that are known are masked. */
  readonly lines: readonly string[];
}

/** As much as tmux keeps of a wide terminal. */
const MAX_BYTES = 8 * 1024 * 1024;

/**
 * The last `most` lines, or all that the box still has. Throws `no-session` where there has been none, or it has no screen that is kept,
 * and `silent` for a box that does not answer.
 */
export async function sessionLog(
  host: Host,
  word: string | undefined,
  cwd: string,
  most = Infinity,
): Promise<SessionLog> {
  const project = await existingProject(host, word, cwd);
  const shown = await shownNow(host, project);
  if (shown !== undefined) return { project, running: true, lines: logLines(shown, most) };
  const end = await lastEnd(host, project.state, await readLevels(host, project), most);
  if (!end) throw noSession(project);
  const { code, atMs, screen } = end;
  return { project, running: false, ended: { code, atMs }, lines: logLines(screen, most) };
}

/** What a session that goes on shows, and so many lines above it; `undefined` where none does. */
export async function shownNow(host: Host, project: Project, above = Infinity): Promise<string | undefined> {
  const { state } = project;
  const record = await readRun(state);
  const runtime = record && await runtimeOf(host, record);
  if (!record || !runtime) return undefined;
  const folder = runFolder(state, record.run);
  await using mailbox = await runtime.openMailbox(folder);
  if (!await mailbox.alive()) return undefined;
  const name = qualifiedName(project);
  if (record.paused) {
    const { assertNotPaused } = await import("../../session/paused.ts");
    await assertNotPaused({ host, box: project.id, state, record, runtime, mailbox }, name);
  }
  if (record.lifetime === "ephemeral") {
    throw new KanibakoError("no-session", `The box ${name} runs in the foreground of another terminal.`, {
      hint: "What it shows is kept nowhere else. To record a session: kanibako start --record FILE",
    });
  }
  const answer = await askBox({ state, record, runtime }, {
    // The session was made without these, whatever the box's own variables say.
    argv: [
      "env",
      "-u",
      "TMUX",
      "-u",
      "TMUX_TMPDIR",
      "tmux",
      "capture-pane",
      "-p",
      "-J",
      "-S",
      above === Infinity ? "-" : String(-above),
      "-t",
      `=${TMUX_SESSION}:`,
    ],
    maxBytes: MAX_BYTES,
    silent: {
      message: `The box ${name} does not say what its session shows.`,
      hint: `To look at it: kanibako start ${shellQuote(name)}`,
    },
  });
  if (!answer) return undefined;
  if (answer.code !== 0) {
    throw new KanibakoError("no-session", `The box ${name} has no session that says what it shows.`, {
      hint: `To look at it: kanibako start ${shellQuote(name)}`,
    });
  }
  return maskedText(answer.text, await keptSecrets(folder), isSecretName);
}

function noSession(project: Project): KanibakoError {
  const name = qualifiedName(project);
  return new KanibakoError("no-session", `The box ${name} has had no session that outlives its terminal.`, {
    hint: `To start one: kanibako start --persistent ${shellQuote(name)}`,
  });
}
