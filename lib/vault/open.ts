/**
 * An open vault: its folders held by their handles, and the locks that keep calls apart.
 *
 * In some layouts all of it lies in the workspace, where a clone or a box of old may have put anything: everything is reached by
 * handle, and no link is followed.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import { FileLock } from "../host/store.ts";
import { shellQuote } from "../host/ui/text.ts";
import { info } from "../spec/ui.ts";
import { type Folder, openFolder } from "../host/tree/folder.ts";
import { isWithin } from "../project/layout.ts";
import { type Project } from "../project/project.ts";
import { type TreeRemover } from "./prune/discard.ts";

/** The folder of the snapshots, beside the live one. */
export const VERSIONS = ".versions";

/**
 * What a call does with a vault. `change`: it is alone with others that change it. `read`: what it reads is not removed
 * meanwhile, and it keeps nobody from taking a snapshot. `look`: it reads the records and holds nothing.
 */
export type Access = "change" | "read" | "look";

/** An open vault, locked against other calls. */
export interface Vault extends Disposable {
  readonly host: Host;
  readonly project: Project;
  /** The folder that holds the live one and the snapshots. */
  readonly base: Folder;
  /** The live folder's name in it. */
  readonly live: string;
  /** The folder of the snapshots. Made when it is first asked for: what only reads asks for `existing`. */
  readonly versions: Folder;
  /** The folder of the snapshots, where there is one. */
  readonly existing: Folder | undefined;
  /** Removes what belongs to other users of the box, where the caller has a way to. */
  remover: TreeRemover | undefined;
}

/**
 * Opens a project's vault, and waits where that has to be. Writes nothing into it. `onWait` is called when it takes longer than a
 * moment. Throws `no-vault`, `unsafe-tree`.
 */
export async function openVault(
  host: Host,
  project: Project,
  access: Access = "change",
  onWait: () => void = () => info(host.ui, "vault-busy", {}),
): Promise<Vault> {
  if (!project.vault) {
    throw new KanibakoError(
      "no-vault",
      `The vault is disabled for the project ${shellQuote(project.name)}.`,
      {
        hint: "This is decided when a project is created: kanibako create [--no-vault]",
      },
    );
  }
  const path = project.vault.readWrite;
  const slash = path.lastIndexOf("/");
  const base = openBase(project, path.slice(0, slash));
  if (!base) {
    throw new KanibakoError("no-vault", `The project ${shellQuote(project.name)} has no vault folder yet.`, {
      hint: `It is created when the box starts: kanibako start ${shellQuote(project.name)}`,
    });
  }
  let lock: FileLock | undefined;
  try {
    if (access === "change") lock = await FileLock.acquire(`${project.state}/vault.lock`, { onWait });
    if (access === "read") lock = await FileLock.acquire(readLock(project), { shared: true, onWait });
    return new OpenVault(host, project, base, path.slice(slash + 1), lock);
  } catch (error) {
    lock?.[Symbol.dispose]();
    base[Symbol.dispose]();
    throw error;
  }
}

/** Held by those who read, together, and by who removes, alone. */
export function readLock(project: Project): string {
  return `${project.state}/vault-read.lock`;
}

class OpenVault implements Vault {
  remover: TreeRemover | undefined;
  #versions: Folder | undefined;
  readonly #lock: FileLock | undefined;

  constructor(
    readonly host: Host,
    readonly project: Project,
    readonly base: Folder,
    readonly live: string,
    lock: FileLock | undefined,
  ) {
    this.#versions = base.open(VERSIONS);
    this.#lock = lock;
  }

  get existing(): Folder | undefined {
    return this.#versions ??= this.base.open(VERSIONS);
  }

  get versions(): Folder {
    if (this.existing) return this.existing;
    this.base.make(VERSIONS, 0o700);
    return this.existing!;
  }

  [Symbol.dispose](): void {
    this.#versions?.[Symbol.dispose]();
    this.base[Symbol.dispose]();
    this.#lock?.[Symbol.dispose]();
  }
}

/** Of a path below the workspace only the workspace's own is ours. */
function openBase(project: Project, path: string): Folder | undefined {
  if (isWithin(path, project.path) && path !== project.path) {
    using workspace = openFolder(project.path);
    return workspace.openPath(path.slice(project.path.length + 1));
  }
  try {
    return openFolder(path);
  } catch (error) {
    if (error instanceof KanibakoError && error.message.endsWith("ENOENT")) return undefined;
    throw error;
  }
}

/** The folder the box's home is in, reached as its layout allows. */
export function openHomeParent(project: Project): Folder | undefined {
  const parent = project.home.slice(0, project.home.lastIndexOf("/"));
  return parent === project.path ? openFolder(parent) : openBase(project, parent);
}
