/**
 * Whether what the user's own configuration runs is in the rig: looked for in a box of its own, which has no network and is gone
 * afterwards.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import type { Own } from "../../crab/own/gather.ts";
import { type Lacking, lackingOf } from "../../crab/own/lacking.ts";
import { KanibakoError } from "../../host/error.ts";
import { configuredRig } from "../../rig/reference.ts";
import { defaultRuntime } from "../../run/used_runtimes.ts";
import { BOX_HOME } from "../../spec/box_paths.ts";
import { openScratchBox } from "../open_box.ts";
import { rigCheck } from "../system/host_checks.ts";

/** Says of each "KIND WORD" line of its input whether it is there: a line with its number where it is not. */
const LOOK = `number=0
while read -r kind word; do
  case $kind:$word in
    program:*/*) [ -f "$word" ] && [ -x "$word" ] ;;
    program:*) command -v -- "$word" >/dev/null 2>&1 ;;
    *) [ -e "$word" ] ;;
  esac || echo "$number"
  number=$((number + 1))
done`;

/** What is lacking there; with `unchecked` nobody could look. `known`: what is known to be lacking. */
export async function lackingInRig(
  host: Host,
  cwd: string,
  own: Own,
  known: readonly Lacking[],
): Promise<{ readonly lacking: readonly Lacking[]; readonly unchecked?: string }> {
  const isKnown = (word: string) => known.some((one) => one.word === word);
  // What is in the home comes with the user's own, or is known to be lacking.
  const needs = own.commands.flatMap((command) => command.needs)
    .filter(({ kind, word }) => kind !== "brought" && !word.startsWith(`${BOX_HOME}/`) && !isKnown(word));
  const lines = [...new Set(needs.map(({ kind, word }) => `${kind} ${word}`))];
  if (lines.length === 0) return { lacking: [] };
  const runtime = await defaultRuntime(host);
  if (!runtime) return { lacking: [], unchecked: "there is no container engine" };
  const rig = await rigCheck(host, runtime, configuredRig(host));
  if (rig.mark !== "ok") return { lacking: [], unchecked: "the rig is not on this machine yet" };
  try {
    await using box = await openScratchBox(host, cwd, { network: "none" });
    const { stdout } = await box.run(["sh", "-c", LOOK], {
      input: lines.map((line) => `${line}\n`).join(""),
    });
    const absent = new Set(stdout.split("\n").map((number) => lines[Number(number || "x")]));
    return { lacking: lackingOf(own.commands, (word, kind) => absent.has(`${kind} ${word}`)) };
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    return { lacking: [], unchecked: error.message.replace(/\.$/, "") };
  }
}
