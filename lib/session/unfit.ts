/**
 * What an image that is not ours cannot do, and a box is asked for. Said before the start, by the image's name. Pure.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import { type ImageFacts, SHELL } from "../spec/image_facts.ts";

/** What a box is to have, as far as an image may lack it. */
export interface Wanted {
  /** What of the settings needs this program in the box; `undefined`: nothing does. */
  readonly steward?: string | undefined;
  /** A session that outlives its terminal was asked for by this very call. */
  readonly session: boolean;
  /** The agent that is to run; absent: none is. */
  readonly agent?: {
    readonly displayName: string;
    /** The lowest major version of Node that it runs with; absent: it needs none. */
    readonly node?: number | undefined;
    /** Whose C library its program is made for; `other`: neither of these, or it is no such program. */
    readonly libc: ImageFacts["libc"];
  } | undefined;
}

/** What to do where an image lacks something. */
const OWN_RIG = "To add what is missing, make a rig of it: docs/rigs.md, Any image";

/** Throws `rig-unfit` for what cannot be had in this image, and says what can be done. `host`: the architecture of this machine. */
export function refuseUnfit(image: string, facts: ImageFacts, wanted: Wanted, host: string): void {
  const problem = noStart(facts, host) ?? noSteward(facts, wanted) ?? noSession(facts, wanted) ??
    noAgent(facts, wanted);
  if (!problem) return;
  const [what, ...hint] = problem;
  throw new KanibakoError("rig-unfit", `The image ${shellQuote(image)} ${what}`, { hint });
}

/** What is wrong, as the rest of a sentence, and hints. */
type Problem = readonly [what: string, ...hint: string[]];

function noStart({ shell, shellCopy, missing, architecture }: ImageFacts, host: string): Problem | undefined {
  if (shell === undefined && architecture !== "" && architecture !== host) {
    return [
      `is for ${architecture}, and this machine is ${host}.`,
      `Use one for ${host}, or let this machine run programs of ${architecture}: package qemu-user-static`,
    ];
  }
  if (shell === undefined) {
    return [
      "has no shell, which a box needs.",
      "Images of one program alone are made this way. Use a variant with a shell, such as -slim or :debug,",
      "or copy the program into a rig of your own: COPY --from=IMAGE in a Containerfile",
    ];
  }
  if (missing.length > 0) return [`has no ${listed(missing)}, which a box needs.`, OWN_RIG];
  return shell === SHELL || shellCopy !== undefined ? undefined : [
    `has its shell at ${shell}, not at ${SHELL}, and it cannot be put there.`,
    OWN_RIG,
  ];
}

function noSteward(facts: ImageFacts, { steward }: Wanted): Problem | undefined {
  if (steward === undefined || facts.program) return undefined;
  return [
    `cannot run kanibako, which ${steward} needs in the box: ${whyNot(facts)}.`,
    "Use an image that has it, such as one of Debian, Ubuntu or Fedora, or one of the rigs: kanibako rig list",
    "Or do without: --network none, and no published port or browser",
  ];
}

function whyNot({ libc }: ImageFacts): string {
  return libc === "musl"
    ? "its C library is musl, not the GNU C library"
    : libc === "glibc"
    ? "its GNU C library is too old, or incomplete"
    : "it has no GNU C library";
}

function noSession({ tmux }: ImageFacts, { session }: Wanted): Problem | undefined {
  return tmux || !session
    ? undefined
    : ["has no tmux, which a session that stays needs.", "To run in the foreground: --ephemeral", OWN_RIG];
}

function noAgent(facts: ImageFacts, { agent }: Wanted): Problem | undefined {
  if (!agent) return undefined;
  const { displayName, node, libc } = agent;
  const has = facts.node === undefined ? undefined : Number(facts.node.split(".")[0]);
  const others = [OWN_RIG, "Or open a shell in it: kanibako shell"];
  if (node !== undefined && !facts.own && (has === undefined || has < node)) {
    const found = facts.node === undefined ? "no Node" : `Node ${facts.node}`;
    return [`has ${found}; ${displayName} needs Node ${node} or later there.`, ...others];
  }
  if (libc === "glibc" && facts.libc !== "glibc" && !facts.program) {
    return [
      `cannot run ${displayName}, as it is installed on this machine: ${whyNot(facts)}.`,
      "Use an image of Debian, Ubuntu or Fedora, or one of the rigs: kanibako rig list",
      "Or open a shell in it: kanibako shell",
    ];
  }
  return libc === "musl" && facts.libc !== "musl"
    ? [`cannot run ${displayName}, as it is installed on this machine: it needs musl.`, ...others]
    : undefined;
}

function listed(names: readonly string[]): string {
  return names.length === 1 ? names[0]! : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}
