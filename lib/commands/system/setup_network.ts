/**
 * The part of `setup` that is about the network of boxes: it says what it is, and asks where somebody is there to answer and nobody has
 * decided.
 *
 * @module
 */

import { setHere } from "../../app/config/change.ts";
import { systemScope } from "../../app/config/system_scope.ts";
import { levelsBelow } from "../../config/effective.ts";
import { settingOf } from "../../config/resolve.ts";
import type { Host } from "../../config/system.ts";
import { out } from "../../host/ui/terminal.ts";
import { sourceText } from "../../spec/source.ts";

/** Shows the network of boxes, and lets the user choose it. */
export async function setupNetwork(host: Host): Promise<void> {
  out("4. The network of boxes");
  const network = settingOf(await levelsBelow(host, "system"), "network");
  if (network.level !== "default") {
    out(
      `  ${network.value} (${sourceText(network.from)}). To change it: kanibako system config network=VALUE`,
    );
  } else if (host.ui.attended) await choose(host);
  else {
    out(`  ${network.value} (default): a box reaches whatever this machine can.`);
    out("  Recommended is filtered: kanibako system config network=filtered");
  }
  out();
}

async function choose(host: Host): Promise<void> {
  const chosen = await host.ui.choose({
    text: "What may boxes reach?",
    answers: [
      ["filtered", "their agent, hosts of repositories and registries of packages (recommended)"],
      ["agent-only", "what their agent needs, and nothing else until you allow it"],
      ["open", "whatever this machine can, your local network too"],
    ],
  });
  if (chosen === undefined) return out("  Nothing was changed: the network is open.");
  const scope = systemScope(host);
  await setHere(scope, "network", chosen === "open" ? "open" : "filtered");
  if (chosen === "agent-only") await setHere(scope, "network.presets", "");
  out(`  ${chosen === "open" ? "open" : "filtered"}. To change it: kanibako system config network=VALUE`);
  if (chosen !== "open") out("  To allow more: kanibako box network allow HOST");
}
