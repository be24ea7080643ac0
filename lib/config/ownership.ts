/**
 * Our folders must be ours: who can write them decides what boxes may do.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { debug } from "../host/log.ts";
import { cannot } from "../host/store.ts";
import { shellQuote } from "../host/ui/text.ts";

/**
 * Throws `unsafe-owner`, `unsafe-mode` or `unsafe-link`, with the command that fixes it, when others own a path or may write (or read) it.
 * One of the user's own that others could only read is closed to them instead.
 */
export async function checkOwnership(
  path: string,
  access: "others may read" | "nobody else may read",
  user: number | null = Deno.uid(),
): Promise<void> {
  const info = statOf(path);
  if (!info || user === null || info.uid === null || info.mode === null) return;
  const link = linkOf(path) ?? info;
  const foreign = info.uid !== user ? info.uid : link.uid !== user ? link.uid : undefined;
  const change = link.isSymlink ? `chown -h ${user}` : `chown ${user}`;
  if (foreign !== undefined) {
    throw new KanibakoError(
      "unsafe-owner",
      `Cannot trust ${shellQuote(path)}: it belongs to user ${foreign}, and kanibako runs as user ${user}.`,
      {
        hint: [
          `If it is yours: sudo ${change} ${shellQuote(path)}`,
          "If you changed users (sudo, su), run kanibako as the owner, or set HOME to your own home.",
        ],
      },
    );
  }
  // Locks and records must stay where they are while boxes run, whatever is done to a link.
  if (link.isSymlink && access === "nobody else may read") {
    const target = await Deno.realPath(path);
    throw new KanibakoError(
      "unsafe-link",
      `Cannot trust ${shellQuote(path)}: it is a symlink (to ${shellQuote(target)}).`,
      {
        hint: [
          `Put the folder itself there: rm ${shellQuote(path)} && mv ${shellQuote(target)} ${
            shellQuote(path)
          }`,
          "Or set XDG_STATE_HOME to the folder itself.",
        ],
      },
    );
  }
  const forbidden = access === "others may read" ? 0o022 : 0o077;
  if ((info.mode & forbidden) === 0) return;
  if (mayClose(info) && !link.isSymlink && close(path, info.mode & 0o7777 & ~forbidden)) return;
  const writable = (info.mode & 0o022) !== 0;
  throw new KanibakoError(
    "unsafe-mode",
    `Cannot trust ${shellQuote(path)}: other users may ${writable ? "write" : "read"} it (mode ${
      (info.mode & 0o777).toString(8)
    }).`,
    { hint: `Run: chmod ${access === "others may read" ? "go-w" : "700"} ${shellQuote(path)}` },
  );
}

/**
 * Whether nobody else can have changed anything: what is ours and only readable by others, or writable by a group that is the user's
 * alone, as many systems make folders. The earlier program made all of its folders so. Then closing it is all there is to do.
 */
function mayClose({ mode, uid, gid }: Deno.FileInfo): boolean {
  const written = (mode ?? 0) & 0o022;
  return written === 0 || (written === 0o020 && uid !== 0 && gid === uid && gid === Deno.gid());
}

/** Whether nobody but this user can have written a folder. Nothing is changed. */
export function isOnlyOurs(path: string, user: number | null = Deno.uid()): boolean {
  const info = statOf(path);
  return info === undefined || user === null || (info.uid === user && mayClose(info));
}

function close(path: string, mode: number): boolean {
  try {
    Deno.chmodSync(path, mode);
  } catch {
    return false;
  }
  debug(() => `closed ${path} to other users`);
  return true;
}

function statOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cannot("read", path, cause);
  }
  const link = linkOf(path);
  if (!link) return undefined;
  // Another process may have made it just now.
  if (!link.isSymlink) return link;
  throw new KanibakoError("unsafe-owner", `Cannot use ${shellQuote(path)}: it is a link to nothing.`, {
    hint: `Remove the link: rm ${shellQuote(path)}`,
  });
}

function linkOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch {
    return undefined;
  }
}
