/**
 * Runs a plan: applies what is known of the engine, and when the run fails, finds out why, mends what can be mended and
 * tries again. No question is asked of the engine before the run.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { note } from "../../host/ui/terminal.ts";
import { diagnose } from "./remedies.ts";
import type { ContainerInfo, Engine } from "../engine.ts";
import type { Dirs } from "../../host/dirs.ts";
import type { EngineResult } from "./engine_run.ts";
import type { BoxSpec } from "../../spec/box_spec.ts";
import { isOwnBox } from "../labels.ts";

/** What came of trying to run a plan. */
export type RunOutcome =
  /** The command ran and ended, or the detached container started. */
  | { readonly kind: "ran"; readonly code: number; readonly spec: BoxSpec }
  /** A container of this box runs already. */
  | { readonly kind: "running"; readonly container: ContainerInfo };

/** What running a plan needs. */
export interface RunContext {
  readonly engine: Engine;
  readonly dirs: Dirs;
  /** Runs the engine's `run` command. */
  execute(spec: BoxSpec): Promise<EngineResult>;
  /** Gets the rig; returns the reference to run. Called once, when the engine says it has none. */
  prepareRig(): Promise<string>;
}

const MOST_TRIES = 8;

/** Runs a plan. Throws when it cannot be run. */
export async function runPlan(plan: BoxSpec, context: RunContext): Promise<RunOutcome> {
  const { engine } = context;
  let spec = plan;
  let prepared = false;
  let removed = false;
  let forgotten = false;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const { code, complaint } = await context.execute(spec);
    if (complaint === "") return { kind: "ran", code, spec };
    const diagnosis = diagnose(engine.name, complaint, engine.facts);
    switch (diagnosis.kind) {
      case "remedy":
        note(diagnosis.message);
        await engine.learn(diagnosis.learn!);
        // A detached run that fails may leave its container: that is in the way of the next try, once more.
        removed = false;
        continue;
      case "image-missing":
        if (prepared) break;
        spec = { ...spec, image: await context.prepareRig() };
        prepared = true;
        continue;
      case "name-taken": {
        const container = await engine.inspect(spec.name);
        if (container && !await isOwnBox(container.labels, context.dirs.state)) {
          throw foreign(spec.name, engine.name);
        }
        if (container?.running) return { kind: "running", container };
        if (removed) break;
        if (container) await engine.remove(container.id);
        removed = true;
        continue;
      }
      case "unknown":
        // What was learned may no longer hold: a runtime removed, a limit raised.
        if (forgotten || Object.keys(engine.facts).length === 0) break;
        await engine.forget();
        forgotten = true;
        continue;
      default:
        break;
    }
    throw new KanibakoError(
      diagnosis.kind === "command" ? "command" : "engine",
      diagnosis.kind === "unknown" ? `${engine.name} could not start the box.` : diagnosis.message,
      {
        ...(diagnosis.hint
          ? { hint: diagnosis.hint.split("\n") }
          : { hint: "See what is wrong: kanibako system diagnose" }),
        ...(diagnosis.kind === "unknown" || diagnosis.kind === "host" ? { output: complaint } : {}),
        ...(diagnosis.kind === "command" ? { exitCode: code } : {}),
      },
    );
  }
  throw new KanibakoError("engine", `${engine.name} could not start the box after ${MOST_TRIES} tries.`, {
    hint: "See what is wrong: kanibako system diagnose",
  });
}

function foreign(name: string, engine: string): KanibakoError {
  return new KanibakoError(
    "name-taken",
    `There is a container "${name}" that is not one of your boxes.`,
    {
      hint: [
        `See what it is: ${engine} inspect ${name}`,
        "Rename your project's box, or remove that container.",
      ],
    },
  );
}
