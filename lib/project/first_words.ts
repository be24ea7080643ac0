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
  readonly warnings: readonly string[];
  readonly hints: readonly string[];
}

/** What to say of it. `shown`: what its box gets of git data outside of it. */
export async function firstWords(
  host: Host,
  project: Project,
  shown: ShownData = "none",
): Promise<FirstWords> {
  const [missing, links, vault, orphan] = await Promise.all([
    missingInBox(project.path, host.dirs, shown),
    linksLeadingOut(project.path, project.vault ? [project.vault.readOnly, project.vault.readWrite] : []),
    vaultHint(project),
    orphanHint(host, project.path),
  ]);
  return {
    warnings: [
      ...exposures(host, project),
      ...block(missing),
      ...links,
      ...vault === undefined ? [] : [vault],
    ],
    hints: orphan === undefined ? [] : [orphan],
  };
}

/** What is said of the repository, in one piece. */
function block(lines: readonly string[]): string[] {
  if (lines.length < 2) return [...lines];
  return [["Of this repository the box lacks something:", ...lines.map((line) => `  - ${line}`)].join("\n")];
}
