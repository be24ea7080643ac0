/**
 * The images of a container engine on this host.
 *
 * @module
 */

import { shellQuote } from "../../host/ui/text.ts";
import type { BuildOptions, ImageInfo, ImageStore, Work } from "../images.ts";
import type { CliEngine } from "./cli_engine.ts";
import { diagnose } from "./remedies.ts";

/** How much of a failed build's output is searched for its reason. */
const LAST_OUTPUT = 4000;

/** Images through an engine's command line. Each long call is one child, which ends when the call is cancelled. */
export class CliImages implements ImageStore {
  readonly #engine: CliEngine;

  /** Calls no engine. */
  constructor(engine: CliEngine) {
    this.#engine = engine;
  }

  get(reference: string): Promise<ImageInfo | undefined> {
    return this.#engine.image(reference);
  }

  list(): Promise<ImageInfo[]> {
    return this.#engine.images();
  }

  async pull(reference: string, work?: Work): Promise<void> {
    await this.#do(["pull", reference], `pull ${shellQuote(reference)}`, work);
  }

  async build(options: BuildOptions, work: Work = {}): Promise<void> {
    const engine = this.#engine;
    for (;;) {
      const result = await engine.work(engine.buildWords(options), work);
      if (result.code === 0) return;
      const diagnosis = diagnose(
        engine.name,
        result.stderr + result.stdout.slice(-LAST_OUTPUT),
        engine.facts,
      );
      if (diagnosis.kind !== "remedy" || !diagnosis.learn) {
        throw engine.failure(`build ${shellQuote(options.reference)}`, result);
      }
      work.onOutput?.(`${diagnosis.message}\n`);
      await engine.learn(diagnosis.learn);
    }
  }

  async importRoot(tarFile: string, reference: string, work?: Work): Promise<void> {
    await this.#do(["import", tarFile, reference], `import ${shellQuote(tarFile)}`, work);
  }

  async save(reference: string, tarFile: string, work?: Work): Promise<void> {
    await this.#do(
      [...this.#engine.saveWords, "--output", tarFile, reference],
      `save ${shellQuote(reference)}`,
      work,
    );
  }

  async load(tarFile: string, work?: Work): Promise<readonly string[]> {
    const output = await this.#do(["load", "--input", tarFile], `load ${shellQuote(tarFile)}`, work);
    // "Loaded image: x:1", of podman also "Loaded image(s): x:1,y:2".
    return output.split("\n").flatMap((line) => {
      const names = line.match(/^Loaded image(?:\(s\)| ID)?: (.+)$/)?.[1];
      return names === undefined ? [] : names.split(",").map((name) => name.trim());
    });
  }

  async commit(box: string, reference: string, work?: Work): Promise<void> {
    await this.#do(["commit", box, reference], `make an image of ${shellQuote(box)}`, work);
  }

  async tag(reference: string, name: string): Promise<void> {
    await this.#do(["tag", reference, name], `give ${shellQuote(reference)} the name ${shellQuote(name)}`);
  }

  remove(reference: string): Promise<void> {
    return this.#engine.removeImage(reference);
  }

  async #do(words: readonly string[], action: string, work?: Work): Promise<string> {
    const result = await this.#engine.work(words, work);
    if (result.code !== 0) throw this.#engine.failure(action, result);
    return result.stdout;
  }
}
