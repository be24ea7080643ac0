/**
 * A terminal with somebody in front of it: types into the program and reads the screen. It is a real one, of tmux.
 *
 * @module
 */

import { PATIENCE_MS, program, until, type User } from "./program.ts";

/** A terminal that runs the program. `await using terminal = await Terminal.open(...)`. */
export class Terminal implements AsyncDisposable {
  private constructor(readonly user: User, readonly socket: string) {}

  /** Opens one and types `kanibako WORDS` into it. */
  static async open(user: User, words: readonly string[], cwd: string): Promise<Terminal> {
    const terminal = new Terminal(user, `kanibako-test-${crypto.randomUUID().slice(0, 8)}`);
    // The last line stays on the screen until the terminal is closed.
    const script = `"$@"; printf '\\n[exit code %s]\\n' $?; exec sleep 600`;
    await terminal.#tmux(
      ...["-f", "/dev/null", "new-session", "-d", "-s", "t", "-x", "140", "-y", "40", "-c", cwd],
      ...["sh", "-c", script, "sh", ...program, ...words],
    );
    return terminal;
  }

  /** What the screen shows. */
  screen(): Promise<string> {
    return this.#tmux("capture-pane", "-p", "-J", "-S", "-200", "-t", "t");
  }

  /** Presses keys, by tmux's names for them. */
  async press(...keys: string[]): Promise<void> {
    await this.#tmux("send-keys", "-t", "t", ...keys);
  }

  /** Types a line. */
  async type(line: string): Promise<void> {
    await this.#tmux("send-keys", "-t", "t", "-l", line);
    await this.press("Enter");
  }

  /** Waits until the screen shows something. */
  async shows(what: string | RegExp, timeoutMs = PATIENCE_MS): Promise<string> {
    let screen = "";
    const seen = async () => {
      screen = await this.screen();
      return typeof what === "string" ? screen.includes(what) : what.test(screen);
    };
    await until(seen, timeoutMs).catch(() => {
      throw new Error(`The screen never showed ${what}:\n${screen.trimEnd()}`);
    });
    return screen;
  }

  /** Waits until the program has ended: its exit code. */
  async ended(timeoutMs = PATIENCE_MS): Promise<number> {
    const screen = await this.shows(/\[exit code \d+\]/, timeoutMs);
    return Number(screen.match(/\[exit code (\d+)\]/)![1]);
  }

  async #tmux(...words: string[]): Promise<string> {
    const outcome = await this.user.call(["tmux", "-L", this.socket, ...words]);
    if (outcome.code !== 0) throw new Error(`tmux ${words[0]}: ${outcome.stderr}`);
    return outcome.stdout;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux("kill-server").catch(() => {});
  }
}
