/**
 * What tests of rigs share: a user's folders, a progress that records, and a stand-in for the bootstrap tool.
 *
 * @module
 */

import { type Host, openHost } from "../../lib/config/system.ts";
import type { Progress } from "../../lib/spec/ui.ts";

/** A user with folders of its own, removed at the end. */
export class TestUser implements AsyncDisposable {
  private constructor(readonly host: Host, readonly root: string, readonly steps: string[] = []) {}

  /** Makes one; `image` becomes `box.image` of the system configuration. */
  static async create(image?: string): Promise<TestUser> {
    const root = await Deno.makeTempDir({ prefix: "kanibako-rig-" });
    const env: Record<string, string> = { HOME: root };
    if (image !== undefined) {
      await Deno.mkdir(`${root}/.config`, { mode: 0o700 });
      await Deno.writeTextFile(`${root}/.config/kanibako.toml`, `[box]\nimage = "${image}"\n`, {
        mode: 0o600,
      });
    }
    return new TestUser(await openHost((name) => env[name]), root);
  }

  /** Records each step. */
  get progress(): Progress {
    return {
      step: (text) => this.steps.push(text),
      output: () => {},
      done: (text) => this.steps.push(text),
      stop: () => {},
    };
  }

  /** Writes one of the user's own Containerfiles. */
  async recipe(name: string, text: string): Promise<string> {
    const folder = `${this.host.dirs.data}/containers`;
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(`${folder}/Containerfile.${name}`, text);
    return `${folder}/Containerfile.${name}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.root, { recursive: true });
  }
}

/** Puts a program called `mmdebstrap` first on PATH, whose last argument is the file to make. Undone when disposed. */
export async function fakeMmdebstrap(script: string): Promise<AsyncDisposable> {
  const folder = await Deno.makeTempDir({ prefix: "kanibako-bin-" });
  await Deno.writeTextFile(`${folder}/mmdebstrap`, `#!/bin/sh\nfor out; do :; done\n${script}\n`, {
    mode: 0o755,
  });
  const path = Deno.env.get("PATH") ?? "";
  Deno.env.set("PATH", `${folder}:${path}`);
  return {
    async [Symbol.asyncDispose]() {
      Deno.env.set("PATH", path);
      await Deno.remove(folder, { recursive: true });
    },
  };
}
