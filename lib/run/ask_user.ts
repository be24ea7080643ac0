/**
 * Shows the user that their box waits for an answer about a name: in the status line of its session, and as a notice on the desktop
 * where there is one. Both only point at the question: a box can show what it likes in its own terminal, so the answer is always given
 * on the host.
 *
 * @module
 */

import { debug } from "../host/log.ts";
import { findExecutable, run as runProgram } from "../host/process.ts";
import { escapeControl } from "../host/ui/text.ts";
import { waitingNames } from "../net/pending.ts";
import type { PendingName } from "../net/questions.ts";
import { info } from "../spec/ui.ts";
import type { Run } from "./run.ts";
import { showStatus } from "./status_line.ts";

/** Most characters of a name that is shown: its end says whose it is. */
const MAX_NAME = 48;
const NOTICE_MS = 3000;

/** A name as it is shown. */
export function shortName(host: string): string {
  const text = escapeControl(host);
  return text.length <= MAX_NAME ? text : `...${text.slice(3 - MAX_NAME)}`;
}

/** What the status line says; nothing where nobody waits. */
export function statusText(names: readonly PendingName[]): string {
  const [first] = names;
  if (!first) return "";
  const more = names.length > 1 ? ` and ${names.length - 1} more` : "";
  const port = first.port === 0 || first.port === 443 ? "" : `:${first.port}`;
  return `Network: ${shortName(first.host)}${port}${more}? On the host: kanibako approve`;
}

/** Shows questions of one run. */
export class AskUser {
  readonly #run: Run;
  #wanted = "";
  #shown = "";
  #showing = false;

  constructor(run: Run) {
    this.#run = run;
  }

  /** The names that wait and that waited. */
  changed(names: readonly PendingName[]): void {
    // In the foreground there is no line of ours: each question is noted once.
    if (this.#run.record.lifetime !== "persistent") return;
    this.#wanted = statusText(waitingNames(names));
    if (!this.#showing) void this.#show();
  }

  /** A name waits that did not before. */
  asked(name: PendingName): void {
    if (this.#run.record.lifetime !== "persistent") {
      info(this.#run.host.ui, "network-asks", { host: shortName(name.host), port: name.port });
    }
    void this.#notify(name).catch((error: unknown) => debug(() => `no notice: ${error}`));
  }

  async #show(): Promise<void> {
    this.#showing = true;
    try {
      while (this.#shown !== this.#wanted) {
        const text = this.#shown = this.#wanted;
        await showStatus(this.#run, text).catch((error: unknown) => debug(() => `no status line: ${error}`));
      }
    } finally {
      this.#showing = false;
    }
  }

  async #notify({ host, port, until }: PendingName): Promise<void> {
    const program = findExecutable("notify-send");
    if (!program) return;
    const box = escapeControl(this.#run.box.replace(/^kanibako-/, ""));
    const place = port === 0 ? shortName(host) : `${shortName(host)}:${port}`;
    await runProgram([
      program,
      "--app-name=kanibako",
      `--expire-time=${Math.max(1000, until - Date.now())}`,
      "--",
      `The box ${box} wants to reach ${place}`,
      // Some desktops read the text as markup.
      markup(`To answer: kanibako approve, or kanibako box network refuse ${shortName(host)}`),
    ], { timeoutMs: NOTICE_MS, maxOutputBytes: 4096 });
  }
}

function markup(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
