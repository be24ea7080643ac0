import { replay as play } from "../../../app/terminal/replay.ts";
import { UsageError } from "../../../host/error.ts";
import { restoreScreen } from "../../../host/ui/screen.ts";
import { RawTerminal } from "../../../host/tty.ts";
import { note } from "../../../host/ui/terminal.ts";
import type { Context } from "../../context.ts";
import type { ReplayFlags } from "./replay.ts";
import { writeAll } from "../../../host/write_all.ts";

/** What a command ends with that Ctrl-c has ended. */
const INTERRUPTED = 130;
const CTRL_C = 3;

/** Runs `kanibako replay`. */
export default async function replay(this: Context, flags: ReplayFlags, file: string): Promise<number> {
  const speed = positive("--speed", flags.speed, 1);
  const maxIdle = positive("--max-idle", flags.maxIdle, Infinity);
  const stop = new AbortController();
  const end = () => stop.abort();
  const isTerminal = Deno.stdout.isTerminal();
  let shown = false;
  let ended = false;
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) Deno.addSignalListener(signal, end);
  let raw: RawTerminal | undefined;
  try {
    ended = await play(await this.host(), file, this.cwd, {
      speed,
      maxIdle,
      signal: stop.signal,
      onHead: ({ columns, rows }) => {
        if (!isTerminal) return;
        const here = Deno.consoleSize();
        if (columns > here.columns || rows > here.rows) {
          note(
            `It was recorded on a terminal of ${columns}x${rows}; yours has ${here.columns}x${here.rows} and may show it wrongly.`,
          );
        }
        // As when it was recorded: a line feed is not the beginning of a line, and keys show nothing.
        if (Deno.stdin.isTerminal()) {
          raw = new RawTerminal();
          void untilInterrupted(raw).then(end);
        }
      },
      show: async (bytes) => {
        shown = true;
        if (raw) return void await raw.write(bytes);
        writeAll(Deno.stdout, bytes);
      },
    });
  } finally {
    raw?.[Symbol.dispose]();
    // A recording that was cut off leaves the terminal as the program had it.
    if (shown && !ended) restoreScreen();
    for (const signal of signals) Deno.removeSignalListener(signal, end);
  }
  return ended || !stop.signal.aborted ? 0 : INTERRUPTED;
}

/** Waits for Ctrl-c, or for the end of the terminal. */
async function untilInterrupted(raw: RawTerminal): Promise<void> {
  for (let keys = await raw.read(); keys; keys = await raw.read()) if (keys.includes(CTRL_C)) return;
}

function positive(option: string, given: string | undefined, usual: number): number {
  if (given === undefined) return usual;
  const value = /^\d+(\.\d+)?$/.test(given) ? Number(given) : 0;
  if (!(value > 0) || !Number.isFinite(value)) {
    throw new UsageError(`${option} needs a number above 0, not ${JSON.stringify(given)}.`);
  }
  return value;
}
