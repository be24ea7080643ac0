/**
 * A project of another user that root starts. Without a user namespace its box runs as that user, who then reads and changes all that
 * is in it through `/proc` of the host. So what root has set up for all boxes stays out of that one: the login, and what root's
 * configuration gives to every box. What is set for this box alone goes in.
 *
 * @module
 */

import { isAboutLooks } from "../config/env.ts";
import type { Settings } from "../config/settings.ts";
import type { Source } from "../spec/source.ts";
import type { Project } from "../project/project.ts";
import type { BoxRuntime } from "../runtime/runtime.ts";

/** A box that is another user's. */
export interface Foreign {
  readonly uid: number;
  /** What it does not get of what is set for all boxes, by name. */
  readonly left: readonly string[];
}

/** The user whose box it would be: the owner of the folder, where we are root and that is somebody else. */
export function foreignOwner(runtime: Pick<BoxRuntime, "can">, path: string): number | undefined {
  if (Deno.uid() !== 0 || runtime.can.userNamespace) return undefined;
  try {
    return Deno.statSync(path).uid || undefined;
  } catch {
    return undefined; // it is made by us
  }
}

/** The project as its box gets no login. */
export function withoutLogin(project: Project): Project {
  return { ...project, sharedAuth: false };
}

/** The settings without what is meant for root's own boxes, and what was left out, by name. */
export function withoutRoots(
  settings: Settings,
): { readonly settings: Settings; readonly left: readonly string[] } {
  const left: string[] = [];
  const keep = <T extends { readonly from: Source }>(
    entries: Readonly<Record<string, T>>,
    isMeant: (name: string, entry: T) => boolean,
    title = "",
  ): Record<string, T> =>
    Object.fromEntries(
      Object.entries(entries).filter(([name, entry]) => {
        const own = isOfThisBox(entry.from) || isMeant(name, entry);
        if (!own) left.push(title + name);
        return own;
      }),
    );
  const kept: Settings = {
    ...settings,
    env: keep(settings.env, isAboutLooks),
    // What lies in the folder of shares was put there for boxes, whoever they belong to.
    binds: keep(settings.binds, (name, { value }) => /\.share_r[ow]\./.test(name) && /^[^/~$@]/.test(value)),
    secrets: keep(settings.secrets, () => false, "secret."),
    secretFiles: keep(settings.secretFiles, () => false, "secret_file."),
    ssh: keep(settings.ssh, () => false, "ssh."),
    // Whatever sets one, its folder is that of root's other boxes.
    caches: {},
    agentCaches: {},
    resources: {},
  };
  for (const name of [...Object.keys(settings.caches), ...Object.keys(settings.agentCaches)]) {
    left.push(`shared.${name}`);
  }
  return { settings: kept, left: [...new Set(left)].sort() };
}

/** Set on the command line, or in the box's own files. */
function isOfThisBox(from: Source): boolean {
  switch (from.kind) {
    case "file":
      return from.level === "box";
    case "key":
      return isOfThisBox(from.of);
    case "several":
      return from.of.every(isOfThisBox);
    default:
      return true;
  }
}

/** What to say at the start. */
export function foreignWarning({ uid, left }: Foreign): string {
  const what = left.length === 0
    ? "it does not get your login"
    : `it gets neither your login nor what is set for all boxes (${left.join(", ")})`;
  return `The folder belongs to user ${uid}, who can read and change all that is in the box: ${what}. To give it something of yours, set it for this box. To use that user's own, run kanibako as that user.`;
}
