/**
 * What is known of an image: from what is kept where there is something, else by one question to the engine, and the first time by a
 * look into it.
 *
 * @module
 */

import { KanibakoError } from "../../../host/error.ts";
import { debug } from "../../../host/log.ts";
import { type ImageFacts, SHELL } from "../../../spec/image_facts.ts";
import type { ImageLook } from "../../images.ts";
import type { CliEngine } from "../cli_engine.ts";
import { factsFolder, fileNameOf, keepFacts, readFacts } from "./kept_facts.ts";

/** What an image's name stands for is asked again after so long: others may give it to another one. */
const STALE_MS = 24 * 60 * 60_000;
/** Images that are made from our rigs have it, too. */
const LABEL_RIG = "kanibako.rig";

/** What is kept of an image. Asks no engine. */
export async function keptFacts(engine: CliEngine, reference: string): Promise<ImageFacts | undefined> {
  const named = engine.remembered.imageId(reference);
  if (!engine.cache || !named || Date.now() - named.atMs > STALE_MS) return undefined;
  return await readFacts(engine.cache, named.id);
}

/** What is known of an image, which is looked at where nothing is. `undefined`: it is not here, or the engine cannot say. */
export async function imageFacts(
  engine: CliEngine,
  reference: string,
  wanted: ImageLook,
): Promise<ImageFacts | undefined> {
  const kept = await keptFacts(engine, reference);
  if (kept) return kept;
  const { cache } = engine;
  const said = await describe(engine, reference);
  if (!said || cache === undefined) return undefined;
  const facts = await readFacts(cache, said.id) ?? await find(engine, cache, said, wanted);
  if (!facts) return undefined;
  await keepFacts(cache, facts);
  await engine.remembered.learnImageId(reference, facts.id);
  return facts;
}

/** What an engine says of an image. */
interface Said {
  readonly id: string;
  readonly own: boolean;
  readonly architecture: string;
}

async function describe(engine: CliEngine, reference: string): Promise<Said | undefined> {
  const { code, stdout } = await engine.call(["image", "inspect", reference]);
  if (code !== 0) return undefined;
  const [found] = answered(engine, stdout);
  if (!found || fileNameOf(found.Id) === undefined) return undefined;
  const labels = found.Config?.Labels ?? found.Labels ?? {};
  return { id: found.Id, own: LABEL_RIG in labels, architecture: found.Architecture ?? "" };
}

/** What cannot be read is for a start to fail with. */
function answered(engine: CliEngine, stdout: string): Inspected[] {
  try {
    return engine.answer<Inspected[]>(stdout);
  } catch (error) {
    debug(() => `an image is not looked into: ${error}`);
    return [];
  }
}

async function find(
  engine: CliEngine,
  cache: string,
  said: Said,
  wanted: ImageLook,
): Promise<ImageFacts | undefined> {
  if (said.own) return { ...said, ...ALL_THERE };
  const { lookInto, shellOf } = await import("./look.ts");
  const looked = await lookInto(engine, said.id, wanted);
  if (looked.kind === "failed") return undefined;
  if (looked.kind === "no-shell") return { ...said, ...NOTHING_THERE };
  const { look, shell: words } = looked;
  const [shell] = words;
  if (shell === SHELL || look.missing.length > 0) return { ...said, ...look, shell };
  const program = await shellOf(engine, said.id, wanted, words);
  if (!program) return { ...said, ...look, shell };
  return { ...said, ...look, shell, shellCopy: await keepShell(cache, said.id, program) };
}

/** A program of somebody else's, which only ever runs in a box of that image. */
async function keepShell(cache: string, id: string, program: Uint8Array): Promise<string> {
  const folder = factsFolder(cache);
  const path = `${folder}/${fileNameOf(id)}-sh`;
  const beside = `${path}.${crypto.randomUUID().slice(0, 8)}`;
  try {
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
    await Deno.writeFile(beside, program, { createNew: true, mode: 0o555 });
    await Deno.chmod(beside, 0o555);
    await Deno.rename(beside, path);
    return path;
  } catch (cause) {
    throw new KanibakoError("io", `Cannot keep the shell of an image in ${folder}.`, { cause });
  }
}

const ALL_THERE: Omit<ImageFacts, keyof Said> = {
  shell: SHELL,
  missing: [],
  tmux: true,
  bash: true,
  certificates: true,
  libc: "glibc",
  program: true,
};

const NOTHING_THERE: Omit<ImageFacts, keyof Said> = {
  missing: [],
  tmux: false,
  bash: false,
  certificates: false,
  libc: "other",
  program: false,
};

interface Inspected {
  Id: string;
  Architecture?: string;
  Labels?: Record<string, string> | null;
  Config?: { Labels?: Record<string, string> | null };
}
