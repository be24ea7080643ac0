/**
 * Gets all features that a file asks for, with what these need, into one folder.
 *
 * @module
 */

import { unpackStream } from "../../archive/unpack_stream.ts";
import { openFolder } from "../../host/tree/folder.ts";
import { openTree, type Tree } from "../../host/tree/tree.ts";
import type { DevContainer } from "../types.ts";
import { copyLocalFeature, FEATURE_LIMITS } from "./local.ts";
import type { Lock, LockedFeature } from "./lock.ts";
import { badFeature, FEATURE_FILE, type FeatureMetadata, readFeature } from "./metadata.ts";
import { inOrder, type OrderNode, withoutVersion } from "./order.ts";
import { featureArchive, type Fetch, findFeature } from "./registry.ts";
import { type FeaturePlace, placeOf } from "./request.ts";

/** Most features with all that they need. */
const MOST = 200;
const MAX_BYTES = 256 * 1024;

/** A feature that is there. */
export interface CollectedFeature extends OrderNode {
  /** As it was asked for. */
  readonly id: string;
  /** The name of its folder. */
  readonly folder: string;
  readonly metadata: FeatureMetadata;
  readonly options: Readonly<Record<string, string | boolean>>;
}

/** What collecting needs. */
export interface CollectOptions {
  readonly tree: Tree;
  /** A folder of ours, for the features' folders. */
  readonly into: string;
  /** Where content is fixed. */
  readonly lock: Lock;
  readonly fetch: Fetch;
  readonly onStep: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** The features in their order of installation, and what fixes the content of those that came from a registry. */
export interface Collected {
  readonly features: readonly CollectedFeature[];
  readonly lock: Lock;
}

interface Asked {
  readonly id: string;
  readonly options: Readonly<Record<string, string | boolean>>;
}

/** Collects. Throws `bad-feature`, `bad-devcontainer`, and what reading an archive throws. */
export async function collectFeatures(dev: DevContainer, options: CollectOptions): Promise<Collected> {
  const collector = new Collector(dev, options);
  for (const asked of dev.features) await collector.add(asked);
  return { features: inOrder(collector.all, dev.overrideFeatureInstallOrder), lock: collector.lock };
}

class Collector {
  readonly all: CollectedFeature[] = [];
  readonly lock: Record<string, LockedFeature> = {};
  readonly #dev: DevContainer;
  readonly #options: CollectOptions;
  /** Folders by what is in them. */
  readonly #folders = new Map<string, { readonly folder: string; readonly metadata: FeatureMetadata }>();

  constructor(dev: DevContainer, options: CollectOptions) {
    this.#dev = dev;
    this.#options = options;
  }

  /** Adds a feature and what it needs; its key. */
  async add(asked: Asked, neededBy: readonly string[] = []): Promise<string> {
    const { id } = asked;
    const { path, folder } = this.#dev;
    const place = placeOf(id, folder, path);
    if (place.kind === "local" && neededBy.length > 0 && !isLocal(neededBy.at(-1)!)) {
      throw badFeature(id, `${neededBy.at(-1)} of a registry asks for a folder of the project`);
    }
    const key = JSON.stringify([
      withoutVersion(id),
      place.kind === "registry" ? place.version : "",
      sorted(asked.options),
    ]);
    if (neededBy.includes(id)) throw badFeature(id, "it needs itself");
    if (this.all.some((other) => other.key === key)) return key;
    if (this.all.length >= MOST) throw badFeature(id, `with it there would be more than ${MOST} features`);
    const found = await this.#folderOf(id, place);
    const { metadata } = found;
    const needs: string[] = [];
    for (const [needed, value] of Object.entries(metadata.dependsOn ?? {})) {
      const options = typeof value === "object" ? value : typeof value === "string" ? { version: value } : {};
      needs.push(await this.add({ id: needed, options }, [...neededBy, id]));
    }
    // What it needs may have needed it with these options.
    if (this.all.some((other) => other.key === key)) return key;
    this.all.push({
      ...asked,
      ...found,
      key,
      resource: withoutVersion(id),
      legacy: (metadata.legacyIds ?? []).map((legacy) =>
        withoutVersion(id).replace(/[^/]*$/, legacy.toLowerCase())
      ),
      needs,
      after: metadata.installsAfter ?? [],
    });
    return key;
  }

  async #folderOf(id: string, place: FeaturePlace) {
    const known = this.#folders.get(id);
    if (known) return known;
    const { tree, into, onStep, signal } = this.#options;
    const folder = String(this.#folders.size);
    if (place.kind === "local") await copyLocalFeature(tree, place.folder, `${into}/${folder}`, signal);
    else {
      onStep(`Getting the feature ${id}`);
      await this.#download(id, place, folder);
    }
    using copy = openTree(`${into}/${folder}`);
    const file = copy.readFile(FEATURE_FILE, MAX_BYTES);
    if (!file) throw badFeature(id, `it has no ${FEATURE_FILE}`);
    if (copy.kind("install.sh") !== "file") throw badFeature(id, "it has no install.sh");
    const metadata = readFeature(id, file);
    const locked = this.lock[id];
    if (locked) {
      this.lock[id] = {
        ...locked,
        version: metadata.version ?? "",
        ...(metadata.dependsOn ? { dependsOn: Object.keys(metadata.dependsOn) } : {}),
      };
    }
    const found = { folder, metadata };
    this.#folders.set(id, found);
    return found;
  }

  async #download(
    id: string,
    place: Extract<FeaturePlace, { kind: "registry" }>,
    name: string,
  ): Promise<void> {
    const { into, fetch, lock, signal } = this.#options;
    const fixed = Object.hasOwn(lock, id) ? lock[id]!.integrity : undefined;
    const found = await findFeature(id, place, fixed ?? place.version, fetch, signal);
    const archive = await featureArchive(id, place, found, fetch, signal);
    using folder = openFolder(into);
    await unpackStream(plain(archive), { folder, name }, {
      subject: `the feature ${id}`,
      limits: { entries: FEATURE_LIMITS.entries, bytes: FEATURE_LIMITS.bytes },
      ...(signal ? { signal } : {}),
    });
    this.lock[id] = {
      version: "",
      resolved: `${place.registry}/${place.repository}@${found.digest}`,
      integrity: found.digest,
    };
  }
}

/** What is compressed is not any more. */
function plain(archive: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array> {
  const stream = new Blob([archive]).stream();
  return archive[0] === 0x1f && archive[1] === 0x8b
    ? stream.pipeThrough(new DecompressionStream("gzip"))
    : stream;
}

function isLocal(id: string): boolean {
  return id.startsWith("./") || id.startsWith("../");
}

function sorted(options: Readonly<Record<string, unknown>>): unknown {
  return Object.entries(options).sort(([one], [other]) => one < other ? -1 : 1);
}
