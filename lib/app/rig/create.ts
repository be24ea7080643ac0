/**
 * Makes rigs: by hand, on what there is, and of templates.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { chosenRuntime } from "../../run/used_runtimes.ts";
import { type HandMade, makeByHand } from "../../rig/create/by_hand.ts";
import { makeOfTemplate } from "../../rig/create/of_template.ts";
import type { PreparedRig } from "../../rig/prepare.ts";
import { configuredRig } from "../../rig/reference.ts";
import type { Io } from "../../runtime/io.ts";
import { imagesOf } from "../../runtime/open.ts";

/** How a rig is made. */
export interface MakeOptions {
  readonly engine?: string | undefined;
  /** Replaces a rig of that name without asking. */
  readonly force?: boolean;
  readonly signal?: AbortSignal;
}

/** How a rig is made by hand. */
export interface HandOptions extends MakeOptions {
  /** Where the work is done. */
  readonly io: Io;
  /** After a shell that ended with an error: makes the rig all the same, or does not. [default: asks] */
  readonly afterError?: "commit" | "discard" | undefined;
}

/** Makes a rig by hand, of the rig in use by default. Throws as `makeByHand` does. */
export function createRig(
  host: Host,
  name: string,
  { base, ...options }: HandOptions & { readonly base?: string | undefined },
): Promise<HandMade> {
  return byHand(host, "create", name, base ?? configuredRig(host), options);
}

/** Makes a rig by hand of another one. Throws as `makeByHand` does. */
export function extendRig(
  host: Host,
  name: string,
  { from, ...options }: HandOptions & { readonly from: string },
): Promise<HandMade> {
  return byHand(host, "extend", name, from, options);
}

async function byHand(
  host: Host,
  command: "create" | "extend",
  name: string,
  from: string,
  { engine, io, afterError, force = false, signal }: HandOptions,
): Promise<HandMade> {
  const runtime = await chosenRuntime(host, engine);
  const { ui } = host;
  return await makeByHand({
    host,
    store: imagesOf(runtime),
    place: runtime,
    progress: ui.progress(),
    name,
    command,
    from,
    io,
    begun: () =>
      ui.note({ level: "info", code: "rig-work", values: { name, from, terminal: io.kind === "terminal" } }),
    // A script has used up what an answer would come from.
    commitDespite: async (exitCode) =>
      afterError === undefined
        ? io.kind === "terminal" &&
          await ui.confirm({
            text: `The shell ended with exit code ${exitCode}. Make the rig ${name} all the same?`,
          })
        : afterError === "commit",
    replace: async (what) =>
      force || io.kind === "terminal" && await ui.confirm({ text: `Replace ${what}?` }),
    ...(signal ? { signal } : {}),
  });
}

/** Makes a rig of a template. Throws as `makeOfTemplate` does. */
export async function createOfTemplate(
  host: Host,
  name: string,
  { template, base, engine, force = false, signal }: MakeOptions & {
    readonly template: string;
    readonly base?: string | undefined;
  },
): Promise<PreparedRig> {
  const progress = host.ui.progress();
  const rig = await makeOfTemplate({
    host,
    store: imagesOf(await chosenRuntime(host, engine)),
    progress,
    name,
    template,
    base,
    replace: async (what) => force || await host.ui.confirm({ text: `Replace ${what}?` }),
    ...(signal ? { signal } : {}),
  });
  progress.done(rig.summary);
  return rig;
}
