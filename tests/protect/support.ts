/**
 * What tests of protected places share: a project, and a run on it that is played without a box.
 *
 * @module
 */

import { holdPlaces } from "../../lib/protect/hold.ts";
import type { Manifest } from "../../lib/protect/manifest.ts";
import { protectionOf } from "../../lib/protect/protection.ts";
import { listQuarantine, type Quarantined } from "../../lib/protect/quarantine.ts";
import { type Settled, settleProtected } from "../../lib/protect/settle.ts";

/** A project with a repository, and the state of its box. */
export class World implements AsyncDisposable {
  private constructor(readonly base: string, readonly state: string, readonly workspace: string) {}

  /** `state`: where it is to be, such as on another file system. */
  static async make(state?: string): Promise<World> {
    const base = await Deno.realPath(await Deno.makeTempDir({ prefix: "kanibako-protect-" }));
    const world = new World(base, state ?? `${base}/state`, `${base}/project`);
    await Deno.mkdir(world.state, { recursive: true });
    await world.write(".git/HEAD", "ref: refs/heads/main\n");
    await world.write(".git/config", "[core]\n\tbare = false\n");
    await world.write(".git/hooks/pre-commit", "#!/bin/sh\nmake check\n", 0o755);
    await world.write(".vscode/tasks.json", "{}\n");
    await world.write("src/main.c", "int main() {}\n");
    return world;
  }

  path(path: string): string {
    return `${this.workspace}/${path}`;
  }

  async write(path: string, text: string, mode = 0o644): Promise<void> {
    const whole = this.path(path);
    await Deno.mkdir(whole.slice(0, whole.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(whole, text);
    await Deno.chmod(whole, mode);
  }

  read(path: string): string | undefined {
    try {
      return Deno.readTextFileSync(this.path(path));
    } catch {
      return undefined;
    }
  }

  there(path: string): boolean {
    try {
      Deno.lstatSync(this.path(path));
      return true;
    } catch {
      return false;
    }
  }

  /** What comes before a run. */
  async begin(mode: "hooks" | "all" = "hooks", run = "run-1", sealed = false): Promise<Manifest> {
    const manifest = await protectionOf(this.workspace, run, mode);
    await holdPlaces(this.state, manifest, () => sealed);
    return manifest;
  }

  /** What follows a run. */
  end(run = "run-1"): Promise<Settled> {
    return settleProtected(this.state, run);
  }

  /** Both, and between them what a box might do. */
  async session(act: () => Promise<void> | void, mode: "hooks" | "all" = "hooks"): Promise<Settled> {
    await this.begin(mode);
    await act();
    return await this.end();
  }

  items(): Promise<readonly Quarantined[]> {
    return listQuarantine(this.state);
  }

  /** Where a thing of the quarantine is. */
  content({ id }: Quarantined): string {
    return `${this.state}/quarantine/${id}/content`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Deno.Command("chmod", { args: ["-R", "u+rwX", this.base] }).output();
    await Deno.remove(this.base, { recursive: true });
    await Deno.remove(this.state, { recursive: true }).catch(() => {});
  }
}

/** What was taken, in short. */
export function taken({ taken }: Settled): readonly string[] {
  return taken.map(({ path, reason }) => `${path} ${reason}`).sort();
}
