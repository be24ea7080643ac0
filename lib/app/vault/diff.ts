/**
 * What changed between two snapshots, or since one.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { type Difference, differences, textDifference } from "../../vault/compare/diff.ts";
import { openSides } from "../../vault/compare/sides.ts";
import { openProjectVault } from "./open.ts";

/** What is compared. */
export interface DiffRequest {
  /** The project's name or folder; the one around `cwd` by default. */
  readonly project?: string | undefined;
  readonly cwd: string;
  /** A snapshot; the newest by default. */
  readonly before?: string | undefined;
  /** A snapshot; what is live by default. */
  readonly after?: string | undefined;
}

/** The names of the two sides that were compared, and the paths, where only some were. */
export interface Compared {
  readonly before: string;
  readonly after: string;
  readonly paths: readonly string[] | undefined;
}

/**
 * Compares, and hands the differences to `use` as they are found; they can be read only meanwhile. `content`: files whose times and sizes
 * are alike are read, too. Nobody waits for the vault while `use` does.
 */
export async function compareSnapshots<T>(
  host: Host,
  request: DiffRequest & { readonly content?: boolean | undefined },
  use: (found: Iterable<Difference>, compared: Compared) => T,
): Promise<T> {
  using vault = await openProjectVault(host, request.project, request.cwd, "read");
  await using sides = await openSides(vault, request.before, request.after);
  const { before, after, paths } = sides;
  return await use(differences(sides, request.content ?? false), {
    before: before.name,
    after: after.name,
    paths,
  });
}

/** The lines of a unified difference of one file. */
export async function compareFile(
  host: Host,
  request: DiffRequest,
  file: string,
): Promise<readonly string[]> {
  using vault = await openProjectVault(host, request.project, request.cwd, "read");
  await using sides = await openSides(vault, request.before, request.after);
  return [...await textDifference(sides, file)];
}
