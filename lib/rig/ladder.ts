/**
 * The ways to come by an image, in order: pull, build, and for a base that cannot be pulled, bootstrap.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import type { BuildOptions, ImageStore } from "../runtime/images.ts";
import { KanibakoError } from "../host/error.ts";
import { debug } from "../host/log.ts";
import type { Progress } from "../spec/ui.ts";
import { bootstrapBase, bootstrapReference, bootstrapSuite } from "./bootstrap.ts";
import { LABEL_MADE } from "./create/metadata.ts";
import { baseOf, findRecipe } from "./containerfiles.ts";
import { findLocal, qualified, registryOf } from "./image_name.ts";
import { LeftOut } from "./left_out.ts";
import { findRig, type RigView } from "./lookup.ts";
import { isOfSame, LABEL_DIGEST, originOf, rigLabels } from "./origin.ts";
import { prefabName } from "./reference.ts";
import { rowOf } from "./registry.ts";
import { builtReference, recipeOf, type Rig } from "./resolve.ts";
import { Scratch } from "./scratch.ts";

const KEPT_LINES = 20;
const KEPT_CHARACTERS = 240;

/** What the ladder works with. */
export interface LadderOptions {
  readonly host: Host;
  readonly store: ImageStore;
  readonly progress: Progress;
  /** Get or build it although it is here. */
  readonly force?: boolean;
  /** With `force`: reuse nothing; the base is made again, too. */
  readonly fresh?: boolean;
  /** Build it although it could be pulled. */
  readonly local?: boolean;
  readonly signal: AbortSignal;
}

/** An image that was got. */
export interface Made {
  readonly reference: string;
  readonly how: "pulled" | "built";
  /** What could not be installed, of this image and of those that were built for it; each with its reason. */
  readonly leftOut?: readonly string[];
}

/** A recipe's image under a name of its own, and what it stands on where that is not what the recipe says. */
interface Variant {
  readonly reference: string;
  readonly base?: string;
}

/** Makes images. One object makes several, and makes what they have in common once. */
export class Ladder {
  readonly #options: LadderOptions;
  /** What this object has made already, by reference as it was asked for. */
  readonly #made = new Map<string, Made>();
  /** Images whose bases are being had: what stands on one of these stands on itself. */
  readonly #standing = new Set<string>();
  /** Ids of the images whose names went over to new ones, oldest first. */
  readonly #replaced: string[] = [];
  #tried: string[] = [];
  #leftOut = new LeftOut();

  constructor(options: LadderOptions) {
    this.#options = options;
  }

  /** Makes a rig's image. Throws `rig-failed` with what was tried. */
  async make(rig: Rig, view: RigView): Promise<Made> {
    this.#tried = [];
    this.#leftOut = new LeftOut();
    const source = this.#source(rig, view);
    const done = this.#made.get(source);
    if (done) return done;
    const made = await this.#rigPulled(source, rig.word) ??
      await this.#built(rig.recipe, view, await this.#variant(rig, view));
    if (made) {
      this.#made.set(source, made);
      return made;
    }
    throw new KanibakoError("rig-failed", `Cannot prepare rig "${rig.word}".`, {
      output: this.#tried.join("\n") ||
        "Its reference names no registry, and there is no Containerfile for it.",
      hint: "To find the cause: kanibako rig diagnose",
    });
  }

  /** Removes what has been replaced, so that renewing a rig takes no more room. What is still in use stays. */
  async dropReplaced(): Promise<void> {
    const { store } = this.#options;
    // An image can only go after those that stand on it.
    for (const id of this.#replaced.splice(0).reverse()) {
      try {
        if ((await store.get(id))?.names.length === 0) await store.remove(id);
      } catch (cause) {
        debug(() => `kept ${id}: ${reason(cause)}`);
      }
    }
  }

  /** Does what gives a reference a new image, and notes the old one. */
  async #replacing<T>(reference: string, work: () => Promise<T>): Promise<T> {
    const { store, force } = this.#options;
    const old = force ? await store.get(reference) : undefined;
    if (old?.labels[LABEL_MADE] === "hand") throw byHand(reference);
    const result = await work();
    if (old) this.#replaced.push(old.id);
    return result;
  }

  /** What a rig that is a template under a name of its own, or on another base, is built as. */
  async #variant(rig: Rig, view: RigView): Promise<Variant | undefined> {
    const row = rowOf(view.around.rows, rig.word);
    if (row?.source_type !== "template") return undefined;
    const reference = builtReference(`template-${rig.word}`);
    if (row.foundation_source === undefined) return { reference };
    const base = await findRig(view, this.#options.store, row.foundation_source);
    if (base.status === "ready") return { reference, base: base.reference };
    const made = await this.#below(reference, () => this.make(base, view));
    if (made) return { reference, base: made.reference };
    throw new KanibakoError("rig-failed", `Cannot prepare rig "${rig.word}".`, {
      output: this.#tried.join("\n"),
      hint: "To make it on another base: kanibako rig create NAME --template TEMPLATE --base RIG --force",
    });
  }

  /** Has what an image stands on. `undefined`, and noted in what was tried, where that is the image itself. */
  async #below(reference: string, work: () => Promise<Made | undefined>): Promise<Made | undefined> {
    if (this.#standing.has(reference)) {
      this.#tried.push(`build ${reference}: it stands on itself`);
      return undefined;
    }
    this.#standing.add(reference);
    try {
      return await work();
    } finally {
      this.#standing.delete(reference);
    }
  }

  /** The reference to pull: for a rig that is built here now, the one its registry would have. */
  #source(rig: Rig, view: RigView): string {
    const bare = prefabName(rig.word);
    const { prefix, rows } = view.around;
    if (bare) return prefix ? `${prefix}/${bare}` : builtReference(bare.replace(/^kanibako-|:latest$/g, ""));
    const row = Object.hasOwn(rows, rig.word) ? rows[rig.word] : undefined;
    return row?.source_type === "ref" && row.source ? row.source : rig.reference;
  }

  #rigPulled(reference: string, word: string): Promise<Made | undefined> {
    return this.#options.local
      ? Promise.resolve(undefined)
      : this.#pulled(reference, word === reference ? word : `rig ${word}`);
  }

  async #pulled(reference: string, what: string): Promise<Made | undefined> {
    const { store, progress, signal } = this.#options;
    if (registryOf(reference) === undefined) return undefined;
    progress.step(`Pulling ${what === reference ? what : `${what} (${reference})`}`);
    try {
      const work = { onOutput: (text: string) => progress.output(text), signal };
      await this.#replacing(reference, () => store.pull(reference, work));
    } catch (cause) {
      if (signal.aborted) throw cause;
      this.#tried.push(`pull ${reference}: ${reason(cause)}`);
      return undefined;
    }
    return { reference, how: "pulled" };
  }

  async #built(
    name: string | undefined,
    view: RigView,
    variant: Variant | undefined = undefined,
  ): Promise<Made | undefined> {
    const { host, store, progress, fresh, signal } = this.#options;
    const recipe = name === undefined ? undefined : await findRecipe(host.dirs, name);
    if (!recipe) return undefined;
    const found = baseOf(recipe);
    const reference = variant?.reference ?? builtReference(recipe.name);
    const base = variant?.base === undefined
      ? found && await this.#below(reference, () => this.#base(found.reference, view, reference))
      : { reference: variant.base };
    if (found && !base) return undefined;
    const origin = base && await originOf(base.reference, store);
    progress.step(`Building rig ${recipe.name.replace(/^template-/, "")}`);
    await using scratch = await Scratch.create(host.dirs);
    const tail = new Tail();
    const build: BuildOptions = {
      ...await scratch.context(recipe),
      reference,
      // By its digest it is the very image that the labels name, whatever its tag means by then.
      buildArgs: found?.replaceable && base ? { BASE_IMAGE: origin?.digest ?? base.reference } : {},
      labels: await rigLabels(recipe, base?.reference, origin),
      noCache: fresh ?? false,
    };
    const onOutput = (text: string) => {
      tail.add(text);
      this.#leftOut.add(text);
      progress.output(text);
    };
    try {
      await this.#replacing(reference, () => store.build(build, { onOutput, signal }));
    } catch (cause) {
      if (signal.aborted) throw cause;
      this.#tried.push(
        `build ${recipe.path ?? `Containerfile.${recipe.name}`}: ${reason(cause)}`,
        ...hints(cause),
        tail.text(),
      );
      return undefined;
    }
    return { reference, how: "built", leftOut: this.#leftOut.all() };
  }

  /** The image a recipe stands on. `undefined`, and noted in what was tried, when it cannot be had. */
  async #base(reference: string, view: RigView, built: string): Promise<Made | undefined> {
    const { progress, fresh } = this.#options;
    const known = this.#made.get(reference);
    if (known) return known;
    const here = findLocal(reference, view.around.images);
    if (here && !fresh) {
      return { reference: here, how: "pulled" };
    }
    const made = await this.#sameBase(reference, built) ?? await this.#newBase(reference, view);
    if (made) {
      this.#made.set(reference, made);
      return made;
    }
    if (!here) return undefined;
    progress.step(`Keeping ${here}: it cannot be rebuilt now`);
    return { reference: here, how: "pulled" };
  }

  /** The base that the image was built on before, where it came from a registry: only a fresh build takes a newer one. */
  async #sameBase(reference: string, built: string): Promise<Made | undefined> {
    const { store, fresh } = this.#options;
    if (fresh || registryOf(qualified(reference)) === undefined) return undefined;
    // What cannot be read of an old image does not keep a new one from being made.
    const digest = (await store.get(built).catch(() => undefined))?.labels[LABEL_DIGEST];
    if (digest === undefined || !isOfSame(digest, qualified(reference))) return undefined;
    return await store.get(digest)
      ? { reference: digest, how: "pulled" }
      : await this.#pulled(digest, reference);
  }

  async #newBase(reference: string, view: RigView): Promise<Made | undefined> {
    const { fresh } = this.#options;
    const recipe = recipeOf(reference, view.around.recipes);
    if (recipe !== undefined) {
      const { prefix } = view.around;
      // Templates are never published.
      const pulled = prefix && !recipe.startsWith("template-")
        ? await this.#rigPulled(`${prefix}/kanibako-${recipe}:latest`, recipe)
        : undefined;
      return pulled ?? await this.#built(recipe, view);
    }
    const suite = bootstrapSuite(reference);
    const earlier = suite === undefined
      ? undefined
      : findLocal(bootstrapReference(suite), view.around.images);
    if (earlier && !fresh) return { reference: earlier, how: "built" };
    const pulled = await this.#pulled(qualified(reference), reference);
    if (pulled || suite === undefined) return pulled;
    try {
      await using scratch = await Scratch.create(this.#options.host.dirs);
      const base = await this.#replacing(
        bootstrapReference(suite),
        () => bootstrapBase(suite, { ...this.#options, scratch }),
      );
      return { reference: base, how: "built" };
    } catch (cause) {
      if (this.#options.signal.aborted) throw cause;
      this.#tried.push(`make the base from packages: ${reason(cause)}`, ...hints(cause));
      return earlier ? { reference: earlier, how: "built" } : undefined;
    }
  }
}

/** What was made by hand cannot be made again, and is not given up for what goes by the same name. */
function byHand(reference: string): KanibakoError {
  return new KanibakoError("rig-no-recipe", `The image ${reference} was made by hand.`, {
    hint: `To give it up: kanibako rig rm ${reference}`,
  });
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message.split("\n")[0]! : String(cause);
}

function hints(cause: unknown): readonly string[] {
  return cause instanceof KanibakoError ? cause.hints : [];
}

/** The last lines of a child's output. */
class Tail {
  #text = "";

  add(text: string): void {
    this.#text = (this.#text + text).slice(-8192);
  }

  text(): string {
    const lines = this.#text.split("\n").map((line) => line.split("\r").at(-1)!.trimEnd());
    return lines.filter((line) => line !== "").slice(-KEPT_LINES).map((line) =>
      `  ${line.slice(0, KEPT_CHARACTERS)}`
    ).join("\n");
  }
}
