/**
 * One command in a box of its own, of which nothing is left afterwards unless it is to be kept.
 *
 * @module
 */

import { isSecretName } from "../../config/env.ts";
import type { FlagSettings } from "../../config/settings.ts";
import { KanibakoError } from "../../host/error.ts";
import { debug } from "../../host/log.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { ImageChoice, RunSettings } from "../../rig/choose/types.ts";
import { imagesOf } from "../../runtime/open.ts";
import type { BoxRuntime } from "../../runtime/runtime.ts";
import { open } from "../../session/open.ts";
import type { ScratchBox } from "../../session/stand_in.ts";
import { info, warning } from "../../spec/ui.ts";
import { newScratch } from "../scratch.ts";
import type { AskedRun } from "./asked.ts";
import { preparedCommand } from "./box_command.ts";
import { chosen } from "./choose.ts";
import { firstImage, getImage, type TakenImage } from "./image.ts";
import { type KeptBox, keptFlags, keptImage, runsNow, sweepKept, writeKept } from "./kept.ts";
import { keptSession } from "./kept_session.ts";
import { withRunSettings } from "./settings.ts";

/** What came of it. */
export interface RunResult {
  /** The command's exit code; 128 + N where signal N ended it. */
  readonly code: number;
  /** The image that it ran in. */
  readonly image: string;
  readonly choice: ImageChoice;
  readonly taken: TakenImage;
  /** The box that was kept; absent: there is none. */
  readonly kept?: string;
}

/** Runs it. Throws what keeps the box from starting; a failing command is an outcome. */
export async function runCommand(asked: AskedRun): Promise<RunResult> {
  const { host, keep } = asked;
  const sweeping = sweepKept(host).catch((error: unknown) => debug(() => `kept boxes not swept: ${error}`));
  const { place, choice, settings } = await chosen(asked);
  if (place.why !== undefined) info(host.ui, "run-no-folder", { why: place.why });
  for (const text of choice.notes) warning(host.ui, "hint", { text });
  const more = await approvedSettings(asked, choice);
  const first = await firstImage(host, choice);
  await sweeping;
  asked.choosing?.(choice, first, place);
  const scratch = await newScratch(host, { workspace: place.workspace, name: keep?.name });
  const { argv, handIn } = preparedCommand(asked.argv, { ...settings, ...more });
  let taken = first;
  const standIn: ScratchBox = {
    role: "scratch",
    project: scratch.project,
    bareHome: true,
    ...(place.project ? { worksFor: place.project } : {}),
    ...(choice.trusted || !narrows(settings)
      ? {}
      : { narrowing: { by: settings, file: "agentkernel.toml" } }),
    ...(handIn ? { handIn } : {}),
    getImage: async (engine) => {
      const got = await getImage(host, engine, choice, first, asked.signal);
      taken = got;
      return got.reference;
    },
  };
  const given = choice.trusted ? settings : more;
  const flags = withRunSettings({ ...asked.flags, image: first.word }, given);
  let kept = false;
  try {
    const ended = await runIn(asked, { standIn, argv, flags });
    if (keep) {
      const { workspace } = place;
      await keepBox(ended, {
        asked,
        name: keep.name,
        flags,
        ...(workspace === undefined ? {} : { workspace }),
      });
      kept = true;
      await scratch.keep();
    }
    const { code, image } = ended;
    return { code, image, choice, taken, ...(keep ? { kept: keep.name } : {}) };
  } finally {
    if (!kept) await scratch.remove();
  }
}

/** What a file of the project asks for beyond what it may decide, where the user approved of it. */
async function approvedSettings({ host, cwd }: AskedRun, { asks }: ImageChoice): Promise<RunSettings> {
  if (!asks) return {};
  const { approvedAsks } = await import("./approve_asks.ts");
  return await approvedAsks(host, cwd, asks) ? asks.settings : {};
}

function narrows({ memoryBytes, cpus, profile, network, env }: RunSettings): boolean {
  return [memoryBytes, cpus, profile, network, env].some((value) => value !== undefined);
}

/** Runs it in a kept box, which has what its command has changed afterwards. */
export async function runInKept(
  asked: AskedRun,
  box: KeptBox,
): Promise<Pick<RunResult, "code" | "image" | "kept">> {
  if (await runsNow(asked.host, box)) {
    throw new KanibakoError("running", `The box ${shellQuote(box.name)} is running.`, {
      hint: `Run the command in it: kanibako shell ${shellQuote(box.name)} -- ${
        asked.argv.map(shellQuote).join(" ")
      }`,
    });
  }
  const { standIn, flags } = await keptSession(asked.host, box, asked.flags);
  info(asked.host.ui, "run-reuses", { name: box.name });
  const ended = await runIn(asked, { standIn, argv: asked.argv, flags });
  await commitKept(ended, box.image);
  return { code: ended.code, image: ended.image, kept: box.name };
}

/** A command that has ended, and what of its box is still there. */
interface EndedRun {
  readonly code: number;
  /** The image that it ran in. */
  readonly image: string;
  /** The box's container, where that was to stay. */
  readonly box: string;
  readonly runtime: BoxRuntime;
}

async function runIn(
  { host, cwd, terminal, engine, keep, ttlMs, output, passesNoSignals, begun }: AskedRun,
  { standIn, argv, flags }: {
    readonly standIn: ScratchBox;
    readonly argv: readonly string[];
    readonly flags: FlagSettings;
  },
): Promise<EndedRun> {
  let on: { readonly runtime: BoxRuntime; image: string } | undefined;
  const { getImage } = standIn;
  const box = standIn.project.id;
  try {
    const opened = await open({
      host,
      cwd,
      kind: "shell",
      words: argv,
      flags: {
        ...flags,
        persistence: "ephemeral",
        ...(ttlMs === undefined || flags.maxDuration !== undefined
          ? {}
          : { maxDuration: `${Math.ceil(ttlMs / 1000)}s` }),
      },
      standIn: {
        ...standIn,
        ...(keep ? { stays: true } : {}),
        ...(output ? { output } : {}),
        ...(passesNoSignals ? { passesNoSignals } : {}),
        ...(begun ? { begun } : {}),
        prepared: (runtime, image) => on = { runtime, image },
        ...(getImage
          ? {
            getImage: async (runtime) => {
              const image = await getImage(runtime);
              on = { runtime, image };
              return image;
            },
          }
          : {}),
      },
      ...(terminal ? { terminal } : {}),
      ...(engine === undefined ? {} : { engine }),
    }, "attached");
    if (opened.kind !== "ended" || !on) throw new Error("a command that has not been run to its end");
    return { code: opened.code, ...on, box };
  } catch (error) {
    // A container that was to stay has nobody who takes it away now.
    if (keep && on) await on.runtime.remove(box).catch((cause: unknown) => debug(() => `${box}: ${cause}`));
    throw error;
  }
}

/** Makes a kept box of what is left of a run. */
async function keepBox(
  ended: EndedRun,
  { asked: { host, argv, ttlMs }, name, flags, workspace }: {
    readonly asked: AskedRun;
    readonly name: string;
    readonly flags: FlagSettings;
    readonly workspace?: string;
  },
): Promise<void> {
  const image = keptImage(ended.box);
  await commitKept(ended, image);
  const now = Date.now();
  await writeKept(host, {
    name,
    id: ended.box,
    image,
    from: ended.image,
    engine: ended.runtime.kind,
    ...(workspace === undefined ? {} : { workspace }),
    command: argv,
    code: ended.code,
    flags: keptFlags(flags, isSecretName),
    createdAtMs: now,
    ...(ttlMs === undefined ? {} : { expiresAtMs: now + ttlMs }),
  });
}

/** Keeps what root of the box has changed, as an image; its container goes. */
async function commitKept({ box, runtime }: EndedRun, image: string): Promise<void> {
  const images = imagesOf(runtime);
  try {
    const old = await images.get(image);
    await images.commit(box, image);
    if (old) await images.remove(old.id).catch((error: unknown) => debug(() => `${old.id}: ${error}`));
  } finally {
    await runtime.remove(box);
  }
}
