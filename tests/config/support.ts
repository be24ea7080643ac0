/** A kanibako of its own in a temporary folder. */

import { type Host, openHost } from "../../lib/config/system.ts";
import { RecordingUi } from "../support/recording_ui.ts";

/** Folders of one test, removed with it. */
export class Sandbox implements AsyncDisposable {
  /** Hears what is noted by every host opened here, and answers its questions with no unless set otherwise. */
  readonly ui: RecordingUi = new RecordingUi();

  private constructor(readonly root: string) {}

  static async make(): Promise<Sandbox> {
    const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "kanibako-test-" }));
    const sandbox = new Sandbox(root);
    for (const folder of ["home", "config", "data", "state", "cache", "work"]) {
      await Deno.mkdir(`${root}/${folder}`);
    }
    return sandbox;
  }

  /** One that is there already, for another process. */
  static at(root: string): Sandbox {
    return new Sandbox(root);
  }

  /** The environment of this sandbox. */
  env(): Record<string, string> {
    return {
      HOME: `${this.root}/home`,
      XDG_CONFIG_HOME: `${this.root}/config`,
      XDG_DATA_HOME: `${this.root}/data`,
      XDG_STATE_HOME: `${this.root}/state`,
      XDG_CACHE_HOME: `${this.root}/cache`,
    };
  }

  /** Opens it, after writing `config` as the system configuration. */
  async open(config?: string): Promise<Host> {
    if (config !== undefined) await Deno.writeTextFile(this.configFile, config);
    const env = this.env();
    return await openHost((name) => env[name], { ui: this.ui });
  }

  get configFile(): string {
    return `${this.root}/config/kanibako.toml`;
  }

  /** Makes a folder below `work`. */
  async folder(name: string): Promise<string> {
    const path = `${this.root}/work/${name}`;
    await Deno.mkdir(path, { recursive: true });
    return path;
  }

  /** Writes a file, with its folders. */
  async write(path: string, text: string): Promise<string> {
    const full = path.startsWith("/") ? path : `${this.root}/${path}`;
    await Deno.mkdir(full.slice(0, full.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(full, text);
    return full;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.root, { recursive: true });
  }
}

/** Everything below a folder, for comparing before and after. */
export async function listing(path: string): Promise<string[]> {
  const result: string[] = [];
  for await (const entry of Deno.readDir(path)) {
    result.push(entry.name);
    if (entry.isDirectory) {
      result.push(...(await listing(`${path}/${entry.name}`)).map((below) => `${entry.name}/${below}`));
    }
  }
  return result.sort();
}
