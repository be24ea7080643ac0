/**
 * What the parts of preparing an image share.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import type { Tree } from "../host/tree/tree.ts";
import { shellQuote } from "../host/ui/text.ts";
import type { Scratch } from "../rig/scratch.ts";
import type { ImageStore } from "../runtime/images.ts";
import type { Progress } from "../spec/ui.ts";
import { type Deciding, hashOf } from "./content.ts";
import type { Fetch } from "./features/registry.ts";
import type { DevContainer } from "./types.ts";

/** What preparing needs. */
export interface PrepareImageOptions {
  /** The project. */
  readonly tree: Tree;
  readonly host: Host;
  readonly store: ImageStore;
  readonly progress: Progress;
  /** The project's name, for the image's. */
  readonly project: string;
  readonly signal?: AbortSignal;
  /** Build although it was built; features and images are asked for again. */
  readonly force?: boolean;
  /** Whether what is built reaches the network. Left out: it does. */
  readonly network?: "none";
  /** In place of the program's own. */
  readonly fetch?: Fetch;
}

/** What the parts of a build share. */
export interface Making extends PrepareImageOptions {
  readonly dev: DevContainer;
  readonly scratch: Scratch;
  readonly labels: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** The content that was really taken, put together as it is copied. */
  readonly copied: Deciding;
  /** The images that are here, by name. */
  readonly names: readonly string[];
}

/** Throws unless what was taken is what was read, and so what a person approved. */
export async function checkUnchanged({ dev, copied }: Pick<Making, "dev" | "copied">): Promise<void> {
  if (await hashOf(copied) === dev.hash) return;
  throw new KanibakoError(
    "devcontainer-changed",
    `${shellQuote(dev.path)}, or what it names, was changed meanwhile.`,
    {
      hint: "Try again.",
    },
  );
}
