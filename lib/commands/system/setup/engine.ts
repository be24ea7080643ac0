/**
 * The part of `setup` that is about the container engine.
 *
 * @module
 */

import { engineChecks } from "../../../app/system/host_checks.ts";
import { KanibakoError } from "../../../host/error.ts";
import { findExecutable } from "../../../host/process.ts";
import { out } from "../../../host/ui/terminal.ts";
import { defaultRuntime } from "../../../run/used_runtimes.ts";
import { RUNTIME_KINDS } from "../../../runtime/kinds.ts";
import type { BoxRuntime } from "../../../runtime/runtime.ts";
import type { Asking } from "./asking.ts";

/**
 * Shows the engine, and lets the user choose where there are several. `undefined`: there is none that works. Throws `engine-broken` for a
 * chosen one that does not, `no-engine` for one that is not here; neither is stored.
 */
export async function setupEngine(asking: Asking): Promise<BoxRuntime | undefined> {
  const { flags } = asking;
  if (flags.engine !== undefined) await store(asking, flags.engine);
  const found = RUNTIME_KINDS.filter((kind) => findExecutable(kind) !== undefined);
  const runtime = await defaultRuntime(asking.host);
  const [state] = await engineChecks(runtime);
  asking.step("A container engine", [state]);
  // A variable comes before any setting.
  const byVariable = ["KANIBAKO_ENGINE", "KANIBAKO_DOCKER_CMD"].some((name) => Deno.env.get(name));
  const isOpen = !byVariable && flags.engine === undefined && found.length > 1 &&
    !(await asking.now("engine")).decided;
  if (isOpen && asking.asks) return await choose(asking, found);
  if (isOpen) {
    out(`  Also here: ${found.slice(1).join(", ")}. To use it: kanibako setup --engine ${found[1]}`);
  }
  return state.mark === "ok" ? runtime : undefined;
}

async function choose(asking: Asking, found: readonly string[]): Promise<BoxRuntime | undefined> {
  const chosen = await asking.choose({
    text: "Which container engine do boxes run on?",
    answers: found.map((
      kind,
      at,
    ) => [kind, at === 0 ? "the usual one" : "boxes of another engine stay where they are"]),
  });
  try {
    await store(asking, chosen);
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    out(`  ${error.message}`);
  }
  const runtime = await defaultRuntime(asking.host);
  const [state] = await engineChecks(runtime);
  out(`  ${state.detail}. To change it: kanibako system config engine=NAME`);
  return state.mark === "ok" ? runtime : undefined;
}

async function store(asking: Asking, kind: string): Promise<void> {
  const [state] = await engineChecks(await defaultRuntime(asking.host, kind));
  if (state.mark !== "ok") {
    throw new KanibakoError("engine-broken", `Cannot use ${kind}: ${state.detail}`, {
      hint: `Repair it, and try again: kanibako setup --engine ${kind}`,
    });
  }
  await asking.store("engine", kind);
}
