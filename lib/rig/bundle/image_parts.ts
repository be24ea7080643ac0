/**
 * The parts of one image, out of an image archive as engines write it, whatever that says besides.
 *
 * An archive may hold several images, name any, and say one thing to one reader and another to the next. So none is handed to an engine
 * as it is: what belongs to one image is taken out, and a new archive is made of it, which names what we choose.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { cut, unsafe } from "../../archive/member_path.ts";
import type { ArchiveEntry } from "../../archive/tar_reader.ts";

/** Largest file that is read into memory: a list of layers, or an image's settings. */
const MAX_JSON_BYTES = 16 * 1024 * 1024;
/** Most links from one name in an archive to another. */
const MAX_LINKS = 4;
const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: "amd64", aarch64: "arm64" };

/** The members of an archive, one after the other. */
export interface Members {
  next(): Promise<ArchiveEntry | undefined>;
  /** Some of the content of the one at hand. Nothing at its end. */
  content(): Promise<Uint8Array<ArrayBuffer> | undefined>;
}

/** One image: files in a folder of ours. */
export interface ImageParts {
  /** What it is called in the archive, where it is called anything. */
  readonly names: readonly string[];
  /** The file with its settings. */
  readonly config: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The files of its layers, the lowest first. */
  readonly layers: readonly string[];
}

/** Puts the files of an archive into a folder of ours, under names of ours. Links are only noted. */
export class PartFiles {
  readonly #folder: string;
  readonly #subject: string;
  readonly #files = new Map<string, string>();
  readonly #links = new Map<string, string>();

  private constructor(folder: string, subject: string) {
    this.#folder = folder;
    this.#subject = subject;
  }

  /** Reads an archive to its end. `folder`: an empty one. Throws `unsafe-archive` for one in which a name stands twice. */
  static async read(
    members: Members,
    folder: string,
    subject: string,
    signal?: AbortSignal,
  ): Promise<PartFiles> {
    const parts = new PartFiles(folder, subject);
    for (let entry = await members.next(); entry; entry = await members.next()) {
      signal?.throwIfAborted();
      await parts.#add(entry, members);
    }
    return parts;
  }

  async #add(entry: ArchiveEntry, members: Members): Promise<void> {
    if (entry.kind === "folder" || entry.kind === "other") return;
    if (this.#files.has(entry.path) || this.#links.has(entry.path)) {
      throw unsafe(this.#subject, `there are two entries ${shellQuote(cut(entry.path))} in it`);
    }
    if (entry.kind !== "file") {
      this.#links.set(entry.path, entry.kind === "symlink" ? below(entry) : entry.target ?? "");
      return;
    }
    if (entry.ranges) throw unsafe(this.#subject, `the entry ${shellQuote(cut(entry.path))} is sparse`);
    const path = `${this.#folder}/${this.#files.size}`;
    using file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
    for (let piece = await members.content(); piece; piece = await members.content()) {
      for (let at = 0; at < piece.length;) at += await file.write(piece.subarray(at));
    }
    this.#files.set(entry.path, path);
  }

  /** Whether there is a member of that name. */
  has(name: string): boolean {
    return this.#files.has(name) || this.#links.has(name);
  }

  /** Where a member of that name is; links are followed to other members, and nowhere else. Throws `bad-archive`. */
  path(name: string): string {
    let found = name;
    for (let links = 0; links <= MAX_LINKS; links++) {
      const path = this.#files.get(found);
      if (path !== undefined) return path;
      const target = this.#links.get(found);
      if (target === undefined) break;
      found = target;
    }
    throw this.bad(`it has no ${shellQuote(cut(name))}`);
  }

  /** The value in a JSON file. */
  async json(name: string): Promise<unknown> {
    const path = this.path(name);
    if ((await Deno.stat(path)).size > MAX_JSON_BYTES) {
      throw this.bad(`${shellQuote(cut(name))} is too large`);
    }
    try {
      return JSON.parse(await Deno.readTextFile(path));
    } catch {
      throw this.bad(`${shellQuote(cut(name))} is not valid JSON`);
    }
  }

  /** The error of an archive that is no sound image. */
  bad(why: string): KanibakoError {
    return new KanibakoError("bad-archive", `Cannot read ${this.#subject}: ${why}`, {
      hint: "Write it with podman save, docker save, or kanibako rig export.",
    });
  }
}

/** Where a symlink leads in the archive; `""` where it leads out of it. */
function below({ path, target = "" }: ArchiveEntry): string {
  const names = target.startsWith("/") ? [] : path.split("/").slice(0, -1);
  for (const name of target.split("/")) {
    if (name === "" || name === ".") continue;
    if (name !== "..") names.push(name);
    else if (names.pop() === undefined) return "";
  }
  return target.startsWith("/") ? "" : names.join("/");
}

/** The one image of an archive: as docker and podman write it, or in the form of OCI. Throws `bad-archive`. */
export async function onlyImage(files: PartFiles): Promise<ImageParts> {
  if (files.has("manifest.json")) return await ofDocker(files);
  if (files.has("index.json")) return await ofOci(files);
  throw files.bad("it is no image: it has neither manifest.json nor index.json");
}

async function ofDocker(files: PartFiles): Promise<ImageParts> {
  const images = array(await files.json("manifest.json"));
  if (images?.length !== 1) throw files.bad(`it has ${images?.length ?? 0} images, where one is expected`);
  const { Config: config, RepoTags: names, Layers: layers } = table(images[0]);
  return await partsOf(files, text(config), texts(layers), texts(names) ?? []);
}

async function ofOci(files: PartFiles): Promise<ImageParts> {
  const chosen = choose(array(table(await files.json("index.json"))["manifests"]) ?? [], files);
  const names = Object.values(table(chosen["annotations"])).filter((name) => typeof name === "string");
  let manifest = table(await files.json(blob(chosen, files)));
  // One for each architecture.
  const more = array(manifest["manifests"]);
  if (more) manifest = table(await files.json(blob(choose(more, files), files)));
  const layers = array(manifest["layers"])?.map((layer) => blob(layer, files));
  return await partsOf(files, blob(manifest["config"], files), layers, names);
}

/** The image for this machine; the only one, where there is one. */
function choose(images: readonly unknown[], files: PartFiles): Record<string, unknown> {
  const ours = images.filter((one) => {
    const { os, architecture } = table(table(one)["platform"]);
    return os === "linux" && architecture === (ARCHITECTURES[Deno.build.arch] ?? Deno.build.arch);
  });
  const [only, ...others] = images.length === 1 ? images : ours;
  if (only === undefined || others.length > 0) {
    throw files.bad(`it has ${images.length} images, where one for this machine is expected`);
  }
  return table(only);
}

/** The name of what a descriptor describes. */
function blob(descriptor: unknown, files: PartFiles): string {
  const digest = text(table(descriptor)["digest"])?.match(/^(sha256|sha512):([0-9a-f]{64,128})$/);
  if (!digest) throw files.bad("it names content without a digest");
  return `blobs/${digest[1]}/${digest[2]}`;
}

async function partsOf(
  files: PartFiles,
  config: string | undefined,
  layers: readonly string[] | undefined,
  names: readonly string[],
): Promise<ImageParts> {
  if (config === undefined || layers === undefined) throw files.bad("its list of layers is not complete");
  const paths = layers.map((layer) => files.path(layer));
  // Each file becomes one of a new archive.
  if (paths.includes(files.path(config))) throw files.bad("its settings are a layer, too");
  const settings = table(await files.json(config));
  const labels = table(table(settings["config"])["Labels"]);
  return {
    names,
    config: files.path(config),
    labels: Object.fromEntries(
      Object.entries(labels).filter((label): label is [string, string] => typeof label[1] === "string"),
    ),
    layers: paths,
  };
}

function table(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Record<string, unknown>
    : {};
}

function array(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function texts(value: unknown): readonly string[] | undefined {
  const all = array(value);
  return all?.every((one) => typeof one === "string") ? all : undefined;
}
