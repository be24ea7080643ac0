/**
 * This process's own terminal, lent to a command of a box: keys go there as they are, and what the box shows is filtered, whichever
 * way it comes. Where the engine's client shows a box, it runs on a terminal of ours, so that the filter is in between there, too.
 *
 * @module
 */

import { minimalEnvironment } from "../host/child_environment.ts";
import { kill, openOnTerminal } from "../host/process.ts";
import { Pty, type TerminalSize } from "../host/pty.ts";
import { pause } from "../host/timer.ts";
import { RawTerminal } from "../host/tty.ts";
import type { LentTerminal, ShownProgram, TerminalWitness, UserTerminal } from "../runtime/io.ts";
import { TerminalFilter } from "../terminal/filter.ts";
import type { TerminalRights } from "../terminal/sequence.ts";
import { writeAll } from "../host/write_all.ts";

/** What others have left running may keep the terminal. After the program's end they are heard no longer than this. */
const LAST_WORDS_MS = 200;

/** The terminal of this process. */
export class OwnTerminal implements UserTerminal {
  readonly type: string;
  readonly #rights: TerminalRights;
  readonly #witness: TerminalWitness | undefined;

  /** `rights`: what a box's output may do beyond showing text. `witness`: sees what the terminal does. */
  constructor(type: string, rights: TerminalRights, witness?: TerminalWitness) {
    this.type = type;
    this.#rights = rights;
    this.#witness = witness;
  }

  lend(): LentTerminal {
    return new Lent(this.#rights, this.#witness);
  }

  start(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): ShownProgram {
    const lent = new Lent(this.#rights, this.#witness);
    try {
      return shown(lent, new TerminalFilter(this.#rights), argv, minimalEnvironment(env));
    } catch (error) {
      lent[Symbol.dispose]();
      throw error;
    }
  }
}

class Lent implements LentTerminal {
  readonly #raw = new RawTerminal();
  readonly #filter: TerminalFilter;
  readonly #witness: TerminalWitness | undefined;

  constructor(rights: TerminalRights, witness: TerminalWitness | undefined) {
    this.#filter = new TerminalFilter(rights);
    this.#witness = witness;
    witness?.resize(this.#raw.size);
  }

  get size(): TerminalSize {
    return this.#raw.size;
  }

  onResize(report: (size: TerminalSize) => void): void {
    this.#raw.onResize((size) => {
      this.#witness?.resize(size);
      report(size);
    });
  }

  read(): Promise<Uint8Array | undefined> {
    return this.#raw.read();
  }

  show(bytes: Uint8Array): Promise<boolean> {
    const passed = this.#filter.pass(bytes);
    this.#witness?.output(passed);
    return this.#raw.write(passed);
  }

  /** Whether the command still has it. */
  get given(): boolean {
    return !this.#raw.restored;
  }

  [Symbol.dispose](): void {
    this.#raw[Symbol.dispose]();
  }
}

function shown(
  lent: Lent,
  errors: TerminalFilter,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): ShownProgram {
  const pty = new Pty(lent.size);
  let child: ReturnType<typeof openOnTerminal>;
  try {
    child = openOnTerminal(argv, pty.path, { env, cwd: "/", stderr: "piped" });
  } catch (error) {
    pty[Symbol.dispose]();
    throw error;
  }
  lent.onResize((size) => pty.resize(size));
  const showing = show(pty, lent);
  void type(lent, pty);
  const exit = child.exit.then(async (code) => {
    await Promise.race([showing, pause(LAST_WORDS_MS)]);
    return code;
  }).finally(() => {
    pty[Symbol.dispose]();
    lent[Symbol.dispose]();
  });
  exit.catch(() => {});
  return {
    exit,
    stderr: child.stderr!,
    kill: child.kill,
    end: () => kill(child),
    say: async (bytes) => {
      const passed = errors.pass(bytes);
      if (lent.given) await lent.show(withReturns(passed));
      else writeAll(Deno.stderr, passed);
    },
  };
}

/** Shows what a program writes. A terminal that is gone hangs up on the program. */
async function show(pty: Pty, lent: LentTerminal): Promise<void> {
  for (let part = await pty.read(); part; part = await pty.read()) {
    if (!await lent.show(part)) return pty[Symbol.dispose]();
  }
}

async function type(lent: LentTerminal, pty: Pty): Promise<void> {
  for (let keys = await lent.read(); keys; keys = await lent.read()) {
    await pty.write(keys as Uint8Array<ArrayBuffer>);
  }
  // It was given back, or it is gone: then so is the program's.
  pty[Symbol.dispose]();
}

/** Each line feed with a carriage return before it: line ends are not translated in raw mode. */
function withReturns(bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  for (const byte of bytes) {
    if (byte === 0x0a && out.at(-1) !== 0x0d) out.push(0x0d);
    out.push(byte);
  }
  return Uint8Array.from(out);
}
