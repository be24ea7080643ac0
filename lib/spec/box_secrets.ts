/**
 * What a plan says of secrets: everything but their values.
 *
 * @module
 */

import type { Source } from "./source.ts";

/** What a box needs for connections that are looked into. */
export interface BoxInterception {
  readonly secrets: readonly BoxSecret[];
  /** Of the placeholders; to be kept with the box. */
  readonly key: string;
  /** Whose certificates it trusts: PEM, and milliseconds since 1970. To be kept with the box. */
  readonly authority: { readonly certificate: string; readonly key: string; readonly until: number };
  /** Hosts of the box's agent. */
  readonly agents: readonly string[];
}

/** Where a secret of a box goes, and where its value is from. */
export interface SecretBinding {
  /** The variable of the box that has the placeholder. */
  readonly name: string;
  /** Where it goes, as it is written. */
  readonly binding: string;
  /** Where the value is asked for, as `kanibako secret set --from` takes it. Absent: the store says. */
  readonly origin?: string;
  readonly from: Source;
}

/** One that has its placeholder. */
export interface BoxSecret extends SecretBinding {
  readonly placeholder: string;
  /** A file of the box with it, for the variable `NAME_FILE`; absent: none is named. */
  readonly file?: string;
}
