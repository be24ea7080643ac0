/**
 * Takes steps, and takes them back. Both may meet their step half done: a process can end at any moment.
 *
 * @module
 */

import { exists } from "../../host/path.ts";
import {
  approveTexts,
  type BoxTexts,
  contentDigest,
  readUntrusted,
  recordStandalone,
  type StandaloneRecord,
  standaloneRecords,
} from "../../config/approval.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { debug } from "../../host/log.ts";
import { cannot, writeText } from "../../host/store.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { type Manifest, updateManifest, type WorksetMember } from "../membership/manifest.ts";
import { type RegistryDraft, updateRegistry } from "../registry.ts";
import { giveToOwner } from "../vault_folders.ts";
import { identity, type StepContext, temporary } from "./context.ts";
import { makeCopy } from "./copy.ts";
import { type MakeFolder, type Names, type Step, surprise, type Workset, type Write } from "./step.ts";

/** Takes a step. One after the point of no return may have been taken before, wholly or in part. */
export async function perform(step: Step, context: StepContext): Promise<void> {
  const { host } = context;
  switch (step.do) {
    case "make-folder":
      return await makeFolder(step, context);
    case "copy":
      return await makeCopy(step, context);
    case "rename": {
      if (!exists(step.from)) {
        if (step.ifThere || exists(step.to)) return;
        throw surprise(`Cannot move ${shellQuote(step.from)}: it is gone.`);
      }
      if (exists(step.to)) {
        throw surprise(`Cannot move ${shellQuote(step.from)}: there is ${shellQuote(step.to)} already.`);
      }
      return await guarded("move", step.from, () => Deno.rename(step.from, step.to));
    }
    case "fill": {
      if (exists(step.path)) {
        throw surprise(`Cannot use ${shellQuote(step.path)}: it already exists.`);
      }
      if (!context.fill) throw new TypeError("nothing to fill with");
      return await context.fill(step.path);
    }
    case "write":
      return await write(step);
    case "names":
      return await updateRegistry(host, (draft) => changeNames(draft, step.table, step.drop, step.add));
    case "standalone":
      return await setRecord(host, step.path, step.after, step.afterTexts);
    case "workset":
      return void await updateManifest(
        host,
        step.root,
        (now) => changeMembers(now, step, step.drop, step.add),
      );
    case "symlink": {
      if (exists(step.path)) return;
      return await guarded("create", step.path, () => Deno.symlink(step.target, step.path));
    }
    case "unlink": {
      if (await linkTarget(step.path) === step.target) await Deno.remove(step.path);
      return;
    }
    case "drop-empty":
      return await guarded("remove", step.path, () => Deno.remove(step.path));
    case "remove":
      return await context.removeTree(step.path);
    case "tidy":
      return await Deno.remove(step.path).catch((cause) => debug(() => `kept ${step.path}: ${cause}`));
  }
}

/** Takes a step back that was taken, in part, or not at all. */
export async function takeBack(step: Step, context: StepContext): Promise<void> {
  const { host } = context;
  switch (step.do) {
    case "make-folder": {
      if (context.made === NOT_OURS) return;
      if (step.owned && context.made !== undefined) {
        if (await identity(step.path) === context.made) await context.removeTree(step.path);
        return;
      }
      return await Deno.remove(step.path).catch((cause) => debug(() => `kept ${step.path}: ${cause}`));
    }
    case "copy": {
      await context.removeTree(temporary(step.to, context.tag));
      if (context.made !== undefined && await identity(step.to) === context.made) {
        await context.removeTree(step.to);
      }
      return;
    }
    case "rename": {
      if (!exists(step.to) || exists(step.from)) return;
      return await guarded("move", step.to, () => Deno.rename(step.to, step.from));
    }
    case "fill":
      return await context.removeTree(step.path);
    case "write":
      return await unwrite(step, context.pid);
    case "names":
      return await updateRegistry(host, (draft) => restoreNames(draft, step));
    case "standalone":
      return await setRecord(host, step.path, step.before, step.beforeTexts);
    case "workset":
      return void await updateManifest(host, step.root, (now) => restoreMembers(now, step));
    case "symlink": {
      if (await linkTarget(step.path) === step.target) await Deno.remove(step.path);
      return;
    }
    case "unlink": {
      if (exists(step.path)) return;
      return await guarded("create", step.path, () => Deno.symlink(step.target, step.path));
    }
    case "drop-empty": {
      if (exists(step.path)) return;
      return await guarded("create", step.path, () => Deno.mkdir(step.path, { mode: step.mode }));
    }
    case "remove":
    case "tidy":
      throw new TypeError(`${step.do} cannot be taken back`);
  }
}

/** What is written down of a folder that somebody else made in the meantime. */
const NOT_OURS = "-";

async function makeFolder(step: MakeFolder, context: StepContext): Promise<void> {
  const { path, mode, owned, ownerOf } = step;
  try {
    await Deno.mkdir(path, { mode });
  } catch (cause) {
    const there = cause instanceof Deno.errors.AlreadyExists && (await Deno.lstat(path)).isDirectory;
    // A folder above the one that counts may come from anybody.
    if (there && !owned && ownerOf === undefined) return await context.mark(NOT_OURS);
    throw cannot("create", path, cause);
  }
  await context.mark(await identity(path));
  if (ownerOf !== undefined) await giveToOwner(path, ownerOf);
}

async function write({ file, before, after, mode = 0o600 }: Write): Promise<void> {
  const now = await readUntrusted(file) ?? null;
  if (now === after) return;
  if (now !== before) {
    throw surprise(`Cannot change ${shellQuote(file)}: another process has just changed it.`);
  }
  if (after === null) await Deno.remove(file);
  else await writeText(file, after, mode);
}

async function unwrite({ file, before, after, mode = 0o600 }: Write, pid: number): Promise<void> {
  await removeTemporaries(file, pid);
  const now = await readUntrusted(file) ?? null;
  if (now === before) return;
  // Somebody else's words are worth more than ours.
  if (now !== after) return debug(() => `kept ${file}: it was changed since`);
  if (before === null) await Deno.remove(file);
  else await writeText(file, before, mode);
}

/** What a process that ended while it wrote a file left beside it. */
async function removeTemporaries(file: string, pid: number): Promise<void> {
  const slash = file.lastIndexOf("/");
  const [folder, start] = [file.slice(0, slash), `${file.slice(slash + 1)}.${pid}-`];
  try {
    for await (const { name, isFile } of Deno.readDir(folder)) {
      if (isFile && name.startsWith(start) && name.endsWith(".tmp")) await Deno.remove(`${folder}/${name}`);
    }
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
  }
}

type NameTable = Readonly<Record<string, string>>;

function changeNames(
  draft: RegistryDraft,
  table: Names["table"],
  drop: NameTable = {},
  add: NameTable = {},
): void {
  const names = draft[table ?? "projects"];
  for (const [name, path] of Object.entries(drop)) if (names[name] === path) delete names[name];
  for (const [name, path] of Object.entries(add)) {
    for (const each of [draft.projects, draft.worksets]) {
      if (!Object.hasOwn(each, name) || (each === names && each[name] === path)) continue;
      throw new KanibakoError(
        "name-taken",
        `The name ${shellQuote(name)} is taken by ${shellQuote(each[name]!)}.`,
        {
          hint: "Choose another name with --name.",
        },
      );
    }
    names[name] = path;
  }
}

function restoreNames(draft: RegistryDraft, { table, drop = {}, add = {} }: Names): void {
  const names = draft[table ?? "projects"];
  for (const [name, path] of Object.entries(add)) if (names[name] === path) delete names[name];
  for (const [name, path] of Object.entries(drop)) if (!Object.hasOwn(names, name)) names[name] = path;
}

function changeMembers(
  now: Manifest,
  { root }: Workset,
  drop: WorksetMember | undefined,
  add: WorksetMember | undefined,
): Manifest {
  const members = now.members.filter((member) => !same(member, drop));
  if (add && !members.some((member) => same(member, add))) {
    if (members.some(({ name }) => name === add.name)) {
      throw new KanibakoError(
        "name-taken",
        `The workset in ${shellQuote(root)} already has a project ${shellQuote(add.name)}.`,
        { hint: "Choose another name with --name." },
      );
    }
    members.push(add);
  }
  return { ...now, members };
}

function restoreMembers(now: Manifest, { drop, add }: Workset): Manifest {
  const members = now.members.filter((member) => !same(member, add));
  if (drop && !members.some(({ name }) => name === drop.name)) members.push(drop);
  return { ...now, members };
}

function same(member: WorksetMember, other: WorksetMember | undefined): boolean {
  return other !== undefined && member.name === other.name && member.sourcePath === other.sourcePath &&
    member.placement === other.placement;
}

async function setRecord(
  host: Host,
  path: string,
  record: StandaloneRecord | null,
  texts: BoxTexts | undefined,
): Promise<void> {
  const { state } = host.dirs;
  if (record && texts && record.approved === await contentDigest(texts.settings, texts.env)) {
    return await approveTexts(state, { path, ...record }, texts);
  }
  const records = await standaloneRecords(state);
  if (!record && !Object.hasOwn(records, path)) return;
  await recordStandalone(state, path, record ?? undefined);
}

async function linkTarget(path: string): Promise<string | undefined> {
  return await Deno.readLink(path).catch(() => undefined);
}

async function guarded(action: string, path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    throw cannot(action, path, cause);
  }
}
