/**
 * Lists of commands that a file allows or blocks. They are about the command that is given, and no more: what it starts is held by the
 * box, not by a list.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { quotePath } from "../../host/ui/quote_path.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { Said } from "./agentkernel.ts";

/** The name of a program, without folders before it. */
export function programName(argv: readonly string[]): string {
  return (argv[0] ?? "").split("/").at(-1)!;
}

/** Throws `command-refused` for a command that the file does not let run. */
export function checkCommand(
  { commands, path }: Pick<Said, "commands" | "path">,
  argv: readonly string[],
): void {
  const { allow = [], block = [], allowlist_only: only = false } = commands;
  const name = programName(argv);
  if (!block.includes(name) && (!only || allow.includes(name))) return;
  throw new KanibakoError(
    "command-refused",
    `Cannot run ${shellQuote(name)}: security.commands of ${quotePath(path)} ${
      block.includes(name) ? "blocks" : "does not allow"
    } it.`,
    { hint: "Change the list in that file." },
  );
}
