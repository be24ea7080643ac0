/**
 * Makes a rig by hand: a container of what it stands on, somebody who works in it, and an image of what that came to.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { interruptible } from "../../host/interruption.ts";
import { debug } from "../../host/log.ts";
import { writeText } from "../../host/store.ts";
import { stringify } from "../../host/toml.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { Io } from "../../runtime/io.ts";
import type { Workbench } from "../../runtime/images.ts";
import { viewRigs } from "../lookup.ts";
import { type PrepareOptions, prepareRig } from "../prepare.ts";
import { recordRig } from "../records.ts";
import { writeRigRow } from "../registry.ts";
import { announceWork, sweepWork, workFolder, type WorkPlace } from "./leftovers.ts";
import {
  handMadeLabels,
  METADATA_FILE,
  METADATA_FOLDER,
  metadataTable,
  type RigMetadata,
} from "./metadata.ts";
import { alreadyThere, checkNewName, madeReference, replacedBy } from "./name.ts";

/** What is made, and how. */
export interface ByHandOptions extends Pick<PrepareOptions, "host" | "store" | "progress" | "signal"> {
  readonly name: string;
  /** `create` makes a `kanibako-template-NAME`, `extend` a `kanibako-rig-NAME`. */
  readonly command: "create" | "extend";
  /** The rig it stands on, or an image reference. */
  readonly from: string;
  /** Where the container is. */
  readonly place: WorkPlace;
  /** Where the work is done: on a terminal by a person, on streams by a script. */
  readonly io: Io;
  /** Called when the work begins. */
  readonly begun?: () => void;
  /** Whether an image is made although the shell has ended with an error. */
  readonly commitDespite: (exitCode: number) => boolean | Promise<boolean>;
  /** Whether what is there under that name may be replaced. */
  readonly replace: (what: string) => boolean | Promise<boolean>;
}

/** What was made. */
export interface HandMade {
  /** Its name. */
  readonly name: string;
  /** The image. */
  readonly reference: string;
  /** The image it was made from. */
  readonly parent: string;
  /** What the shell ended with. */
  readonly exitCode: number;
}

/**
 * Makes it. What it stands on is got or built first. Whatever happens, the container is gone afterwards; what a killed process left,
 * the next call removes. Throws `bad-rig`, `rig-exists`, `not-committed` after an error that was not committed, `no-shell`,
 * `interrupted`, and what preparing throws.
 */
export async function makeByHand(options: ByHandOptions): Promise<HandMade> {
  const { host, store, name, command, from } = options;
  const prefix = command === "create" ? "template" : "rig";
  checkNewName(name);
  const replaced = replacedBy(name, prefix, await viewRigs(host, store));
  if (replaced !== undefined && !await options.replace(replaced)) {
    throw alreadyThere(name, "To replace it, add --force.");
  }
  const foundation = await prepareRig(from, options);
  if (foundation.how !== "present") options.progress.done(foundation.summary);
  options.progress.stop();
  await sweepWork(host.dirs);
  const reference = madeReference(name, prefix);
  const metadata: RigMetadata = {
    name,
    kind: "extended",
    reproducible: false,
    parent: foundation.reference,
    foundation_source: from,
    created: new Date().toISOString(),
    recipe: [
      `kanibako rig ${command} ${name} --${command === "create" ? "base" : "from"} ${shellQuote(from)}`,
    ],
  };
  const labels = handMadeLabels(prefix, metadata);
  const exitCode = await interruptible(
    (signal) => work({ ...options, signal }, foundation.reference, reference, labels, metadata),
    options.signal,
  );
  await writeRigRow(host.dirs, name, {
    kind: "extended",
    source_type: "extend",
    image: reference,
    parent: foundation.reference,
    foundation_source: from,
    reproducible: false,
    created: metadata.created,
  });
  const image = await store.get(reference);
  if (image) await recordRig(host.dirs, name, { reference, imageId: image.id });
  return { name, reference, parent: foundation.reference, exitCode };
}

async function work(
  options: ByHandOptions & { readonly signal: AbortSignal },
  image: string,
  reference: string,
  labels: Readonly<Record<string, string>>,
  metadata: RigMetadata,
): Promise<number> {
  const { host, store, io, signal, progress } = options;
  await using announced = await announceWork(host.dirs, options.place, "work");
  signal.throwIfAborted();
  await using bench = await store.workbench(image, announced.name);
  options.begun?.();
  const exitCode = await bench.shell(io, signal);
  if (exitCode !== 0 && !await options.commitDespite(exitCode)) throw notCommitted(options, exitCode);
  signal.throwIfAborted();
  progress.step(`Making the image ${reference}`);
  const old = await store.get(reference);
  await putMetadata(options, bench, metadata);
  await bench.commit(reference, { labels }, { signal });
  progress.stop();
  // What was replaced and nothing uses takes no room any more.
  if (old?.names.length === 1) {
    await store.remove(old.id).catch((cause: unknown) => debug(() => `kept ${old.id}: ${cause}`));
  }
  return exitCode;
}

async function putMetadata({ host }: ByHandOptions, bench: Workbench, metadata: RigMetadata): Promise<void> {
  await using scratch = await workFolder(host.dirs);
  const [folder = "", file = ""] = METADATA_FILE.split("/");
  const path = `${scratch.path}/${folder}`;
  await Deno.mkdir(path);
  await writeText(`${path}/${file}`, stringify(metadataTable(metadata)), 0o644, { durable: false });
  // As it is here it is there, and our own umask may be strict.
  await Deno.chmod(path, 0o755);
  await Deno.chmod(`${path}/${file}`, 0o644);
  await bench.put(path, METADATA_FOLDER);
}

function notCommitted({ name }: ByHandOptions, exitCode: number): KanibakoError {
  return new KanibakoError(
    "not-committed",
    `The rig ${shellQuote(name)} was not made: the shell ended with exit code ${exitCode}.`,
    { hint: "To make it all the same, add --always-commit." },
  );
}
