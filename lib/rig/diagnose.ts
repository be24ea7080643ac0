/**
 * Whether rigs can be had on this machine, and how.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import type { ImageStore } from "../runtime/images.ts";
import type { BoxRuntime } from "../runtime/runtime.ts";
import { canBootstrap, INSTALL_HINT } from "./bootstrap.ts";
import { rigInfo } from "./info.ts";
import { localRigImages } from "./list.ts";
import { configuredRig } from "./reference.ts";

/** An engine and its images. */
export interface RigEngine {
  readonly runtime: Pick<BoxRuntime, "kind" | "describe">;
  readonly store: ImageStore;
}

/** One finding. */
export interface RigCheck {
  readonly mark: "ok" | "!!" | "--";
  readonly label: string;
  readonly detail: string;
}

/** Looks at the engine, the configured rig, the ways to make it and the images that are here. Never throws. */
export async function diagnoseRigs(
  host: Host,
  engine: RigEngine | undefined,
): Promise<RigCheck[]> {
  const checks: RigCheck[] = [];
  const add = (mark: RigCheck["mark"], label: string, detail: string) => checks.push({ mark, label, detail });
  if (!engine) {
    add("!!", "Engine", "there is no container engine on this machine; install podman");
    return checks;
  }
  const { runtime, store } = engine;
  try {
    const { version, where } = await runtime.describe();
    add("ok", "Engine", `${runtime.kind} ${version} (${where})`);
  } catch (cause) {
    add("!!", "Engine", cause instanceof Error ? cause.message : String(cause));
  }
  const word = configuredRig(host);
  try {
    const { rig, outdated, recovery } = await rigInfo(host, store, word);
    if (rig.status !== "ready") {
      const how = rig.status === "pull" ? "pulled" : "built";
      const can = rig.status !== "missing";
      add(
        can ? "--" : "!!",
        "Rig",
        can ? `${word} will be ${how} at the first start` : `${word} is not here: ${recovery}`,
      );
    } else if (outdated) {
      add("!!", "Rig", `${word} was built from an older recipe: kanibako rig rebuild ${word}`);
    } else {
      add("ok", "Rig", `${word} (${rig.reference})`);
    }
  } catch (cause) {
    add("!!", "Rig", `${word}: ${cause instanceof Error ? cause.message : cause}`);
  }
  if (canBootstrap()) add("ok", "Without a registry", "a base can be made from packages (mmdebstrap)");
  else add("--", "Without a registry", `no base can be made. ${INSTALL_HINT}`);
  try {
    const images = await localRigImages(store);
    add(images.length > 0 ? "ok" : "--", "Local images", images.join(", ") || "none");
  } catch (cause) {
    add("!!", "Local images", cause instanceof Error ? cause.message : String(cause));
  }
  return checks;
}
