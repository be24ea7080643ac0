/**
 * What a run is kept under.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { sha256 } from "../../host/sha256.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { readRegistry } from "../../project/registry.ts";
import type { AskedRun } from "./asked.ts";
import { branchName, checkedOut, distinctName } from "./branch_name.ts";
import { type KeptBox, keptBox, newName } from "./kept.ts";
import { type Mounted, runPlace } from "./place.ts";

/** Where a run is kept. */
export interface KeepPlace {
  readonly keep: NonNullable<AskedRun["keep"]>;
  /** The box that an earlier run has left there; absent: there is none. */
  readonly earlier?: KeptBox;
}

/** A new name. */
export function newKept(): KeepPlace {
  return { keep: { name: newName() } };
}

/**
 * The name of the branch around `cwd`, and the box of that branch. A box belongs to its repository's folder, its branch as git writes it
 * and the folder that it works in: one that is only called alike is another one's. Throws `no-repository`, and `name-taken` where a
 * project has the name.
 */
export async function branchKept(host: Host, cwd: string, mounted: Mounted): Promise<KeepPlace> {
  const { folder, branch } = await checkedOut(cwd);
  const { workspace = "" } = await runPlace(host, cwd, mounted);
  const identity = await sha256(JSON.stringify([folder, branch, workspace]));
  const plain = await branchName(folder, branch);
  const distinct = distinctName(plain, identity);
  for (const name of [distinct, plain]) {
    const earlier = await keptBox(host, name);
    if (earlier?.branch === identity) return { keep: { name, branch: identity }, earlier };
  }
  const name = await keptBox(host, plain) ? distinct : plain;
  const { projects, worksets } = await readRegistry(host);
  if (!Object.hasOwn(projects, name) && !Object.hasOwn(worksets, name)) {
    return { keep: { name, branch: identity } };
  }
  throw new KanibakoError(
    "name-taken",
    `A project is called ${shellQuote(name)}, as a box of this branch would be.`,
    {
      hint: "Use --keep without --branch, which makes a name of its own.",
    },
  );
}
