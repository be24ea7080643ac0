/**
 * What is worth knowing of a project that was just made, however it was made.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import { exposures } from "./exposure.ts";
import { missingInBox, type ShownData } from "./git/missing.ts";
import { linksLeadingOut } from "./leading_out.ts";
import { orphanHint } from "./list.ts";
import type { Project } from "./project.ts";
import { vaultHint } from "./vault_folders.ts";

/** What to warn of, and what to mention; a text each. */
export interface FirstWords {
  /** What the box lacks of the repository. */
  readonly repository: readonly string[];
  readonly warnings: readonly string[];
  readonly hints: readonly string[];
}

/**
 * What to say of it. `shown`: what its box gets of git data outside of it; `atHost`: whether the box has it at its path on the host.
 */
export async function firstWords(
  host: Host,
  project: Project,
  shown: ShownData = "none",
  atHost = false,
): Promise<FirstWords> {
  const [missing, links, vault, orphan] = await Promise.all([
    missingInBox(project.path, host.dirs, shown, atHost),
    linksLeadingOut(project.path, project.vault ? [project.vault.readOnly, project.vault.readWrite] : []),
    vaultHint(project),
    orphanHint(host, project.path),
  ]);
  return {
    repository: missing,
    warnings: [
      ...exposures(host, project),
      ...links,
      ...vault === undefined ? [] : [vault],
    ],
    hints: orphan === undefined ? [] : [orphan],
  };
}
