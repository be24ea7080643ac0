/**
 * The program as a user runs it, with a home of its own and an engine that only pretends.
 *
 * @module
 */

import { run } from "../../lib/host/process.ts";
import { denoDir } from "../support/deno_dir.ts";

const cli = new URL("../../cli.ts", import.meta.url).pathname;

// Answers what a listing, an inspection and a version ask, and writes down what it was asked.
const FAKE_PODMAN = `#!/bin/sh
printf '%s\\n' "$*" >> "$HOME/engine.log"
case "$*" in
  *--version*) echo "podman version 4.3.1" ;;
  *"info --format"*) cat "$HOME/engine.info" 2>/dev/null || echo '4.3.1 overlay v2' ;;
  *"ps --all"*) cat "$HOME/engine.ps" 2>/dev/null || echo '[]' ;;
  *image*inspect*) echo "Error: no such image" >&2; exit 125 ;;
  *"stop "*|*"rm "*) rm -f "$HOME/engine.ps" ;;
esac
`;

/** What a call of the program left. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A home with a project folder `work` and a pretended podman. */
export class Sandbox implements AsyncDisposable {
  private constructor(readonly home: string, readonly env: Readonly<Record<string, string>>) {}

  /** Makes one. Without `engine` there is no container engine at all. */
  static async make(options: { engine?: boolean } = {}): Promise<Sandbox> {
    const home = await Deno.realPath(await Deno.makeTempDir());
    await Deno.mkdir(`${home}/bin`);
    await Deno.mkdir(`${home}/work`);
    if (options.engine ?? true) {
      await Deno.writeTextFile(`${home}/bin/podman`, FAKE_PODMAN);
      await Deno.chmod(`${home}/bin/podman`, 0o755);
    }
    // Only what the program itself calls, so that no engine or agent of this machine is found.
    for (const name of ["sh", "cat", "rm", "env", "xz"]) {
      const found = (Deno.env.get("PATH") ?? "").split(":").map((folder) => `${folder}/${name}`);
      for (const path of found) {
        if (!await Deno.stat(path).then(() => true, () => false)) continue;
        await Deno.symlink(path, `${home}/bin/${name}`);
        break;
      }
    }
    return new Sandbox(home, {
      HOME: home,
      PATH: `${home}/bin`,
      DENO_DIR: denoDir(),
      NO_COLOR: "1",
      XDG_CONFIG_HOME: `${home}/config`,
      XDG_DATA_HOME: `${home}/data`,
      XDG_STATE_HOME: `${home}/state`,
      XDG_CACHE_HOME: `${home}/cache`,
    });
  }

  /** Runs the program in `work`, or in `cwd`. */
  async run(
    words: readonly string[],
    options: { cwd?: string; input?: string; env?: Readonly<Record<string, string>> } = {},
  ): Promise<Outcome> {
    const argv = [Deno.execPath(), "run", "-A", "--no-check", "--quiet", cli, ...words];
    const { code, stdout, stderr } = await run(argv, {
      env: { ...this.env, ...options.env },
      cwd: options.cwd ?? `${this.home}/work`,
      ...(options.input === undefined ? {} : { input: options.input }),
    });
    return { code, stdout, stderr };
  }

  /** Runs a command of the shell in `work`, in which `kanibako` is the program. */
  async shell(script: string): Promise<Outcome> {
    const program = `${this.home}/bin/kanibako`;
    const words = `"${Deno.execPath()}" run -A --no-check --quiet "${cli}" "$@"`;
    await Deno.writeTextFile(program, `#!/bin/sh\nexec ${words}\n`, { mode: 0o755 });
    const { code, stdout, stderr } = await run(["sh", "-c", script], {
      env: this.env,
      cwd: `${this.home}/work`,
    });
    return { code, stdout, stderr };
  }

  /** What the engine was asked so far, a line a call. */
  async engineCalls(): Promise<string[]> {
    const log = await Deno.readTextFile(`${this.home}/engine.log`).catch(() => "");
    return log.split("\n").filter((line) => line !== "");
  }

  /** From now on the engine says that this box is there. */
  async pretendContainer(box: string, state: "running" | "exited"): Promise<void> {
    const container = {
      Id: "c0ffee",
      Names: [box],
      Image: "localhost/kanibako-oci:latest",
      State: state,
      ExitCode: 0,
      Created: 1,
      Labels: { "kanibako.box": box, "kanibako.role": "box" },
    };
    await Deno.writeTextFile(`${this.home}/engine.ps`, JSON.stringify([container]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.home, { recursive: true });
  }
}
