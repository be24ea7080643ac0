/**
 * A user at a terminal that is nothing but a pair: what the program shows is seen byte for byte, and bytes of any kind are typed.
 *
 * @module
 */

import { openOnTerminal } from "../../lib/host/process.ts";
import { Pty, type TerminalSize } from "../../lib/host/pty.ts";
import { program, until, type User } from "./program.ts";

/** What a terminal shows of a call of the program that runs in a shell, as it does for people. */
export class PtyUser implements Disposable {
  /** All that was shown so far. */
  shown = "";
  /** How the shell ended. */
  readonly ended: Promise<number>;
  readonly #pty: Pty;
  readonly #kill: (signal: Deno.Signal) => void;

  private constructor(pty: Pty, child: ReturnType<typeof openOnTerminal>) {
    this.#pty = pty;
    this.#kill = child.kill;
    const reading = this.#read();
    this.ended = child.exit.then(async (code) => {
      await reading;
      return code;
    });
  }

  /**
   * Runs `kanibako WORDS`. The modes of the terminal are shown before it and, with its exit code, half a second after it: see
   * {@link modes}.
   */
  static open(
    user: User,
    words: readonly string[],
    cwd: string,
    { size = { columns: 100, rows: 30 }, env = {}, piped = false }: {
      size?: TerminalSize;
      /** The program reads from a pipe, which is no terminal, and stays open for two seconds. */
      piped?: boolean;
      env?: Readonly<Record<string, string>>;
    } = {},
  ): PtyUser {
    const pty = new Pty(size);
    const given = piped ? 'sleep 2 | "$@"' : '"$@"';
    const script = `echo "<$(stty -g)>"; ${given}; code=$?; sleep 0.5
echo "<$(stty -g)>"; echo "[exit $code]"; exit $code`;
    const child = openOnTerminal(["/bin/sh", "-c", script, "sh", ...program, ...words], pty.path, {
      env: { ...user.env, ...env },
      cwd,
    });
    return new PtyUser(pty, child);
  }

  /** Types text, or bytes. */
  async type(what: string | Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#pty.write(typeof what === "string" ? new TextEncoder().encode(what) : what);
  }

  /** Makes the terminal another size. */
  resize(size: TerminalSize): void {
    this.#pty.resize(size);
  }

  /** Waits until something is shown, and answers what was shown since the last time. */
  async shows(what: string | RegExp, timeoutMs = 20_000): Promise<string> {
    const end = () => {
      if (typeof what !== "string") {
        const match = what.exec(this.shown);
        return match ? match.index + match[0].length : -1;
      }
      const at = this.shown.indexOf(what);
      return at < 0 ? -1 : at + what.length;
    };
    await until(() => end() >= 0, timeoutMs).catch(() => {
      throw new Error(`It never showed ${what}:\n${JSON.stringify(this.shown)}`);
    });
    const cut = end();
    const seen = this.shown.slice(0, cut);
    this.shown = this.shown.slice(cut);
    return seen;
  }

  /** Closes the terminal, as a connection that is lost does. */
  hangUp(): void {
    this.#pty[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.hangUp();
    this.#kill("SIGKILL");
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    for (let part = await this.#pty.read(); part; part = await this.#pty.read()) {
      this.shown += decoder.decode(part, { stream: true });
    }
  }
}

/** The modes that a terminal was said to have. */
export function modes(shown: string): readonly string[] {
  return [...shown.matchAll(/<([0-9a-f:]{30,})>/g)].map((match) => match[1]!);
}
