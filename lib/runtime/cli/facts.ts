/**
 * What was learned about an engine on this host, kept so that it is learned once. Keyed by the binary's path, size and
 * time of change: another binary starts with a clean sheet.
 *
 * @module
 */

import type { Dirs } from "../../host/dirs.ts";
import {
  type Check,
  check,
  flag,
  listOf,
  number,
  optional,
  schemaOf,
  shape,
  tableOf,
  text,
} from "../../host/light_schema.ts";
import { exists } from "../../host/path.ts";
import { FileLock, readJson, type Schema, writeJson } from "../../host/store.ts";
import { debug } from "../../host/log.ts";

/** What a run has to take account of. */
export interface EngineFacts {
  /** The OCI runtime to use instead of the engine's own choice. */
  readonly runtime?: string | undefined;
  /** Resource limits of processes must be kept within what this host allows. */
  readonly clampUlimits?: boolean | undefined;
  /** `keep-id` cannot choose which user to become. */
  readonly plainKeepId?: boolean | undefined;
}

/** What is kept of one binary. */
interface Entry extends EngineFacts {
  /** Which engine it turned out to be. */
  readonly program?: string | undefined;
  /** Whether it hands annotations of images on to the runtime. */
  readonly handsAnnotationsOn?: boolean | undefined;
  /** Images that were found to give the runtime no orders. */
  readonly plainImages?: readonly string[] | undefined;
  /** The images that names stood for, by the name. */
  readonly imageIds?: Readonly<Record<string, NamedImage>> | undefined;
}

/** What a name stood for at a time. */
export interface NamedImage {
  /** The engine's id of the image. */
  readonly id: string;
  /** When that was asked, in milliseconds since 1970. */
  readonly atMs: number;
}

const entryCheck: Check<Entry> = shape({
  runtime: optional(text),
  clampUlimits: optional(flag),
  plainKeepId: optional(flag),
  program: optional(text),
  handsAnnotationsOn: optional(flag),
  plainImages: optional(listOf(text)),
  imageIds: optional(tableOf(shape({ id: text, atMs: number }))),
});

/** Only one entry is of use to a command, so the others are not looked into. */
const schema: Schema<Record<string, unknown>> = schemaOf(
  check("expected a table", (value) => typeof value === "object" && value !== null && !Array.isArray(value)),
);

/** The facts about one binary, and about one of its daemons where there are several. */
export class FactsFile {
  readonly #path: string;
  readonly #key: string;
  #entry: Entry;

  private constructor(path: string, key: string, entry: Entry) {
    this.#path = path;
    this.#key = key;
    this.#entry = entry;
  }

  /** Reads what is known about a binary. An unreadable file counts as empty: facts are learned again. */
  static async open(
    dirs: Dirs,
    binary: string,
    variables: Readonly<Record<string, string>> = {},
  ): Promise<FactsFile> {
    const path = pathIn(dirs);
    const { size, mtime } = lookAt(binary);
    const all = await readAll(path);
    const daemon = variables["DOCKER_HOST"] ?? variables["DOCKER_CONTEXT"];
    const key = `${binary}:${size}:${mtime?.getTime() ?? 0}${daemon ? `:${daemon}` : ""}`;
    return new FactsFile(path, key, entryOf(all[key]));
  }

  /** What a run has to take account of. */
  get facts(): EngineFacts {
    const { program: _1, handsAnnotationsOn: _2, plainImages: _3, imageIds: _4, ...facts } = this.#entry;
    return facts;
  }

  /** Which engine the binary turned out to be. */
  get program(): string | undefined {
    return this.#entry.program;
  }

  /** Whether the binary hands annotations of images on; `undefined` before it was found out. */
  get handsAnnotationsOn(): boolean | undefined {
    return this.#entry.handsAnnotationsOn;
  }

  /** Whether an image was found to give the runtime no orders. */
  isPlainImage(image: string): boolean {
    return this.#entry.plainImages?.includes(image) === true;
  }

  /** Remembers that of an image. */
  async learnPlainImage(image: string): Promise<void> {
    await this.#change((entry) => ({ ...entry, plainImages: [...entry.plainImages ?? [], image] }));
  }

  /** What a name stood for when that was last asked; `undefined` where that is not known. */
  imageId(name: string): NamedImage | undefined {
    const ids = this.#entry.imageIds ?? {};
    return Object.hasOwn(ids, name) ? ids[name] : undefined;
  }

  /** Remembers it. */
  async learnImageId(name: string, id: string): Promise<void> {
    await this.#change((entry) => ({
      ...entry,
      imageIds: { ...entry.imageIds, [name]: { id, atMs: Date.now() } },
    }));
  }

  /** Forgets it of all images: one was got or made. */
  async forgetImages(): Promise<void> {
    const { plainImages, imageIds } = this.#entry;
    if (!plainImages && !imageIds) return;
    await this.#change((entry) => ({ ...entry, plainImages: undefined, imageIds: undefined }));
  }

  /** Adds to what is known, for this process and the next ones. */
  async learn(more: Entry): Promise<void> {
    await this.#change((entry) => ({ ...entry, ...more }));
  }

  /** Forgets what a run had to take account of: the host has changed. */
  async forget(): Promise<void> {
    await this.#change(({ program, handsAnnotationsOn, plainImages }) => ({
      program,
      handsAnnotationsOn,
      plainImages,
    }));
  }

  /** Others may have changed it since it was read. */
  async #change(change: (entry: Entry) => Entry): Promise<void> {
    using _lock = await FileLock.acquire(`${this.#path}.lock`);
    const all = await readAll(this.#path);
    this.#entry = change(entryOf(all[this.#key]));
    const others = Object.entries(all).filter(([key]) => isThere(key));
    await writeJson(this.#path, { ...Object.fromEntries(others), [this.#key]: this.#entry });
  }
}

function pathIn(dirs: Dirs): string {
  return `${dirs.cache}/engines.json`;
}

/** An entry that cannot be understood counts as none. */
function entryOf(value: unknown): Entry {
  const checked = entryCheck(value ?? {});
  return checked.ok ? checked.value : {};
}

/** Whether the program that a key is of has not been removed meanwhile. */
function isThere(key: string): boolean {
  return exists(key.replace(/:\d+:\d+(:.*)?$/, ""));
}

async function readAll(path: string): Promise<Record<string, unknown>> {
  try {
    return await readJson(path, schema) ?? {};
  } catch (error) {
    debug(() => `engine facts are learned again: ${error}`);
    return {};
  }
}

/** Of a binary that is not there any more nothing is known, and nothing needs to be. */
function lookAt(binary: string): Pick<Deno.FileInfo, "size" | "mtime"> {
  try {
    return Deno.statSync(binary);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { size: 0, mtime: null };
  }
}
