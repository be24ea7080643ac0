/**
 * Annotations of images that container runtimes take orders from.
 *
 * podman before 4.6 hands the annotations of an image on to the runtime, and crun lets them put another filter of system calls
 * in the place of ours or keep the host's groups. Nothing on podman's command line takes one away. So there an image is looked at
 * before its first box, and once more after kanibako got or made one.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";

/** What crun, runc and the hooks of podman's own packages look for. Source: crun(1); runc, docs/systemd.md. */
const ORDERS =
  /^(run\.oci\.|org\.systemd\.property\.|io\.podman\.|io\.containers\.|io\.crun\.|krun\.|module\.wasm)/;

/** Whether a podman hands annotations of images on. `words`: what it answers to `--version`. Unknown words count as yes. */
export function handsAnnotationsOn(words: string): boolean {
  const [, major, minor] = /\b(\d+)\.(\d+)/.exec(words) ?? [];
  if (major === undefined) return true;
  return Number(major) < 4 || (Number(major) === 4 && Number(minor) < 6);
}

/** Throws `image-orders` for an image whose annotations give orders. `annotations`: what the engine says of them, as JSON. */
export function checkAnnotations(image: string, annotations: string): void {
  const names = Object.keys((JSON.parse(annotations.trim() || "{}") as Record<string, string> | null) ?? {});
  const order = names.find((name) => ORDERS.test(name));
  if (order === undefined) return;
  throw new KanibakoError(
    "image-orders",
    `The image ${shellQuote(image)} gives orders to the container runtime (annotation ${
      shellQuote(order)
    }), ` +
      "which could undo what confines the box.",
    { hint: "Use another rig, or podman 4.6 or later, which passes no annotations on." },
  );
}
