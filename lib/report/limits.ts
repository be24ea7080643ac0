/**
 * How much one look takes on. A box decides what is in its workspace; where there is more, the look says so.
 *
 * @module
 */

/**
 * Folders below the project's in which places count, in folders within folders, and in number; and how many names are listed in
 * all of them, which is what a look takes most of its time for: 100 of them 0.04 to 0.08 ms.
 */
export const WALK = { depth: 2, folders: 256, names: 8000 } as const;
/** As many names of a folder are listed. Places with a name of their own are found beyond that, too. */
export const NAMES_IN_FOLDER = 4096;
/** As many names are listed of all folders at and below places of which everything counts. */
export const NAMES_BELOW = 20_000;
/** As many things are noted of one folder whose names have a `*`, and of all below a place. */
export const NOTED_IN_FOLDER = 256;
/** Below a place of which everything counts: folders within folders, and in number. */
export const BELOW = { depth: 5, folders: 64 } as const;
/** Content of one file, and of all, that is read, in bytes. Of what is larger, size and times count. */
export const CONTENT = { file: 256 * 1024, all: 16 * 1024 * 1024 } as const;
/**
 * Links that are followed within the project: one after the other, as many as a kernel follows; in number; and how many folders are
 * opened on the way of all of them.
 */
export const LINKS = { chain: 40, number: 1024, folders: 20_000 } as const;

/** Folders that tools fill: no place that counts anywhere is looked for below. */
export const FILLED: ReadonlySet<string> = new Set([
  ".bzr",
  ".cache",
  ".git",
  ".gradle",
  ".hg",
  ".jj",
  ".mypy_cache",
  ".next",
  ".nox",
  ".nuxt",
  ".output",
  ".parcel-cache",
  ".pytest_cache",
  ".ruff_cache",
  ".svelte-kit",
  ".svn",
  ".terraform",
  ".tox",
  ".turbo",
  ".venv",
  ".yarn",
  "__pycache__",
  "bower_components",
  "coverage",
  "dist",
  "node_modules",
  "target",
  "venv",
]);
