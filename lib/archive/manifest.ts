/**
 * What an archive says it holds: one line of JSON for each member, as its own last member.
 *
 * @module
 */

/** The path of the manifest in an archive. */
export const MANIFEST_PATH = "kanibako-manifest.jsonl";
/** Its first line. A reader of another version says so instead of finding fault with every line. */
export const MANIFEST_HEADER = '{"kanibako-manifest":1}';

/** One member of an archive. */
export interface ManifestEntry {
  /** Its path; bytes that are not UTF-8 as `raw_name.ts` writes them. */
  readonly path: string;
  /** What it is. `hardlink`: another name of a file that came before. */
  readonly kind: "file" | "folder" | "symlink" | "hardlink";
  /** Length of a file in bytes, holes included; 0 for anything else. */
  readonly size: number;
  /** Permission bits as they were, setuid, setgid and sticky included. */
  readonly mode: number;
  /** Of a file: the SHA-256 of what is stored, in hexadecimal. Of a sparse file that is its map and its data. */
  readonly sha256?: string;
  /** Of a link: where it points. */
  readonly target?: string;
}

/** How two lists of members differ. Empty lists: not at all. */
export interface ManifestDifference {
  /** Paths only in the archive. */
  readonly added: readonly string[];
  /** Paths only in the manifest. */
  readonly missing: readonly string[];
  /** Paths in both, with another content, mode, kind or target. */
  readonly changed: readonly string[];
}

/** A member's line, without its end. The same member always gives the same line. */
export function manifestLine(entry: ManifestEntry): string {
  const { path, kind, size, mode, sha256, target } = entry;
  // As `JSON.stringify` writes it, without an object for each.
  return `{"path":${JSON.stringify(path)},"kind":"${kind}","size":${size},"mode":${mode}` +
    (sha256 === undefined ? "" : `,"sha256":"${sha256}"`) +
    (target === undefined ? "" : `,"target":${JSON.stringify(target)}`) + "}";
}

/** Compares what a manifest says with what is there; neither needs to be in order. */
export function verify(
  manifest: readonly ManifestEntry[],
  entries: readonly ManifestEntry[],
): ManifestDifference {
  const said = new Map(manifest.map((entry) => [entry.path, manifestLine(entry)]));
  const added: string[] = [];
  const changed: string[] = [];
  for (const entry of entries) {
    const line = said.get(entry.path);
    if (line === undefined) added.push(entry.path);
    else if (line !== manifestLine(entry)) changed.push(entry.path);
    said.delete(entry.path);
  }
  return { added, missing: [...said.keys()], changed };
}
