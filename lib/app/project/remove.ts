/**
 * Forgets projects, and deletes their data when asked to.
 *
 * @module
 */

import { exists } from "../../host/path.ts";
import type { Host } from "../../config/system.ts";
import { MAILBOXES, mailboxOf } from "../../comms/mailbox.ts";
import { Aborted, KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { isWithin } from "../../project/layout.ts";
import { knownPlaces, type KnownProject, listProjects } from "../../project/list.ts";
import { locateProject } from "../../project/locate.ts";
import { planRemoval } from "../../project/purge.ts";
import { findRemoval, type Removal } from "../../project/remove.ts";
import { failure, warning } from "../../spec/ui.ts";
import { onlyLoginLines, onlyLogins } from "./only_logins.ts";
import { type ChangeOptions, type ChangeResult, makeChange } from "./make_change.ts";

/** How a project is removed. */
export interface RemoveOptions extends ChangeOptions {
  /** Its data goes too: home, settings, history. The project's own folder stays. */
  readonly purge?: boolean;
}

/** What came of it. */
export interface Removed extends ChangeResult {
  readonly removal: Removal;
  /** Whether data of it is still there that was not to be deleted. */
  readonly dataKept: boolean;
}

/**
 * Forgets the project that `word` means, or the one around `cwd`, and with `purge` deletes its data. Throws as {@link makeChange} and
 * `unknown-project`.
 */
export async function removeProject(
  host: Host,
  word: string | undefined,
  cwd: string,
  options: RemoveOptions = {},
): Promise<Removed> {
  const target = word ?? (await locateProject(host, undefined, cwd)).path;
  return await remove(host, await findRemoval(host, target, cwd), options);
}

async function remove(host: Host, removal: Removal, options: RemoveOptions): Promise<Removed> {
  const { qualifiedName: name, path, data } = removal;
  const purge = options.purge === true;
  const logins = purge ? await onlyLogins(host, removal) : [];
  const result = await makeChange(host, options, {
    name,
    plan: () => planRemoval(host, removal, purge),
    ...(purge && data.length > 0
      ? {
        explain: () => [
          `This deletes all data of the box ${shellQuote(name)}: its home, its settings, its history.`,
          ...data.map((folder) => `  ${folder}`),
          ...onlyLoginLines(logins),
          ...(path === undefined ? [] : [
            data.some((folder) => isWithin(folder, path))
              ? `All else in the project's folder is kept: ${path}`
              : `The project's own folder is kept: ${path}`,
          ]),
        ],
      }
      : {}),
  });
  if (result.report && purge) await removeMail(host, removal.id);
  const dataKept = !purge && (await Promise.all(data.map(exists))).some((there) => there);
  if (result.report && options.force && logins.length > 0) {
    const text = `With ${shellQuote(name)} its login of ${
      logins.join(" and ")
    } was deleted, which is nowhere else.`;
    warning(host.ui, "hint", { text });
  }
  if (result.report && path !== undefined) await noteOpen(host, path);
  return { ...result, removal, dataKept };
}

/** Another project of the same name does not get this one's messages. */
async function removeMail(host: Host, id: string): Promise<void> {
  const mailbox = mailboxOf({ id, role: "box" });
  if (mailbox === undefined || !exists(host.system.paths.comms)) return;
  const { openTree } = await import("../../host/tree/tree.ts");
  try {
    using comms = openTree(host.system.paths.comms);
    await comms.remove(`${MAILBOXES}/${mailbox}`);
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    warning(host.ui, "hint", { text: `The messages to this box are still there. ${error.message}` });
  }
}

/** What stays in the folder of a project that is forgotten is no longer hidden from the box around it. */
async function noteOpen(host: Host, path: string): Promise<void> {
  const { projects } = await knownPlaces(host);
  const around = projects.find((one) => one.path !== path && isWithin(path, one.path));
  const left = ["vault/rw", "vault/.versions", ".shell", ".kanibako/project.toml", "kanibako/project.toml"]
    .filter((name) => exists(`${path}/${name}`)).map((name) => `${path}/${name.split("/")[0]}`);
  if (!around || left.length === 0) return;
  const text = `From its next start the box of ${shellQuote(around.name)} sees what is left in ${
    [...new Set(left)].map(shellQuote).join(" and ")
  }. Delete it or move it away if that box must not have it.`;
  warning(host.ui, "hint", { text });
}

/** What came of purging all. */
export interface AllRemoved {
  /** How many projects there were. */
  readonly total: number;
  readonly removed: readonly Removed[];
}

/**
 * Purges every project. Asks once for all of them unless `force` or `plan`; throws {@link Aborted} for a no. One that fails is noted and
 * does not keep the others from being purged. `each` hears of every one when it is done.
 */
export async function purgeAll(
  host: Host,
  options: ChangeOptions = {},
  each: (removed: Removed) => void = () => {},
): Promise<AllRemoved> {
  const all = await listProjects(host);
  if (all.length > 0 && !options.force && !options.plan) {
    const standalone = all.some(({ mode }) => mode === "standalone");
    const logins = await Promise.all(all.map((project) => onlyLoginsOf(host, project)));
    const sure = await host.ui.confirm({
      text: `This deletes all data of ${
        all.length === 1 ? "this box" : `these ${all.length} boxes`
      }: homes, settings, history.`,
      details: [
        ...all.map(({ name, path }, at) =>
          `  ${name}${path === undefined ? "" : ` (${path})`}${
            logins[at]!.length === 0 ? "" : `, with the only login of ${logins[at]!.join(" and ")}`
          }`
        ),
        standalone
          ? "The projects' own folders are kept, but .kanibako in those of standalone projects is deleted."
          : "The projects' own folders are kept.",
      ],
      careful: true,
    });
    if (!sure) throw new Aborted();
  }
  const removed: Removed[] = [];
  for (const project of all) {
    try {
      const one = await remove(host, await findRemoval(host, wordFor(project), "/"), {
        ...options,
        purge: true,
        force: true,
      });
      removed.push(one);
      each(one);
    } catch (error) {
      failure(host.ui, error);
    }
  }
  return { total: all.length, removed };
}

/** As {@link onlyLogins}, of a project that may be damaged: its removal says so. */
async function onlyLoginsOf(host: Host, project: KnownProject): Promise<readonly string[]> {
  try {
    return await onlyLogins(host, await findRemoval(host, wordFor(project), "/"));
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    return [];
  }
}

/** What names a project from anywhere. */
function wordFor({ name, path, workset }: KnownProject): string {
  return path ?? (workset ? `${workset.name}/${name}` : name);
}
