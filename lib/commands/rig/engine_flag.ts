/**
 * The option of all rig commands.
 *
 * @module
 */

import type { RuntimeKind } from "../../runtime/kinds.ts";

/** The option that chooses an engine. */
export interface EngineFlag {
  readonly engine?: RuntimeKind;
}
