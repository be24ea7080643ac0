/**
 * Files made of images: the root file system of one, and what a program of one makes of another file.
 *
 * The containers that this takes are no boxes: nobody works in them. Each has a name of its own and is removed whatever happens; a
 * label marks those that remain where this program was killed.
 *
 * @module
 */

import { shellQuote } from "../../host/ui/text.ts";
import type { FilterJob, Work } from "../images.ts";
import { LABEL_PASSING, passingName } from "../labels.ts";
import type { CliEngine } from "./cli_engine.ts";
import { diagnose } from "./remedies.ts";

/** Writes an image's root file system to a tar file. The container that it takes is never started. */
export async function exportRoot(
  engine: CliEngine,
  reference: string,
  tarFile: string,
  work?: Work,
): Promise<void> {
  const name = passingName();
  try {
    // An image without a command is given one, which nobody runs.
    const words = ["create", ...commonWords(name), "--entrypoint=/", reference, "/"];
    const made = await engine.work(words, work);
    if (made.code !== 0) throw engine.failure(`look into ${shellQuote(reference)}`, made);
    const result = await engine.work(["export", `--output=${tarFile}`, name], work);
    if (result.code !== 0) throw engine.failure(`write the files of ${shellQuote(reference)}`, result);
  } finally {
    await engine.remove(name);
  }
}

/** Runs a program of an image on a file. It sees nothing of this machine, and has no network. */
export async function filterFile(engine: CliEngine, job: FilterJob, work: Work = {}): Promise<void> {
  const [program, ...args] = job.words;
  for (;;) {
    const name = passingName();
    const words = [
      "run",
      "--rm",
      "--interactive",
      "--log-driver=none",
      "--user=0:0",
      "--workdir=/",
      "--security-opt=no-new-privileges",
      "--no-healthcheck",
      ...engine.plainUlimitWords(),
      ...commonWords(name),
      `--entrypoint=${program}`,
      job.image,
      ...args,
    ];
    try {
      const result = await engine.workOnFiles(words, job, work);
      if (result.code === 0) return;
      const diagnosis = diagnose(engine.name, result.stderr, engine.facts);
      if (diagnosis.kind !== "remedy" || !diagnosis.learn) {
        throw engine.failure(`run ${shellQuote(program ?? "")} of ${shellQuote(job.image)}`, result);
      }
      await engine.learn(diagnosis.learn);
    } finally {
      // The client may have been ended alone.
      if (work.signal?.aborted) await engine.remove(name);
    }
  }
}

function commonWords(name: string): string[] {
  return [`--name=${name}`, `--label=${LABEL_PASSING}=1`, "--network=none", "--pull=never"];
}
