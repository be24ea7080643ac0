/**
 * Shows what a helper came to. Its message and its file are its own words: they are escaped, and marked.
 *
 * @module
 */

import { named } from "../../../app/helper/hub_of.ts";
import { json, out } from "../../../host/ui/terminal.ts";
import type { Context } from "../../context.ts";
import { hubFor } from "./hub.ts";
import type { OneFlags } from "./life.ts";
import { showChanges, showQuoted, statusPart } from "./words.ts";

/** Runs `kanibako crab helper result N`. */
export default async function result(this: Context, flags: OneFlags, word: string): Promise<void> {
  using hub = await hubFor(this, flags);
  const { result: found } = await hub.ask("result", { helper: named(word) });
  const { status, exit_code, message, json: text, problem, error, changes, left_out } = found;
  const file: unknown = text === undefined ? undefined : JSON.parse(text);
  if (flags.json) {
    return json({
      status,
      exitCode: exit_code ?? null,
      message: message ?? null,
      result: file ?? null,
      problem: problem ?? null,
      error: error ?? null,
      changes,
      leftOut: left_out ?? 0,
    });
  }
  out(`Helper ${word}: `, statusPart(status), ...exit_code === undefined ? [] : [`, exit code ${exit_code}`]);
  if (message !== undefined) {
    out("Its last message:");
    showQuoted(message);
  }
  if (file !== undefined) {
    out("Its result.json:");
    showQuoted(JSON.stringify(file, null, 2));
  }
  if (problem !== undefined) out(`Result file: ${problem}`);
  if (error !== undefined) {
    out("What went wrong:");
    showQuoted(error);
  }
  out(changes.length === 0 ? "It has changed no files." : "It has changed:");
  showChanges(changes);
  if (left_out !== undefined && left_out > 0) out(`and ${left_out} more`);
}
