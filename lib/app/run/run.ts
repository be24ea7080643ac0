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
import type { Narrowing } from "../../session/narrowed_settings.ts";
import { open } from "../../session/open.ts";
import type { ScratchBox } from "../../session/stand_in.ts";
import { info, warning } from "../../spec/ui.ts";
import { PROJECT_FILE } from "../../rig/choose/sources.ts";
import { newScratch } from "../scratch.ts";
import type { AskedRun } from "./asked.ts";
import { preparedCommand } from "./box_command.ts";
import { chosen } from "./choose.ts";
import { firstImage, getImage, type TakenImage } from "./image.ts";
import {
  type KeptBox,
  keptBox,
  keptFlags,
  keptImage,
  type MadeBy,
  newName,
  runsNow,
  sweepKept,
  writeKept,
} from "./kept.ts";
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
  const narrowing = narrowingOf(choice);
  let taken = first;
  const standIn: ScratchBox = {
    role: "scratch",
    project: scratch.project,
    bareHome: true,
    ...(place.project ? { worksFor: place.project } : {}),
    ...(narrowing ? { narrowing: { by: narrowing, file: PROJECT_FILE } } : {}),
    ...(handIn ? { handIn } : {}),
    getImage: async (engine) => {
      const got = await getImage(host, engine, choice, first, asked.signal);
      taken = got;
      return got.reference;
    },
  };
  const given = choice.trusted ? settings : more;
  const flags = withRunSettings({ ...asked.flags, image: first.word }, given);
  let kept: string | undefined;
  try {
    const ended = await runIn(asked, { standIn, argv, flags });
    if (keep) {
      const { workspace } = place;
      kept = await keepBox(ended, {
        asked,
        keep,
        flags,
        ...(workspace === undefined ? {} : { workspace }),
        ...(narrowing ? { narrowing } : {}),
      });
      await scratch.keep();
    }
    const { code, image } = ended;
    return { code, image, choice, taken, ...(kept === undefined ? {} : { kept }) };
  } finally {
    if (kept === undefined) await scratch.remove();
  }
}

/** What a file of the project asks for beyond what it may decide, where the user approved of it. */
async function approvedSettings({ host, cwd }: AskedRun, { asks }: ImageChoice): Promise<RunSettings> {
  if (!asks) return {};
  const { approvedAsks } = await import("./approve_asks.ts");
  return await approvedAsks(host, cwd, asks) ? asks.settings : {};
}

/** What a file that the user has not named takes away; `undefined`: nothing. */
function narrowingOf({ trusted, settings }: ImageChoice): Narrowing | undefined {
  if (trusted) return undefined;
  const { memoryBytes, cpus, profile, network, presets, rules, env } = settings;
  const by = Object.entries({ memoryBytes, cpus, profile, network, presets, rules, env })
    .filter(([, value]) => value !== undefined);
  return by.length === 0 ? undefined : Object.fromEntries(by);
}

/**
 * Runs it in a kept box, which has what its command has changed afterwards. A file of the project takes away what it does now. Throws
 * `kept-differs` for options that say another image than the box was made from.
 */
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
  checkMade(asked, box);
  const { host, argv, ttlMs } = asked;
  const { image: _, ...said } = asked.flags;
  const { config: _config, template: _template, ...call } = asked;
  // What the user named when it was made stands in the place of what the project says.
  const named = box.made?.config !== undefined || box.made?.template !== undefined;
  const { choice, place } = await chosen({ ...call, flags: { ...said, image: box.image } });
  if (!named) { for (const text of choice.notes) warning(host.ui, "hint", { text }); }
  const why = [`The box ${box.name} has it, which was made from ${box.from}.`];
  asked.choosing?.({ ...choice, why }, { word: box.image, isStandIn: false, why }, place);
  const narrowing = named ? undefined : narrowingOf(choice);
  const { narrowing: _before, ...bare } = box;
  const now: KeptBox = narrowing ? { ...bare, narrowing } : bare;
  const { standIn, flags } = await keptSession(host, now, said);
  info(host.ui, "run-reuses", { name: box.name });
  const ended = await runIn(asked, { standIn, argv, flags });
  await commitKept(ended, box.image);
  await writeKept(host, {
    ...now,
    command: argv,
    code: ended.code,
    ...(ttlMs === undefined ? {} : { expiresAtMs: Date.now() + ttlMs }),
  });
  return { code: ended.code, image: ended.image, kept: box.name };
}

function madeBy({ flags: { image }, config, template }: AskedRun): MadeBy {
  return Object.fromEntries(Object.entries({ image, config, template }).filter(([, value]) => value));
}

function checkMade(asked: AskedRun, { name, made = {} }: KeptBox): void {
  const before: Readonly<Record<string, string>> = { ...made };
  for (const [option, value] of Object.entries(madeBy(asked))) {
    if (before[option] === value) continue;
    throw new KanibakoError(
      "kept-differs",
      `The box ${shellQuote(name)} of this branch was made without --${option} ${shellQuote(value)}.`,
      { hint: `To make it from that, remove it first: kanibako rm ${shellQuote(name)}` },
    );
  }
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

/** Makes a kept box of what is left of a run. Its name: another one where a run of the same name was quicker. */
async function keepBox(
  ended: EndedRun,
  { asked, keep, flags, workspace, narrowing }: {
    readonly asked: AskedRun;
    readonly keep: NonNullable<AskedRun["keep"]>;
    readonly flags: FlagSettings;
    readonly workspace?: string;
    readonly narrowing?: Narrowing;
  },
): Promise<string> {
  const { host, argv, ttlMs } = asked;
  const { branch } = keep;
  const image = keptImage(ended.box);
  await commitKept(ended, image);
  const now = Date.now();
  const name = await keptBox(host, keep.name) ? newName() : keep.name;
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
    ...(branch === undefined ? {} : { branch }),
    made: madeBy(asked),
    ...(narrowing ? { narrowing } : {}),
  });
  return name;
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
