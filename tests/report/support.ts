/**
 * Projects for tests of looks, in temporary folders.
 *
 * @module
 */

import { compareLooks } from "../../lib/report/compare.ts";
import type { Finding, Look } from "../../lib/report/look.ts";
import { lookAt } from "../../lib/report/look_at.ts";

/** A folder that is gone after the test. */
export class TestProject implements AsyncDisposable {
  private constructor(readonly path: string) {}

  static async make(): Promise<TestProject> {
    return new TestProject(await Deno.realPath(await Deno.makeTempDir({ prefix: "kanibako-report-" })));
  }

  /** Writes a file, and the folders above it. */
  async write(path: string, content = "content\n", mode = 0o644): Promise<void> {
    const at = path.lastIndexOf("/");
    if (at > 0) await this.folder(path.slice(0, at));
    await Deno.writeTextFile(`${this.path}/${path}`, content);
    await Deno.chmod(`${this.path}/${path}`, mode);
  }

  async folder(path: string): Promise<void> {
    await Deno.mkdir(`${this.path}/${path}`, { recursive: true });
  }

  async link(target: string, path: string): Promise<void> {
    const at = path.lastIndexOf("/");
    if (at > 0) await this.folder(path.slice(0, at));
    await Deno.symlink(target, `${this.path}/${path}`);
  }

  async remove(path: string): Promise<void> {
    await Deno.remove(`${this.path}/${path}`, { recursive: true });
  }

  async look(): Promise<Look> {
    return (await lookAt(this.path)).look;
  }

  /** What an action does at the places of the table. */
  async after(action: () => Promise<void> | void): Promise<Finding[]> {
    const before = await this.look();
    await action();
    return compareLooks(before, await this.look());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Deno.Command("chmod", { args: ["-R", "u+rwx", this.path] }).output();
    await Deno.remove(this.path, { recursive: true });
  }
}

/** Findings in few words: `path change (keys) [entry]`. */
export function words(findings: readonly Finding[]): string[] {
  return findings.map(({ path, change, keys, entry }) =>
    `${path} ${change}${keys.length > 0 ? ` (${keys.join(", ")})` : ""} [${entry}]`
  );
}

/** Runs a program of the host, which must succeed. */
export async function run(words: readonly [string, ...string[]]): Promise<void> {
  const [program, ...args] = words;
  const { success, stderr } = await new Deno.Command(program, { args, stdin: "null" }).output();
  if (!success) throw new Error(`${words.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}
