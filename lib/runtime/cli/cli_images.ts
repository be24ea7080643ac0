/**
 * The images of a container engine on this host.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { ImageFacts } from "../../spec/image_facts.ts";
import type {
  BuildOptions,
  FilterJob,
  ImageInfo,
  ImageLook,
  ImageStore,
  Work,
  Workbench,
} from "../images.ts";
import type { CliEngine } from "./cli_engine.ts";
import { commitContainer } from "./commit.ts";
import { diagnose } from "./remedies.ts";

/** How much of a failed build's output is searched for its reason. */
const LAST_OUTPUT = 4000;
/** What engines say of an image that a container was made from. */
const IN_USE = /image is in use by a container|is using its referenced image|image is being used by/i;

/** Images through an engine's command line. Each long call is one child, which ends when the call is cancelled. */
export class CliImages implements ImageStore {
  readonly #engine: CliEngine;

  /** Calls no engine. */
  constructor(engine: CliEngine) {
    this.#engine = engine;
  }

  get(reference: string): Promise<ImageInfo | undefined> {
    return imageOf(this.#engine, reference);
  }

  async facts(reference: string, look?: ImageLook): Promise<ImageFacts | undefined> {
    const { imageFacts, keptFacts } = await import("./image_facts/image_facts.ts");
    return look ? await imageFacts(this.#engine, reference, look) : await keptFacts(this.#engine, reference);
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
      if (result.code === 0) return await engine.imagesChanged();
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

  async exportRoot(reference: string, tarFile: string, work?: Work): Promise<void> {
    const { exportRoot } = await import("./image_files.ts");
    await exportRoot(this.#engine, reference, tarFile, work);
  }

  async filter(job: FilterJob, work?: Work): Promise<void> {
    const { filterFile } = await import("./image_files.ts");
    await filterFile(this.#engine, job, work);
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
    await commitContainer(this.#engine, box, reference, [], work);
  }

  async workbench(image: string, name: string): Promise<Workbench> {
    const { CliWorkbench } = await import("./workbench.ts");
    return await CliWorkbench.start(this.#engine, image, name);
  }

  removeWorkbench(name: string): Promise<void> {
    return this.#engine.remove(name);
  }

  async tag(reference: string, name: string): Promise<void> {
    await this.#do(["tag", reference, name], `give ${shellQuote(reference)} the name ${shellQuote(name)}`);
  }

  async remove(reference: string): Promise<void> {
    const result = await this.#engine.work(["image", "rm", reference]);
    await this.#engine.imagesChanged();
    if (result.code === 0) return;
    if (!IN_USE.test(result.stderr)) {
      throw this.#engine.failure(`remove image ${shellQuote(reference)}`, result);
    }
    throw new KanibakoError("image-in-use", `A container uses the image ${shellQuote(reference)}.`, {
      hint: "Stop it first. To list boxes that run: kanibako ps",
    });
  }

  async #do(words: readonly string[], action: string, work?: Work): Promise<string> {
    const result = await this.#engine.work(words, work);
    await this.#engine.imagesChanged();
    if (result.code !== 0) throw this.#engine.failure(action, result);
    return result.stdout;
  }
}

async function imageOf(engine: CliEngine, reference: string): Promise<ImageInfo | undefined> {
  const result = await engine.call(["image", "inspect", reference]);
  if (result.code !== 0) {
    if (/no such image|image not known|no such object|failed to find image/i.test(result.stderr)) {
      return undefined;
    }
    throw engine.failure(`inspect image ${shellQuote(reference)}`, result);
  }
  const found = engine.answer<InspectedImage[]>(result.stdout)[0];
  if (!found) return undefined;
  return {
    id: found.Id,
    names: found.RepoTags ?? [],
    digests: found.RepoDigests ?? [],
    sizeBytes: found.Size,
    createdAt: Date.parse(found.Created) / 1000,
    labels: found.Labels ?? found.Config?.Labels ?? {},
    ...(found.Config?.User ? { user: found.Config.User } : {}),
  };
}

interface InspectedImage {
  Id: string;
  RepoTags?: string[] | null;
  RepoDigests?: string[] | null;
  Size: number;
  Created: string;
  Labels?: Record<string, string> | null;
  Config?: { Labels?: Record<string, string> | null; User?: string };
}
