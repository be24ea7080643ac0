/**
 * The step that copies: beside its place first, so that what bears the name is whole.
 *
 * @module
 */

import { exists } from "../../host/path.ts";
import { KanibakoError } from "../../host/error.ts";
import { cannot } from "../../host/store.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { identity, type StepContext, temporary } from "./context.ts";
import { type Copy, surprise } from "./step.ts";

/** Copies a folder, compares where the original is to go, and gives the copy its name. */
export async function makeCopy(step: Copy, context: StepContext): Promise<void> {
  if (exists(step.to)) {
    throw surprise(`Cannot copy to ${shellQuote(step.to)}: something is already there.`);
  }
  const beside = temporary(step.to, context.tag);
  if ((await Deno.lstat(step.from)).isDirectory) {
    await copyFolder(step, beside, context);
    await context.mark(await identity(beside));
    return await rename(beside, step.to);
  }
  // A single file comes in a folder of its own.
  const slash = step.from.lastIndexOf("/");
  const name = step.from.slice(slash + 1);
  const { copyTree } = await import("../../host/tree/copy.ts");
  await copyTree(step.from.slice(0, slash) || "/", beside, { exclude: (path) => path !== name });
  await context.mark(await identity(`${beside}/${name}`));
  await rename(`${beside}/${name}`, step.to);
  await Deno.remove(beside);
}

async function copyFolder(step: Copy, beside: string, context: StepContext): Promise<void> {
  const { copyTree } = await import("../../host/tree/copy.ts");
  const { onProgress, signal } = context;
  const left = new Set(step.exclude ?? []);
  const exclude = (path: string) => left.has(path);
  const report = await copyTree(step.from, beside, {
    exclude,
    keepSpecialBits: step.moves === true,
    ...(step.subvolume === undefined ? {} : { subvolume: step.subvolume }),
    ...(onProgress ? { onProgress } : {}),
    ...(signal ? { signal } : {}),
  });
  for (const { path, kind } of report.skipped) context.onSkipped?.(`${step.from}/${path}`, kind);
  if (report.skippedCount > report.skipped.length) {
    context.onSkipped?.(`${step.from}/...`, `${report.skippedCount - report.skipped.length} more`);
  }
  if (step.moves) await compare(step, beside, exclude);
}

async function rename(from: string, to: string): Promise<void> {
  try {
    await Deno.rename(from, to);
  } catch (cause) {
    throw cannot("create", to, cause);
  }
}

/** A second look at both, entry by entry: the original will be deleted. */
async function compare(step: Copy, copy: string, exclude: (path: string) => boolean): Promise<void> {
  const [one, other] = [await fingerprint(step.from, exclude), await fingerprint(copy, () => false)];
  if (one === other) return;
  throw new KanibakoError(
    "changed",
    `Cannot move ${shellQuote(step.from)}: it changed while it was being copied.`,
    {
      hint: "Stop what writes there and try again; nothing was changed.",
    },
  );
}

/** One number for kinds, sizes, times and link targets of all entries, in whatever order they come. */
async function fingerprint(root: string, exclude: (path: string) => boolean): Promise<string> {
  const { walkTree } = await import("../../host/tree/walk.ts");
  const modulus = 1n << 64n;
  let sum = 0n;
  let count = 0;
  walkTree(root, (entry) => {
    const { path, kind } = entry;
    if (path === "" || kind === "other") return undefined;
    if (exclude(path)) return "skip";
    const [size, time] = kind === "file" ? [entry.size, entry.mtimeNs] : [0, 0n];
    sum = (sum + fnv(`${kind}\0${path}\0${size}\0${time}`)) % modulus;
    count++;
    return undefined;
  });
  return `${count}:${sum.toString(16)}`;
}

/** FNV-1a, 64 bits. Against accidents, not against an enemy, who could change the original itself. */
function fnv(text: string): bigint {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (let index = 0; index < text.length; index++) {
    low = (low ^ text.charCodeAt(index)) >>> 0;
    // Times 0x100000001b3, in two halves.
    const product = low * 0x1b3;
    const carry = Math.floor(product / 0x100000000);
    high = (Math.imul(high, 0x1b3) + carry + (low << 8)) >>> 0;
    low = product >>> 0;
  }
  return (BigInt(high) << 32n) | BigInt(low);
}
