/**
 * Takes over what the earlier program left: all that can be, each thing whole or not at all. Safe to repeat.
 *
 * @module
 */

import { shellQuote } from "../../host/ui/text.ts";
import type { Host } from "../../config/system.ts";
import { isOnlyOurs } from "../../config/ownership.ts";
import { KanibakoError } from "../../host/error.ts";
import { Interruption } from "../../host/interruption.ts";
import { runChange, showChange } from "../../project/change/change.ts";
import type { Item, ItemKind } from "../../project/earlier/item.ts";
import { planMigration } from "../../project/earlier/plan.ts";
import { findSource, type Source } from "../../project/earlier/source.ts";
import { planTakingUp } from "../../project/workset/take_up.ts";
import { assertOutOfReach } from "../../run/reach.ts";
import { warning } from "../../spec/ui.ts";
import { askedLines } from "../config/approval_words.ts";

/** What is taken over, and how. */
export interface MigrateRequest {
  /** A home, a data folder, a standalone project or a workset. [default: where the earlier program kept its data] */
  readonly from?: string | undefined;
  readonly cwd: string;
  /** Takes shares and seeds of data from elsewhere, too. */
  readonly approve?: boolean | undefined;
  /** Only work out what would be done. */
  readonly plan?: boolean | undefined;
  /** Ends it when it fires, between two things or within one. Without one, signals to this process do. */
  readonly signal?: AbortSignal;
}

/** One thing, and what came of it. */
export interface Migrated extends Omit<Item, "change" | "register"> {
  /** What is done, a line a step. */
  readonly steps: readonly string[];
  /** It could be taken, and taking it failed. */
  readonly failed: boolean;
}

/** What came of all. */
export interface Migration {
  readonly source: Source;
  readonly items: readonly Migrated[];
}

/**
 * Takes everything over. What cannot be taken is among the items, with its reason. Throws `no-data` where there is nothing to take
 * anything from.
 */
export async function migrate(host: Host, request: MigrateRequest): Promise<Migration> {
  const source = await findSource(host, request.from, request.cwd);
  checkWhose(source, request);
  const items = await planned(host, source, request);
  if (request.plan) return { source, items: items.map((item) => outcome(item)) };
  const done: Migrated[] = [];
  using interruption = request.signal ? undefined : new Interruption(
    () => "Interrupted. What was taken over before stays; to go on, run the command again.",
    { once: true },
  );
  const signal = request.signal ?? interruption!.signal;
  const progress = host.ui.progress();
  try {
    for (const item of items) {
      signal.throwIfAborted();
      if (item.fate === "take") progress.step(`Taking over the ${item.kind} ${item.name}`);
      try {
        await take(host, item, signal);
        done.push(outcome(item));
      } catch (error) {
        if (!(error instanceof KanibakoError) || signal.aborted) throw error;
        done.push({
          ...outcome(item),
          fate: "cannot",
          why: [error.message, ...error.hints].join(" "),
          failed: true,
        });
      }
    }
  } finally {
    progress.stop();
  }
  return { source, items: done };
}

/**
 * Settings of boxes say which image they run and with which variables, so whoever can write the data decides that. Data of somebody else
 * needs a word of its own.
 */
function checkWhose({ data, roots, isOwn }: Source, { approve }: MigrateRequest): void {
  if (approve || isOwn) return;
  const folder = [data, ...roots].find((one) => one !== undefined && !isOnlyOurs(one));
  if (folder === undefined) return;
  throw new KanibakoError(
    "unsafe-mode",
    `Other users can change ${shellQuote(folder)}, or it belongs to one.`,
    {
      hint: "To take it over all the same, add --from DIR --approve.",
    },
  );
}

/** The plan. Data from elsewhere may name any folder of this machine, so its shares count only when somebody says so. */
async function planned(host: Host, source: Source, request: MigrateRequest): Promise<readonly Item[]> {
  const all = await planMigration(host, source, { shares: true });
  if (source.isOwn || request.approve) return all;
  const asks = all.flatMap(({ kind, name, asks }) =>
    askedLines(asks ?? new Map()).map((line) => `${kind} ${name}: ${line}`)
  );
  if (asks.length === 0) return all;
  if (host.ui.attended && !request.plan) {
    const text = "The data names folders of this machine that boxes would see.";
    if (await host.ui.confirm({ text, details: asks, careful: true })) return all;
  }
  warning(host.ui, "shares-left", { lines: asks });
  return await planMigration(host, source, { shares: false });
}

/** What is written to folders that boxes may be shown. */
const WRITES_THERE: readonly ItemKind[] = ["box", "workset", "standalone project"];

async function take(host: Host, item: Item, signal: AbortSignal): Promise<void> {
  if (item.fate === "take" && WRITES_THERE.includes(item.kind)) {
    await assertOutOfReach(host, item.about);
  }
  if (item.change) {
    await runChange(host, item.change, {
      signal,
      onSkipped: (path, kind) => warning(host.ui, "not-copied", { path, kind }),
    });
  }
  if (item.register === undefined) return;
  try {
    const plan = await planTakingUp(host, { path: item.register, cwd: "/", name: item.name });
    await runChange(host, plan.change);
  } catch (error) {
    for (const step of item.change?.steps ?? []) {
      if (step.do === "write" && step.before === null) await Deno.remove(step.file).catch(() => {});
    }
    throw error;
  }
}

function outcome({ change, register: _, ...item }: Item): Migrated {
  return { ...item, steps: change ? showChange(change) : [], failed: false };
}
