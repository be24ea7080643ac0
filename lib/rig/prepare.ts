/**
 * Makes a rig ready: it is here; or it is pulled; or built; and where the base cannot be pulled, that is made from
 * packages. Nothing happens to a rig that is here.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import type { ImageStore } from "../runtime/images.ts";
import { KanibakoError } from "../host/error.ts";
import { Interruption } from "../host/interruption.ts";
import { nearest } from "../host/ui/text.ts";
import { findRecipe } from "./containerfiles.ts";
import { Ladder, type LadderOptions } from "./ladder.ts";
import { findRig, type RigView, viewRigs } from "./lookup.ts";
import { forgetFreshness } from "./freshness.ts";
import { readRigRecords, recordRig } from "./records.ts";
import { rigsLock } from "./rigs_lock.ts";
import type { Rig } from "./resolve.ts";
import { Scratch } from "./scratch.ts";
import { templateHeader } from "./template_header.ts";

/** How to make rigs ready. Signals that would end this process end the work first; so does `signal`, where it is given. */
export type PrepareOptions = Omit<LadderOptions, "signal"> & { readonly signal?: AbortSignal };

/** A rig that is ready. */
export interface PreparedRig {
  /** The name that was asked for. */
  readonly word: string;
  /** The reference to run. */
  readonly reference: string;
  /** `present`: it was here and nothing was done. */
  readonly how: "present" | "pulled" | "built";
  /** One line that says what happened. */
  readonly summary: string;
}

/**
 * Makes a rig ready and remembers what its name stands for; showing the `summary` is left to the caller. When another
 * process does the same, waits for it. Throws
 * `no-rig` when the name means nothing, `rig-failed` with everything that was tried when there is no way to have it.
 */
export async function prepareRig(word: string, options: PrepareOptions): Promise<PreparedRig> {
  const [prepared] = await prepareRigs([word], options, {
    done: () => {},
    failed: (_word, cause) => {
      throw cause;
    },
  });
  return prepared!;
}

/** Called with each of several rigs. */
export interface RigOutcomes {
  done(rig: PreparedRig): void;
  failed(word: string, cause: unknown): void;
}

/**
 * Makes several rigs ready, one after the other. What two of them are built on is made once. When one fails the others
 * are done all the same.
 */
export async function prepareRigs(
  words: readonly string[],
  options: PrepareOptions,
  outcomes: RigOutcomes,
): Promise<PreparedRig[]> {
  const prepared: PreparedRig[] = [];
  if (!options.force && words.length === 1) {
    const present = await presentRig(words[0]!, options);
    if (present) {
      outcomes.done(present);
      return [present];
    }
  }
  using _lock = await rigsLock(options);
  await Scratch.sweep(options.host.dirs);
  using interruption = new Interruption(() => "Interrupted.");
  const signal = options.signal
    ? AbortSignal.any([interruption.signal, options.signal])
    : interruption.signal;
  const ladder = new Ladder({ ...options, signal });
  for (const word of words) {
    try {
      // Somebody else may have made it while we waited.
      const done = options.force ? undefined : await presentRig(word, options);
      const rig = done ?? await makeRig(word, options, ladder);
      prepared.push(rig);
      outcomes.done(rig);
    } catch (cause) {
      options.progress.stop();
      if (signal.aborted) throw signal.reason;
      outcomes.failed(word, cause);
    }
  }
  await ladder.dropReplaced();
  return prepared;
}

async function presentRig(word: string, { host, store }: PrepareOptions): Promise<PreparedRig | undefined> {
  const rig = await findRig(await viewRigs(host, store), store, word);
  if (rig.status !== "ready") return undefined;
  await remember(word, rig.reference, rig, host, store);
  return { word, reference: rig.reference, how: "present", summary: `Rig ${word} is ready.` };
}

async function makeRig(word: string, options: PrepareOptions, ladder: Ladder): Promise<PreparedRig> {
  const { host, store } = options;
  const view = await viewRigs(host, store);
  const rig = await findRig(view, store, word);
  checkMakeable(rig, view);
  const began = Date.now();
  const made = await ladder.make(rig, view);
  // One that was here before may be somebody else's, whoever pulls it again.
  await remember(word, made.reference, rig, host, store, made.how === "pulled" && rig.status !== "ready");
  await forgetFreshness(host.dirs, made.reference);
  const seconds = Math.max(1, Math.round((Date.now() - began) / 1000));
  const summary = made.how === "pulled"
    ? `Pulled rig ${word} (${made.reference}) in ${seconds} s.`
    : `Built rig ${word} in ${seconds} s.${without(word, made.leftOut)}`;
  return { word, reference: made.reference, how: made.how, summary };
}

function without(word: string, leftOut: readonly string[] = []): string {
  return leftOut.length === 0
    ? ""
    : ` Left out: ${leftOut.join(", ")}. To try again: kanibako rig rebuild ${word}`;
}

/** Throws when there is no way to have a rig that is not here: `rig-missing`, `rig-no-recipe`, `no-rig`. */
export function checkMakeable(rig: Rig, { around }: RigView): void {
  const others = [
    ...around.recipes,
    ...Object.keys(around.rows),
    ...around.templates.map(({ name }) => name),
  ];
  if (rig.kind === "extended" && rig.status === "missing") {
    throw new KanibakoError("rig-missing", `The image of the extended rig "${rig.word}" is missing.`, {
      hint: "It was made by hand and has no Containerfile. Import it, or extend another rig again.",
    });
  }
  if (rig.kind === "extended" && rig.recipe === undefined) {
    throw new KanibakoError("rig-no-recipe", `The extended rig "${rig.word}" cannot be rebuilt.`, {
      hint: "It was made by hand and has no Containerfile.",
    });
  }
  if (rig.status === "missing" && rig.recipe === undefined) {
    const close = nearest(rig.word, others);
    throw new KanibakoError("no-rig", `There is no rig "${rig.word}".`, {
      hint: [
        ...(close === undefined ? [] : [`Did you mean "${close}"?`]),
        "To list rigs: kanibako rig list",
        "An image is only pulled if its reference names the registry: registry.example/owner/image:tag.",
      ],
    });
  }
}

async function remember(
  word: string,
  reference: string,
  { recipe: name }: Rig,
  host: Host,
  store: ImageStore,
  isNewHere = false,
): Promise<void> {
  const image = await store.get(reference);
  if (!image) return;
  const records = await readRigRecords(host.dirs);
  const before = Object.hasOwn(records, word) ? records[word] : undefined;
  const pulled = isNewHere || before?.pulled === true && before.imageId === image.id;
  // From our recipe: what an image says of itself is nobody's word.
  const recipe = name === undefined ? undefined : await findRecipe(host.dirs, name);
  const caches = recipe ? templateHeader(recipe.text).caches : {};
  await recordRig(host.dirs, word, {
    reference,
    imageId: image.id,
    ...(Object.keys(caches).length === 0 ? {} : { caches }),
    ...(pulled ? { pulled } : {}),
  });
}
