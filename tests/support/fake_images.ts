/**
 * Images in memory, and a record of what was asked of them.
 *
 * @module
 */

import type { BuildOptions, ImageInfo, ImageStore, Work, Workbench } from "../../lib/runtime/images.ts";
import { readArchive } from "../../lib/archive/read.ts";
import { dockerImage, tar } from "./image_archive.ts";
import { KanibakoError } from "../../lib/host/error.ts";

/** What a registry, a build or a host would do. */
export interface FakeWorld {
  /** References a registry has, with the digest of each. */
  registry?: Record<string, string>;
  /** What is done in a workbench; its exit code. */
  onWork?: (
    bench: { readonly name: string; readonly signal: AbortSignal | undefined },
  ) => number | Promise<number>;
  /** Called for each build; throw to fail it. */
  onBuild?: (options: BuildOptions, work: Work) => void | Promise<void>;
}

/** The recording store. `calls` holds what changed or asked something, such as `pull x` and `image y`. */
export class FakeImages implements ImageStore {
  readonly calls: string[] = [];
  readonly builds: BuildOptions[] = [];
  readonly store = new Map<string, ImageInfo>();
  /** The containers of workbenches that are there. */
  readonly benches = new Set<string>();
  /** What was put into them, by path. */
  readonly put = new Map<string, string>();
  /** By id: images that have lost their name. */
  readonly replaced = new Map<string, ImageInfo>();
  #next = 1;

  constructor(readonly world: FakeWorld = {}) {}

  /** Puts an image into the store. */
  add(reference: string, labels: Record<string, string> = {}, digests: readonly string[] = []): void {
    const old = this.store.get(reference);
    if (old) this.replaced.set(old.id, { ...old, names: [] });
    const id = `${this.#next++}`.padStart(64, "0");
    this.store.set(reference, {
      id,
      names: [reference],
      digests,
      sizeBytes: 5_000_000,
      createdAt: 0,
      labels,
    });
  }

  /** The calls that changed something. */
  get changes(): string[] {
    return this.calls.filter((call) => !/^images?( |$)/.test(call));
  }

  get(reference: string): Promise<ImageInfo | undefined> {
    this.calls.push(`image ${reference}`);
    const named = this.store.get(reference) ?? this.replaced.get(reference);
    return Promise.resolve(named ?? [...this.store.values()].find((one) => one.id === reference));
  }

  list(): Promise<ImageInfo[]> {
    this.calls.push("images");
    return Promise.resolve([...this.store.values()]);
  }

  remove(reference: string): Promise<void> {
    this.calls.push(`rmi ${reference}`);
    if (!this.store.delete(reference) && !this.replaced.delete(reference)) {
      throw new KanibakoError("engine", `no such image ${reference}`);
    }
    return Promise.resolve();
  }

  pull(reference: string, { onOutput }: Work = {}): Promise<void> {
    this.calls.push(`pull ${reference}`);
    onOutput?.(`Trying to pull ${reference}\n`);
    const digest = this.world.registry?.[reference];
    if (digest === undefined) {
      return Promise.reject(new KanibakoError("engine", `podman cannot pull ${reference}: no such host`));
    }
    this.add(reference, {}, [`${reference.replace(/:[^:/]*$/, "")}@${digest}`]);
    return Promise.resolve();
  }

  async build(options: BuildOptions, work: Work = {}): Promise<void> {
    this.calls.push(`build ${options.reference}`);
    this.builds.push(options);
    work.onOutput?.("STEP 1\n");
    await this.world.onBuild?.(options, work);
    this.add(options.reference, { ...options.labels });
  }

  importRoot(tarFile: string, reference: string): Promise<void> {
    this.calls.push(`import ${reference}`);
    Deno.statSync(tarFile);
    this.add(reference);
    return Promise.resolve();
  }

  exportRoot(): Promise<void> {
    return unused();
  }
  filter(): Promise<void> {
    return unused();
  }
  async save(reference: string, tarFile: string): Promise<void> {
    const labels = this.store.get(reference)?.labels ?? {};
    await Deno.writeFile(tarFile, tar(dockerImage([reference], labels)));
  }
  /** The members of each archive that was loaded. */
  readonly loaded: string[][] = [];

  async load(tarFile: string): Promise<readonly string[]> {
    const members = new Map<string, string>();
    await readArchive(tarFile, async (entry) => {
      const bytes: number[] = [];
      for (let piece = await entry.content(); piece; piece = await entry.content()) bytes.push(...piece);
      if (entry.kind === "file") members.set(entry.path, new TextDecoder().decode(Uint8Array.from(bytes)));
    });
    this.loaded.push([...members.keys()].sort());
    const [image] = JSON.parse(members.get("manifest.json")!);
    const labels = JSON.parse(members.get(image.Config)!).config?.Labels ?? {};
    for (const name of image.RepoTags) this.add(name, labels);
    return image.RepoTags;
  }
  commit(): Promise<void> {
    return unused();
  }
  workbench(image: string, name: string): Promise<Workbench> {
    this.calls.push(`bench ${image}`);
    this.benches.add(name);
    return Promise.resolve({
      shell: async (_io, signal) => {
        const code = await this.world.onWork?.({ name, signal }) ?? 0;
        signal?.throwIfAborted();
        return code;
      },
      put: async (folder, into) => {
        for await (const { name } of Deno.readDir(folder)) {
          this.put.set(
            `${into}/${folder.split("/").at(-1)}/${name}`,
            await Deno.readTextFile(`${folder}/${name}`),
          );
        }
      },
      commit: (reference, { labels = {} }) => {
        this.calls.push(`commit ${reference}`);
        this.add(reference, { ...labels });
        return Promise.resolve();
      },
      [Symbol.asyncDispose]: () => this.removeWorkbench(name),
    });
  }
  removeWorkbench(name: string): Promise<void> {
    this.benches.delete(name);
    return Promise.resolve();
  }
  tag(reference: string, name: string): Promise<void> {
    const image = this.store.get(reference)!;
    this.add(name, { ...image.labels });
    return Promise.resolve();
  }
}

function unused(): never {
  throw new Error("not part of this fake");
}
