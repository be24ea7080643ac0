/** A kanibako of its own for use cases: its events, what it notes and asks, and an engine that only pretends. */

import { type Host, openHost } from "../../lib/config/system.ts";
import type { BoxEvent } from "../../lib/spec/ui.ts";
import { Sandbox } from "../config/support.ts";
import type { RecordingUi } from "../support/recording_ui.ts";

/** What the pretended engine does: it answers listings from a file, and forgets all that it stops. */
const ENGINE = (folder: string, name: string) =>
  `#!/bin/sh
printf '%s\n' "$*" >> "${folder}/${name}.log"
case "$*" in
  *--version*|version*) echo "${name} version 4.3.1" ;;
  *"info --format"*) echo '4.3.1 overlay v2' ;;
  *"ps --all"*)
    test -f "${folder}/${name}.broken" && { echo "it is out of order" >&2; exit 125; }
    cat "${folder}/${name}.ps" 2>/dev/null || true ;;
  *image*inspect*) echo "Error: no such image" >&2; exit 125 ;;
  *"stop "*|*"rm "*) rm -f "${folder}/${name}.ps" ;;
esac
`;

/** The world of one test; the engines of this machine are hidden meanwhile. */
export class AppWorld implements AsyncDisposable {
  readonly events: BoxEvent[] = [];
  readonly #path: string | undefined = Deno.env.get("PATH");

  private constructor(readonly sandbox: Sandbox, public host: Host) {}

  /** `engines`: the names of those that are installed. */
  static async make(engines: readonly string[] = ["podman"]): Promise<AppWorld> {
    const sandbox = await Sandbox.make();
    const bin = `${sandbox.root}/bin`;
    await Deno.mkdir(bin);
    const world = new AppWorld(sandbox, await sandbox.open());
    await world.#hideEngines(bin);
    for (const name of engines) {
      await Deno.writeTextFile(`${bin}/${name}`, ENGINE(bin, name), { mode: 0o755 });
    }
    await world.open();
    return world;
  }

  /** Opens the configuration again, as another call would. */
  async open(): Promise<Host> {
    const env = this.sandbox.env();
    const events = (event: BoxEvent) => void this.events.push(event);
    return this.host = await openHost((name) => env[name], { ui: this.sandbox.ui, events });
  }

  get ui(): RecordingUi {
    return this.sandbox.ui;
  }

  /** A folder, made. */
  folder(name: string): Promise<string> {
    return this.sandbox.folder(name);
  }

  /** What an engine answers when it is asked for its containers. */
  async engineHas(name: string, answer: string): Promise<void> {
    await Deno.writeTextFile(`${this.sandbox.root}/bin/${name}.ps`, answer);
  }

  /** From now on an engine fails when it is asked for its containers. */
  async breakEngine(name: string): Promise<void> {
    await Deno.writeTextFile(`${this.sandbox.root}/bin/${name}.broken`, "");
  }

  /** What an engine was asked, a line a call. */
  async engineCalls(name: string): Promise<string[]> {
    const log = await Deno.readTextFile(`${this.sandbox.root}/bin/${name}.log`).catch(() => "");
    return log.split("\n").filter((line) => line !== "");
  }

  /** What the program itself calls, Node for the agents of tests, and nothing else: no engine or agent of this machine. */
  async #hideEngines(bin: string): Promise<void> {
    for (const name of ["sh", "cat", "rm", "df", "env", "xz", "zstd", "git", "node"]) {
      const found = (this.#path ?? "").split(":").map((folder) => `${folder}/${name}`)
        .find(isFile);
      if (found !== undefined) await Deno.symlink(found, `${bin}/${name}`);
    }
    Deno.env.set("PATH", bin);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#path !== undefined) Deno.env.set("PATH", this.#path);
    await this.sandbox[Symbol.asyncDispose]();
  }
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
