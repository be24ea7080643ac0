/**
 * The kinds of runtimes this program knows, for options and completions. Loads none of them.
 *
 * @module
 */

import { ENGINE_KINDS, type EngineKind } from "./cli/kinds.ts";

/** What `--engine` takes. */
export const RUNTIME_KINDS: readonly RuntimeKind[] = ENGINE_KINDS;

/** One of them. For the declarations of options; elsewhere a kind is any text. */
export type RuntimeKind = EngineKind;
