/**
 * Questions at a terminal, by `@clack/prompts`. Loaded only when something is asked there.
 *
 * Input is read one byte at a time and only while a question is open: whatever is typed after the answer is for the program
 * that comes next, such as an agent.
 *
 * @module
 */

import { isCancel, password, select, text } from "@clack/prompts";
import { Readable, Writable } from "node:stream";
import { hasColour, writeError } from "./terminal.ts";
import { escapeControl } from "./text.ts";

const CTRL_D = 0x04;
const ESCAPE = 0x1b;
const [LINE_FEED, RETURN] = [0x0a, 0x0d];

/** Asks for a line. `undefined` on Ctrl-C and at end of input. */
export async function askLine(question: string): Promise<string | undefined> {
  return await ask((streams) => text({ ...streams, message: escapeControl(question) }));
}

/** Asks for a line that is not shown. `undefined` on Ctrl-C and at end of input. */
export async function askHidden(question: string): Promise<string | undefined> {
  return await ask((streams) => password({ ...streams, message: escapeControl(question) }));
}

/** Asks to choose a word, each with its meaning; the first is preselected. `undefined` on Ctrl-C and at end of input. */
export async function askChoice<T extends string>(
  question: string,
  choices: readonly (readonly [word: T, meaning: string])[],
): Promise<T | undefined> {
  const options = choices.map(([value, hint]) => ({ value: value as string, hint: escapeControl(hint) }));
  return await ask((streams) => select({ ...streams, message: escapeControl(question), options })) as T;
}

interface Streams {
  readonly input: Readable;
  readonly output: Writable;
  readonly signal: AbortSignal;
  readonly withGuide: false;
}

async function ask(prompt: (streams: Streams) => Promise<string | symbol>): Promise<string | undefined> {
  const ended = new AbortController();
  const input = new Keys(() => ended.abort());
  try {
    const answer = await prompt({ input, output: new Screen(), signal: ended.signal, withGuide: false });
    return isCancel(answer) ? undefined : answer as string;
  } finally {
    Deno.stdin.setRaw(false);
    input.destroy();
  }
}

/** What is typed, read no further than it is wanted. */
class Keys extends Readable {
  readonly isTTY = true;

  constructor(readonly ended: () => void) {
    super({ highWaterMark: 0 });
  }

  setRawMode(raw: boolean): this {
    Deno.stdin.setRaw(raw);
    return this;
  }

  override async _read(): Promise<void> {
    const key = await byte();
    // An Escape waits for what it begins: a read cannot be taken back once the question is closed.
    const keys = key === ESCAPE ? [key, await byte()] : [key];
    if (this.destroyed) return;
    if (keys.some((each) => each === undefined || each === CTRL_D)) this.ended();
    else this.push(Uint8Array.from(keys as number[]));
  }
}

/** The next byte of stdin; `undefined` at its end. */
async function byte(): Promise<number | undefined> {
  const one = new Uint8Array(1);
  const count = await Deno.stdin.read(one).catch(() => null);
  // Enter typed before the question was there came as the end of a line.
  return count === null ? undefined : one[0] === LINE_FEED ? RETURN : one[0];
}

/** Where questions are drawn: stderr, as every message. */
class Screen extends Writable {
  get columns(): number {
    return consoleSize().columns || 80;
  }

  get rows(): number {
    return consoleSize().rows || 24;
  }

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    const drawn = new TextDecoder().decode(chunk);
    // deno-lint-ignore no-control-regex
    writeError(hasColour() ? drawn : drawn.replace(/\x1b\[[0-9;]*m/g, ""), true);
    done();
  }
}

function consoleSize(): { columns: number; rows: number } {
  try {
    return Deno.consoleSize();
  } catch {
    return { columns: 80, rows: 24 };
  }
}
