/**
 * The part of `setup` that is about the network of boxes: it says what it is, and asks where somebody is there to answer and nobody has
 * decided.
 *
 * @module
 */

import { out } from "../../../host/ui/terminal.ts";
import type { Asking } from "./asking.ts";

/** Shows the network of boxes, and lets the user choose it. */
export async function setupNetwork(asking: Asking): Promise<void> {
  asking.step("The network of boxes");
  const { value, from, decided } = await asking.now("network");
  if (asking.flags.network !== undefined) await store(asking, asking.flags.network);
  else if (decided) out(`  ${value} (${from}). ${CHANGE}`);
  else if (asking.asks) await choose(asking);
  else {
    out(`  ${value} (${from}): a box reaches whatever this machine can.`);
    out("  Recommended is filtered: kanibako setup --network filtered");
  }
}

const CHANGE = "To change it: kanibako system config network=VALUE";

async function choose(asking: Asking): Promise<void> {
  const chosen = await asking.choose({
    text: "What may boxes reach?",
    answers: [
      ["filtered", "their agent, hosts of repositories and registries of packages (recommended)"],
      ["agent-only", "what their agent needs, and nothing else until you allow it"],
      ["open", "whatever this machine can, your local network too"],
    ],
  });
  await store(asking, chosen);
}

async function store(asking: Asking, chosen: "filtered" | "agent-only" | "open" | "none"): Promise<void> {
  const network = chosen === "agent-only" ? "filtered" : chosen;
  await asking.store("network", network);
  if (chosen === "agent-only") await asking.store("network.presets", "");
  out(`  ${network}. ${CHANGE}`);
  if (network === "filtered") out("  To allow more: kanibako box network allow HOST");
}
