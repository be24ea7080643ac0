/**
 * Whether a container whose run failed had been started. Until its first process says that it begins, what the client says may
 * be the engine's or the image's own: an image brings the shell that is to say it. From a run that had started nothing is
 * learned, and it is not run again.
 *
 * @module
 */

import { debug } from "../../host/log.ts";
import { pause } from "../../host/timer.ts";
import { LABEL_RUN } from "../labels.ts";
import type { BoxSpec } from "../../spec/box_spec.ts";
import type { CliEngine } from "./cli_engine.ts";
import type { Command } from "./command.ts";

/** An engine's last word about a container may come a moment after its client has ended. */
const LOOKS = 5;
const LOOK_MS = 150;

/** What can be said of one try. It lies in a folder of its own, in which the engine writes the container's id. */
export class StartWitness {
  readonly #folder: string;
  readonly #madeAt: number | undefined;
  readonly #sinceSeconds = Math.floor(Date.now() / 1000);

  private constructor(folder: string) {
    this.#folder = folder;
    this.#madeAt = changedAt(folder);
  }

  /** Makes the folder, which is not there yet. */
  static make(folder: string): StartWitness {
    Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
    return new StartWitness(folder);
  }

  /** The command, which then says whether it made a container. */
  watched({ argv, env }: Command): Command {
    const at = argv.indexOf("run") + 1;
    return { argv: [...argv.slice(0, at), `--cidfile=${this.#folder}/id`, ...argv.slice(at)], env };
  }

  /** Whether processes of the container may have run. False only where that is known. */
  async mayHaveRun(engine: CliEngine, spec: BoxSpec): Promise<boolean> {
    const id = this.#id();
    if (id === undefined && !this.#wasChanged(engine)) return false;
    // One that stays is in the way of the next try, and nothing is ever reported of its end.
    if (spec.stays && id !== undefined) await engine.remove(id);
    const run = spec.labels[LABEL_RUN];
    const filter = id !== undefined
      ? `container=${id}`
      : run === undefined
      ? `container=${spec.name}`
      : `label=${LABEL_RUN}=${run}`;
    for (let looks = 0; looks < LOOKS; looks++) {
      if (looks > 0) await pause(LOOK_MS);
      const seen = await engine.events(filter, this.#sinceSeconds).catch((error: unknown) => {
        debug(() => `no events: ${error}`);
        return [] as string[];
      });
      if (seen.includes("start")) return true;
      if (engine.settlingEvents.every((event) => seen.includes(event))) return false;
    }
    return true;
  }

  /** The container's id, as far as it is still there: podman removes the file along with the container. */
  #id(): string | undefined {
    try {
      return Deno.readTextFileSync(`${this.#folder}/id`).trim() || undefined;
    } catch {
      return undefined;
    }
  }

  #wasChanged({ makesIdFileEarly }: CliEngine): boolean {
    return !makesIdFileEarly && changedAt(this.#folder) !== this.#madeAt;
  }
}

/** An engine takes longer to make a container than a file system's clock to move on. */
function changedAt(folder: string): number | undefined {
  return Deno.statSync(folder).mtime?.getTime();
}
