/**
 * What stands in for an agent's program where a box is shown none: a file of its home that starts the script which Node runs, the program
 * of the rig, or one that is installed first. What such a program needs is looked for there, and what is missing is named.
 *
 * @module
 */

import { shellQuote } from "../../lib/host/ui/text.ts";
import { BOX_HOME } from "../../lib/spec/box_paths.ts";
import type { AgentInstall } from "../target.ts";
import { SCRIPT } from "./find.ts";
import { entrypointOf } from "./mounts.ts";
import type { Declaration } from "./schema.ts";

/** Such a file, relative to the home. */
export interface Launcher {
  readonly path: string;
  readonly content: string;
}

const OTHER_RIG = "Use a rig that has it: kanibako rig list, kanibako start --image NAME";

/** The launcher of an installation; `undefined` where the box has the program itself. */
export function launcherOf(agent: Declaration, install: AgentInstall | undefined): Launcher | undefined {
  if (install?.method === SCRIPT) {
    return { path: `.local/bin/${entrypointOf(agent)}`, content: scriptLauncher(agent, install) };
  }
  if (!agent.provision || (install !== undefined && install.binary !== "")) return undefined;
  const { rig, inside, provides } = agent.provision;
  return {
    path: provisionedPath(agent),
    content: rig === undefined ? installer(agent, inside!, provides!) : rigLauncher(agent, rig),
  };
}

/** How a box gets an agent that this machine does not have; `undefined`: not at all. */
export function provisionedInstall(agent: Declaration): AgentInstall | undefined {
  return agent.provision && {
    name: agent.name,
    binary: "",
    method: agent.provision.rig === undefined ? "installed in the box" : "in the rig",
    command: `${BOX_HOME}/${provisionedPath(agent)}`,
  };
}

/** Not among the programs of the home: there, an installer puts the program itself. */
function provisionedPath(agent: Declaration): string {
  return `.local/libexec/kanibako/${agent.name}`;
}

function scriptLauncher(agent: Declaration, { node }: AgentInstall): string {
  const need = node === undefined ? "Node" : `Node ${node} or later`;
  return `#!/bin/sh
have=$(node --version 2>/dev/null) || have=
have=\${have#v}
if [ "\${have%%.*}0" -lt ${node ?? 1}0 ]; then
  ${say(`${agent.title} needs ${need}. This rig has:`)} "\${have:-none}" ${shellQuote(OTHER_RIG)} >&2
  exit 127
fi
exec node "$HOME/.local/share/${agent.name}/${agent.find!.npm!.script}" "$@"
`;
}

function rigLauncher(agent: Declaration, program: string): string {
  return `#!/bin/sh
if [ ! -x ${shellQuote(program)} ]; then
  ${say(`This rig does not have ${agent.title} (${program}).`)} ${shellQuote(OTHER_RIG)} >&2
  exit 127
fi
exec ${shellQuote(program)} "$@"
`;
}

/** What is said while it works goes where the agent's screen is. A failure is tried again at the next start. */
function installer(agent: Declaration, words: readonly string[], provides: string): string {
  const again = "It is tried again at the next start. It may need the network: kanibako box network show";
  return `#!/bin/sh
program=$HOME/${shellQuote(provides)}
if [ ! -x "$program" ]; then
  ${say(`Installing ${agent.title} in this box, which is done once.`)} >&2
  if ! (cd "$HOME" && exec ${words.map(shellQuote).join(" ")}) </dev/null >&2 || [ ! -x "$program" ]; then
    ${say(`${agent.title} could not be installed in this box.`)} ${shellQuote(again)} >&2
    exit 127
  fi
fi
exec "$program" "$@"
`;
}

function say(text: string): string {
  return `printf '%s\\n' ${shellQuote(`kanibako: ${text}`)}`;
}
