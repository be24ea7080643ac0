/**
 * Links on the way to a folder or file that somebody has named. In a workspace the box makes links, too: one could lead a new project, or
 * an archive that is being written, to a place that nobody meant.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import type { Host } from "../config/system.ts";
import { absolutePath } from "../host/path.ts";
import { shellQuote } from "../host/ui/text.ts";

const MOST_LINKS = 40;

/**
 * Throws `unsafe-link` where a path, as it was typed, leads through a link that a box could have made. What is not there ends the way.
 * Without links nothing but the names is looked at. Answers where it leads, without links.
 */
export async function assertNoBoxLink(host: Host, word: string, cwd: string): Promise<string> {
  let rest = partsOf(absolutePath(word, cwd));
  let at = "";
  for (let links = 0; rest.length > 0;) {
    const [name, ...after] = rest as [string, ...string[]];
    rest = after;
    if (name === "..") {
      at = at.slice(0, Math.max(0, at.lastIndexOf("/")));
      continue;
    }
    const next = `${at}/${name}`;
    const target = linkAt(next);
    if (target === undefined) {
      at = next;
      continue;
    }
    const { boxFolders } = await import("./box_folders.ts");
    if (links++ === MOST_LINKS || (await boxFolders(host)).canWrite(at || "/")) {
      throw new KanibakoError(
        "unsafe-link",
        `Cannot use ${shellQuote(word)}: ${shellQuote(next)} is a link that a box could have made.`,
        { hint: `It leads to ${shellQuote(target)}. If that is what you mean, name it without the link.` },
      );
    }
    if (target.startsWith("/")) at = "";
    rest = [...partsOf(target), ...rest];
  }
  return at || "/";
}

function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}

function linkAt(path: string): string | undefined {
  try {
    return Deno.lstatSync(path).isSymlink ? Deno.readLinkSync(path) : undefined;
  } catch {
    return undefined; // nothing is there, or nobody may look
  }
}
