/**
 * Looks into an image, by running its own shell in a container that has nothing. An image without a shell where all look for it is tried
 * at the few other places that images have one.
 *
 * @module
 */

import { collect } from "../../../host/byte_pieces.ts";
import { joined } from "../../../host/bytes.ts";
import { debug } from "../../../host/log.ts";
import { open } from "../../../host/open_process.ts";
import { type ProcessResult, run } from "../../../host/process.ts";
import { after } from "../../../host/timer.ts";
import { SHELL } from "../../../spec/image_facts.ts";
import type { ImageLook } from "../../images.ts";
import type { CliEngine } from "../cli_engine.ts";
import { diagnose } from "../remedies.ts";
import { StartWitness } from "../start_witness.ts";
import { factsFolder } from "./kept_facts.ts";
import { lookSpec } from "./look_spec.ts";
import { type Look, readLook } from "./read_look.ts";
import script from "./look.sh" with { type: "text" };

/** A look takes a quarter of a second. */
const TIMEOUT_MS = 30_000;
const MOST_OUTPUT = 512 * 1024;
const MOST_TRIES = 4;
/** busybox has 1 to 2 MB, bash as one file 2. */
const MOST_SHELL_BYTES = 16 * 2 ** 20;

/** A shell, as the words that run it. */
type Shell = readonly [string, ...string[]];

/** Where else images have a shell. */
const ELSEWHERE: readonly Shell[] = [["/busybox/sh"], ["/usr/bin/sh"], ["/bin/bash"], ["/bin/busybox", "sh"]];

/** What came of a look. */
export type Looked =
  | { readonly kind: "seen"; readonly shell: Shell; readonly look: Look }
  /** No shell of it can be run. */
  | { readonly kind: "no-shell" }
  /** The engine could not start it, for whatever reason: a start says which. */
  | { readonly kind: "failed" };

/** Looks. */
export async function lookInto(engine: CliEngine, image: string, wanted: ImageLook): Promise<Looked> {
  for (const shell of [[SHELL], ...ELSEWHERE] as const) {
    const result = await inImage(engine, image, wanted, [
      ...shell,
      "-c",
      script,
      "look",
      wanted.program.command,
    ]);
    if (result === undefined) return { kind: "failed" };
    const look = readLook(result.stdout);
    if (look) return { kind: "seen", shell, look };
    if (!isNoShell(result)) return { kind: "failed" };
  }
  return { kind: "no-shell" };
}

/** Whether a container did not begin for want of its first program. What this one says is the engine's, or of its init. */
function isNoShell({ code, stderr }: ProcessResult): boolean {
  return code !== 0 &&
    /failed to exec pid1|exec \S+ failed|exec format error|executable file not found|stat \S+: no such file/i
      .test(stderr);
}

/** Runs words in an image; `undefined` where the engine cannot. */
async function inImage(
  engine: CliEngine,
  image: string,
  wanted: ImageLook,
  words: Shell,
): Promise<ProcessResult | undefined> {
  const folder = `${factsFolder(engine.cache!)}/look-${crypto.randomUUID().slice(0, 8)}`;
  try {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const spec = lookSpec(image, wanted, words, engine.can.limits.memory);
      await engine.prepare(spec);
      const witness = StartWitness.make(`${folder}/${tries}`);
      const { argv, env } = witness.watched(engine.runCommand(spec));
      const result = await run(argv, { env, timeoutMs: TIMEOUT_MS, maxOutputBytes: MOST_OUTPUT });
      if (result.timedOut) {
        await engine.remove(spec.name);
        return undefined;
      }
      if (result.code === 0 || isNoShell(result)) return result;
      const diagnosis = diagnose(engine.name, result.stderr, engine.facts);
      // What a container has said may be the image's own words.
      if (diagnosis.kind !== "remedy" || !diagnosis.learn || await witness.mayHaveRun(engine, spec)) {
        debug(() => `look into ${image}: ${result.stderr}`);
        return undefined;
      }
      await engine.learn(diagnosis.learn);
    }
    return undefined;
  } finally {
    await Deno.remove(folder, { recursive: true }).catch(() => {});
  }
}

/** The program of an image's shell, by reading what runs there; `undefined` where it cannot be had or is too large. */
export async function shellOf(
  engine: CliEngine,
  image: string,
  wanted: ImageLook,
  shell: Shell,
): Promise<Uint8Array | undefined> {
  const words: Shell = [...shell, "-c", "cat /proc/$$/exe"];
  const spec = lookSpec(image, wanted, words, engine.can.limits.memory);
  const { argv, env } = engine.runCommand(spec);
  const child = open(argv, { stdin: "null", stdout: "piped" }, { env });
  const cancel = after(TIMEOUT_MS, () => child.end());
  try {
    const parts: Uint8Array[] = [];
    let size = 0;
    const errors = collect(child.stderr, MOST_OUTPUT);
    for await (const part of child.stdout!) {
      size += part.length;
      if (size > MOST_SHELL_BYTES) {
        child.end();
        break;
      }
      parts.push(part);
    }
    const code = await child.exit;
    debug(() => `the shell of ${image}: ${size} bytes, ${code}`);
    await errors;
    const isProgram = parts[0]?.[0] === 0x7f;
    return code === 0 && size <= MOST_SHELL_BYTES && isProgram ? joined(...parts) : undefined;
  } finally {
    cancel();
    await engine.remove(spec.name);
  }
}
