/**
 * What a file asks for that has no effect here, in sentences. What would widen access is not among it.
 *
 * @module
 */

import { enumerated, shellQuote } from "../host/ui/text.ts";
import type { DevContainerFile } from "./schema.ts";

/** Most unknown keys that are named. */
const MOST_NAMED = 10;
/** What editors keep in the file for themselves. */
const OF_EDITORS: readonly string[] = ["extensions", "settings", "devPort"];

/** The sentences, none for what only editors read. */
export function unsupportedOf(file: DevContainerFile, unknown: readonly string[]): readonly string[] {
  const strange = unknown.filter((name) => !OF_EDITORS.includes(name));
  const sentences: readonly (readonly [unknown, string])[] = [
    [
      strange.length > 0,
      `Not known and without effect: ${enumerated(strange.slice(0, MOST_NAMED).map(shellQuote))}.`,
    ],
    [file.image && (file.build || file.dockerFile), "The image has no effect: there is a Dockerfile."],
    [file.build?.cacheFrom, "build.cacheFrom has no effect: builds use what is here already."],
    [file.userEnvProbe, "userEnvProbe has no effect: a box's variables come from its configuration."],
    [file.shutdownAction, "shutdownAction has no effect: a box stops when it is stopped."],
    [file.secrets, "secrets have no effect: use kanibako secret."],
    [file.service ?? file.runServices, "service and runServices have no effect without dockerComposeFile."],
  ];
  return sentences.filter(([asked]) => asked).map(([, sentence]) => sentence);
}
