/**
 * Checks snapshots.
 *
 * @module
 */

import { verifySnapshots } from "../../../app/vault/verify.ts";
import { check, json, note, out } from "../../../host/ui/terminal.ts";
import type { Verdict } from "../../../vault/checksums/verify.ts";
import type { Context } from "../../context.ts";
import type { VerifyFlags } from "./vault.ts";

const SHOWN = 20;
const OUTCOMES: Readonly<Record<Verdict["outcome"], string>> = {
  whole: "whole",
  sealed: "unchanged by its times; checksums were added",
  damaged: "damaged",
  unknown: "cannot be checked",
};

/** Runs `kanibako box vault verify`. The exit code is 1 when something is damaged. */
export default async function verify(this: Context, flags: VerifyFlags, name?: string): Promise<number> {
  const verdicts = await verifySnapshots(await this.host(), flags.project, this.cwd, name);
  const bad = verdicts.filter(({ outcome }) => outcome === "damaged");
  if (flags.json) json(verdicts);
  else if (flags.quiet) bad.forEach((one) => out(one.name));
  else if (verdicts.length === 0) out("No snapshots found.");
  else verdicts.forEach(show);
  return bad.length > 0 ? 1 : 0;
}

function show({ name, outcome, changed, missing, added, detail }: Verdict): void {
  const mark = outcome === "damaged" ? "!!" : outcome === "unknown" ? "--" : "ok";
  check(mark, name, detail === "" ? OUTCOMES[outcome] : `${OUTCOMES[outcome]}: ${detail}`);
  const paths = [
    ...changed.map((path) => `  changed  ${path}`),
    ...missing.map((path) => `  missing  ${path}`),
    ...added.map((path) => `  added    ${path}`),
  ];
  for (const line of paths.slice(0, SHOWN)) out(line);
  if (paths.length > SHOWN) note(`  ... and ${paths.length - SHOWN} more`);
}
