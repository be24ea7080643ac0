import { bytesOf, prune, type Pruned } from "../../app/system/prune/prune.ts";
import { UsageError } from "../../host/error.ts";
import { formatBytes } from "../../host/size.ts";
import { json, note, out, table } from "../../host/ui/terminal.ts";
import { count } from "../../host/ui/text.ts";
import type { Context } from "../context.ts";
import type { PruneFlags } from "./prune.ts";

/** Frees what nobody uses. */
export default async function systemPrune(this: Context, flags: PruneFlags): Promise<number> {
  if (flags.json && !flags.plan && !flags.force) {
    throw new UsageError("--json needs --plan or --force.", { hint: "A script cannot be asked." });
  }
  const pruned = await prune(await this.host(), flags);
  const { found, removed, leftOver } = pruned;
  const failed = !flags.plan && removed.length < found.length;
  if (flags.json) json(asJson(pruned, flags.plan));
  else {
    const shown = flags.plan ? found : removed;
    if (found.length === 0) out("There is nothing that nobody uses.");
    else {
      table(
        ["KIND", "NAME", "SIZE"],
        shown.map(({ kind, name, bytes }) => [
          kind,
          name,
          bytes === undefined ? "-" : formatBytes(bytes),
        ]),
      );
      out(`${flags.plan ? "Would free" : "Freed"} ${formatBytes(bytesOf(shown))}.`);
      if (shown.some(({ kind }) => kind === "image")) {
        note("Images may share layers with others, and free less.");
      }
    }
  }
  if (leftOver.length > 0 && !flags.json) {
    note(
      `${
        count(leftOver.length, "forgotten project")
      } left data, which stays. To list: kanibako list --orphan`,
    );
    note("To delete it: kanibako rm NAME --purge");
  }
  return failed ? 1 : 0;
}

function asJson({ found, removed, leftOver }: Pruned, plan: boolean): Record<string, unknown> {
  return {
    items: found.map((one) => ({
      kind: one.kind,
      name: one.name,
      bytes: one.bytes ?? null,
      removed: removed.includes(one),
    })),
    bytes: bytesOf(plan ? found : removed),
    leftOver,
  };
}
