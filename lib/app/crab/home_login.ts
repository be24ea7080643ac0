/**
 * The logins in a box's home, which the box can write: each is read by handle, and a file that is no plain small one is none.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { openTree } from "../../host/tree/tree.ts";
import type { CredentialFile, TargetHost } from "../../../targets/target.ts";

/** A login's file in a home; `undefined` where there is none that can be read. */
export function readInHome(home: string, file: CredentialFile): Uint8Array | undefined {
  return readAt(home, file.boxPath, file.maxBytes);
}

/** A home as an agent's rules look at a host: it has files, and nothing else. */
export function seenInHome(home: string): TargetHost {
  const nothing = () => Promise.resolve(undefined);
  return {
    home,
    path: "",
    variable: () => undefined,
    readText: (path, maxBytes) => {
      const below = path.startsWith(`${home}/`) ? path.slice(home.length + 1) : undefined;
      const bytes = below === undefined ? undefined : readAt(home, below, maxBytes);
      return Promise.resolve(bytes && new TextDecoder().decode(bytes));
    },
    which: () => undefined,
    realPath: nothing,
    kind: nothing,
    readHead: nothing,
  };
}

function readAt(home: string, path: string, maxBytes: number): Uint8Array | undefined {
  try {
    using tree = openTree(home);
    return tree.readFile(path, maxBytes);
  } catch (error) {
    if (error instanceof KanibakoError || error instanceof Deno.errors.NotFound) return undefined;
    if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotADirectory) {
      return undefined;
    }
    throw error;
  }
}
