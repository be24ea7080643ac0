/**
 * The name of a box that belongs to a branch: `run --branch` finds the same one again.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { parentOf } from "../../host/path.ts";
import { sha256 } from "../../host/sha256.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { GitDir, Unclear } from "../../project/git/dir.ts";

/** Most characters of such a name. */
const MOST = 63;
/** How much of a commit's id stands for it. */
const COMMIT = 10;
/** How much of a checksum stands at the end of a name that was cut. */
const CHECK = 8;

/**
 * The name for a repository's folder and a branch, or the commit where no branch is checked out. Small letters, digits and single
 * dashes; one that is too long ends in a checksum of what it stands for.
 */
export async function branchName(folder: string, branch: string): Promise<string> {
  const base = folder.slice(folder.lastIndexOf("/") + 1);
  const name = `${plain(base) || "run"}-${plain(branch) || "branch"}`;
  if (name.length <= MOST) return name;
  return distinctName(name, await sha256(`${base}\n${branch}`));
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
}

/** The same name with a checksum of all that it stands for: names of other repositories and branches may be written alike. */
export function distinctName(name: string, check: string): string {
  return `${name.slice(0, MOST - CHECK - 1).replace(/-$/, "")}-${check.slice(0, CHECK)}`;
}

/** The repository around a folder, and its branch. */
export interface CheckedOut {
  readonly folder: string;
  /** The beginning of the commit's id where no branch is checked out. */
  readonly branch: string;
}

/** What is checked out around a folder. Throws `no-repository` where that is in no repository of git. */
export async function checkedOut(folder: string): Promise<CheckedOut> {
  for (let at = folder;; at = parentOf(at)) {
    const branch = await headOf(at);
    if (branch !== undefined) return { folder: at, branch };
    if (at === "/") break;
  }
  throw new KanibakoError(
    "no-repository",
    `Cannot name a box after a branch: ${shellQuote(folder)} is in no repository of git.`,
    { hint: "Use --keep without --branch." },
  );
}

/** The branch that is checked out in a repository, else the beginning of its commit; `undefined` where there is no repository. */
async function headOf(folder: string): Promise<string | undefined> {
  try {
    using dir = await GitDir.open(folder);
    if (!dir) return undefined;
    const { branch, commit } = dir.head();
    return branch ?? commit?.slice(0, COMMIT);
  } catch (error) {
    if (!(error instanceof Unclear)) throw error;
    throw new KanibakoError(
      "no-repository",
      `Cannot name a box after a branch: the repository in ${
        shellQuote(folder)
      } cannot be read: ${error.message}.`,
      { hint: "Use --keep without --branch." },
    );
  }
}
