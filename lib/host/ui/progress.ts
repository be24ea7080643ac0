/**
 * Showing that something takes its time: one live line on a terminal, plain lines elsewhere.
 *
 * The spinner of `@clack/prompts` is not used: it takes over stdin while it turns, and ends the program with exit code 0 on
 * Ctrl-C, before a change under way is undone. This one leaves input and signals alone.
 *
 * @module
 */

import { dim, green, isInteractive, note, render, success, writeError } from "./terminal.ts";
import { escapeControl } from "./text.ts";
import { displayWidth } from "./width.ts";
import { every } from "../timer.ts";

/** The progress of one piece of work. */
export interface Progress {
  /** The next step begins. */
  step(text: string): void;
  /** A child's output: its last line is shown beside the step, on a terminal only. */
  output(text: string): void;
  /** It is done; `text` stays. */
  done(text: string): void;
  /** Removes the live line, for an error or a question. */
  stop(): void;
}

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME_MS = 100;

/** Starts showing progress; nothing appears before the first step. */
export function progress(): Progress {
  return isInteractive() ? liveLine() : plainLines();
}

function plainLines(): Progress {
  return { step: (text) => note(text), output: () => {}, done: (text) => success(text), stop: () => {} };
}

function liveLine(): Progress {
  let text = "";
  let detail = "";
  let began = 0;
  let frame = 0;
  let cancel: (() => void) | undefined;
  const draw = () => {
    const seconds = Math.floor((Date.now() - began) / 1000);
    const columns = Math.max(20, terminalColumns() - 2);
    const head = fit(`${text}${seconds >= 2 ? ` ${seconds}s` : ""}`, columns - 2);
    const room = columns - 4 - displayWidth(head);
    const tail = detail !== "" && room > 8 ? `  ${fit(detail, room)}` : "";
    const shown = render([green(FRAMES[frame++ % FRAMES.length]!), " ", head, dim(tail)], true);
    writeError(`\r\x1b[2K${shown}`, true);
  };
  const stop = () => {
    if (cancel === undefined) return;
    cancel();
    cancel = undefined;
    writeError("\r\x1b[2K", true);
  };
  return {
    step(next) {
      text = escapeControl(next);
      detail = "";
      began = Date.now();
      cancel ??= every(FRAME_MS, draw);
      draw();
    },
    output(chunk) {
      // A child that draws its own live line ends it with a carriage return.
      const last = chunk.split(/[\r\n]/).findLast((part) => part.trim() !== "");
      if (last !== undefined) detail = escapeControl(last.trim());
    },
    done(final) {
      stop();
      success(final);
    },
    stop,
  };
}

function terminalColumns(): number {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return 80;
  }
}

/** The text, cut to a width in columns. */
function fit(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let cut = text.slice(0, Math.max(0, columns - 1));
  while (displayWidth(cut) > columns - 1) cut = cut.slice(0, -1);
  return `${cut}…`;
}
