/**
 * What is worth knowing of a project that was just made, however it was made.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import { exposures } from "./exposure.ts";
import { missingInBox } from "./git/missing.ts";
import { orphanHint } from "./list.ts";
import type { Project } from "./project.ts";
import { vaultHint } from "./vault_folders.ts";

/** What to warn of, and what to mention; a text each. */
export interface FirstWords {
  readonly warnings: readonly string[];
  readonly hints: readonly string[];
}

/** What to say of it. */
export async function firstWords(host: Host, project: Project): Promise<FirstWords> {
  const [missing, vault, orphan] = await Promise.all([
    missingInBox(project.path, host.dirs),
    vaultHint(project),
    orphanHint(host, project.path),
  ]);
  return {
    warnings: [...exposures(host, project), ...missing, ...vault === undefined ? [] : [vault]],
    hints: orphan === undefined ? [] : [orphan],
  };
}
