import { changeLimits, limitsOf } from "../../../app/project/limits.ts";
import { shownValue } from "../../../config/read.ts";
import { UsageError } from "../../../host/error.ts";
import { fields, json, note } from "../../../host/ui/terminal.ts";
import { shellQuote } from "../../../host/ui/text.ts";
import { qualifiedName } from "../../../project/project.ts";
import type { Context } from "../../context.ts";
import type { LimitsFlags } from "./limits.ts";

/** Shows the limits of a running box, or changes them. */
export default async function limits(this: Context, flags: LimitsFlags, word?: string): Promise<void> {
  const { memory, cpus, pids, keep, once } = flags;
  const asked = {
    ...(memory === undefined ? {} : { memory }),
    ...(cpus === undefined ? {} : { cpus }),
    ...(pids === undefined ? {} : { pids }),
  };
  const changes = Object.entries(asked);
  if (changes.length === 0 && (keep || once)) {
    throw new UsageError(`${keep ? "--keep" : "--once"} needs a limit: --memory, --cpus or --pids.`);
  }
  // As `box config` takes them. No project is called so.
  const [, key, value] = /^(memory|cpus|pids)=(.*)$/.exec(word ?? "") ?? [];
  if (key !== undefined) throw new UsageError(`Limits are options here: --${key} ${shellQuote(value ?? "")}`);
  const host = await this.host();
  const found = changes.length === 0
    ? await limitsOf(host, word, this.cwd)
    : await changeLimits(host, word, this.cwd, asked, keep ? "keep" : once || flags.json ? "once" : "ask");
  const name = qualifiedName(found.project);
  if (flags.json) {
    const { memory, cpus, pids } = found.limits;
    return json({ name, memory: memory ?? null, cpus: cpus ?? null, pids: pids ?? null, kept: found.kept });
  }
  fields([
    ["Memory", shown("memory", found.limits.memory)],
    ["Processors", shown("cpus", found.limits.cpus)],
    ["Processes", shown("pids", found.limits.pids)],
  ]);
  if (changes.length === 0) return;
  if (found.kept) return note(`Kept for later starts of ${name}.`);
  const settings = changes.map(([key, value]) =>
    `kanibako box config -p ${shellQuote(name)} ${key}=${value}`
  );
  note(`It acts until the box ends. To keep it: ${settings.join("; ")}`);
}

function shown(name: string, text: string | undefined): string {
  if (text === undefined) return "not known";
  if (text === "none") return "no limit";
  return name === "memory" && /^\d+$/.test(text) ? shownValue("box.memory", Number(text)) : text;
}
