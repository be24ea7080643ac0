/**
 * A box of a folder of root's: without a user namespace it runs as root of the host. Its profile leaves it none of root's
 * privileges and lets it make no setuid program; what it makes is root's all the same.
 *
 * @module
 */

import { shellQuote } from "../host/ui/text.ts";

/** What to say when such a box is made; `undefined` for any other. */
export async function rootHint(path: string, uid: number | null = Deno.uid()): Promise<string | undefined> {
  if (uid !== 0) return undefined;
  const info = await Deno.stat(path).catch(() => undefined);
  if (info?.uid !== 0) return undefined;
  return `${
    shellQuote(path)
  } belongs to root, so the box runs as root of this machine, without its privileges. ` +
    `To run it as another user: chown -R USER ${shellQuote(path)}`;
}
