/**
 * The host's logins as boxes are given them: reduced to what is to be moved.
 *
 * @module
 */

import { sha256 } from "../host/sha256.ts";
import { coverDigest } from "./given.ts";
import type { CredentialFile, Target } from "../../targets/target.ts";

/** A login of the host. */
export interface HostLoginText {
  readonly file: CredentialFile;
  readonly content: string;
  readonly digest: string;
  /** What a later logout is recognised by. */
  readonly marks: readonly string[];
  /** Whether the content stands in the place of the login. */
  readonly covers: boolean;
}

/** What a box is given in the place of a login; `undefined`: nothing. */
export type Cover = (file: CredentialFile, content: string) => Promise<string | undefined>;

/**
 * Reads the logins of an agent that can be used. `read`: the text of a file; `undefined` when there is none that may be given to a box.
 * `cover`: where the box is to use them without having them.
 */
export async function hostLogins(
  target: Target,
  read: (file: CredentialFile) => Promise<string | undefined>,
  cover?: Cover,
): Promise<HostLoginText[]> {
  const found: HostLoginText[] = [];
  for (const file of target.credentials) {
    const text = await read(file);
    const own = text === undefined ? undefined : file.merge(text, undefined);
    const content = own === undefined || !cover ? own : await cover(file, own);
    if (content === undefined) continue;
    const digest = await sha256(content);
    found.push({
      file,
      content,
      digest: cover ? coverDigest(digest) : digest,
      marks: marksOf(file, content),
      covers: cover !== undefined,
    });
  }
  return found;
}

/** By what it is known later that the host had this login: the file, and each entry that is a login of its own. */
export function marksOf(file: CredentialFile, text: string): readonly string[] {
  return [file.id, ...file.names(text).map((name) => markOf(file, name))];
}

/** The mark of one entry. */
export function markOf(file: CredentialFile, name: string): string {
  return `${file.id}/${name}`;
}
