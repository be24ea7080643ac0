/**
 * A project's folder for tests of what is chosen, removed at the end.
 *
 * @module
 */

import { chooseImage } from "../../../lib/rig/choose/choose.ts";
import type { ChooseInput, ImageChoice } from "../../../lib/rig/choose/types.ts";
import { openTree } from "../../../lib/host/tree/tree.ts";

/** The templates that tests have. */
const TEMPLATES = ["node", "rust", "python", "fullstack", "web-dev", "rust-ci", "mine"];

/** A folder with files. */
export class ProjectFolder implements Disposable {
  readonly path: string = Deno.makeTempDirSync({ prefix: "kanibako-choose-" });

  /** Makes it. */
  constructor(files: Readonly<Record<string, string>> = {}) {
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  /** Writes a file. */
  write(name: string, text: string): void {
    Deno.writeTextFileSync(`${this.path}/${name}`, text);
  }

  /** Chooses for a command in this folder. */
  async choose(command: string, input: Partial<ChooseInput> = {}): Promise<ImageChoice> {
    using folder = openTree(this.path);
    return await chooseImage({
      argv: command.split(" "),
      folder,
      templates: () => Promise.resolve(TEMPLATES),
      ...input,
    });
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}
