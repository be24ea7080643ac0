/**
 * What a feature says of itself: `devcontainer-feature.json`.
 *
 * Source: Development Containers specification, "Features", "devcontainer-feature.json properties".
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import {
  check,
  either,
  flag,
  listOf,
  matching,
  type Of,
  optional,
  shape,
  tableOf,
  text,
} from "../../host/light_schema.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { checkedValue, parseJsonc } from "../jsonc.ts";
import { METADATA } from "../schema.ts";
import type { ImageMetadata } from "../types.ts";

export const FEATURE_FILE = "devcontainer-feature.json";

/** Most other features that one names in a list. */
const MOST = 100;

const line = matching(/^[^\0\r\n]*$/, "expected text of one line");
const option = shape({ type: optional(text), default: optional(either(flag, line)) });
const anyValue = check<unknown>("", () => true);
const variable = (name: string) =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? undefined : "not a variable's name";

const SCHEMA = shape({
  id: matching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/, "expected a feature's id"),
  version: optional(line),
  name: optional(line),
  options: optional(
    tableOf(option, (name) => /^[^\0\r\n=]{1,100}$/.test(name) ? undefined : "not an option's name"),
  ),
  containerEnv: optional(tableOf(line, variable)),
  installsAfter: optional(listOf(line)),
  dependsOn: optional(tableOf(either(flag, either(line, tableOf(either(flag, line)))))),
  legacyIds: optional(listOf(line)),
  deprecated: optional(anyValue),
});

/** What takes part in building it, and in the order of features. */
export interface FeatureMetadata extends Of<typeof SCHEMA> {
  /** What the image says of it afterwards. */
  readonly says: ImageMetadata;
}

/** What of a feature's file the image goes on to say. */
const KEPT: readonly string[] = [
  ..."init privileged capAdd securityOpt entrypoint mounts customizations".split(" "),
  ..."onCreateCommand updateContentCommand postCreateCommand postStartCommand postAttachCommand".split(" "),
];

/** Reads it. `id`: as the project asks for it. Throws `bad-devcontainer` naming what is wrong. */
export function readFeature(id: string, bytes: Uint8Array): FeatureMetadata {
  const place = `${id}/${FEATURE_FILE}`;
  const value = parseJsonc(new TextDecoder().decode(bytes), place);
  const known = checkedValue(value, place, SCHEMA);
  checkedValue(value, place, METADATA);
  const { legacyIds = [], installsAfter = [] } = known;
  if (legacyIds.length > MOST || installsAfter.length > MOST) {
    throw badFeature(id, `it names more than ${MOST} others`);
  }
  const kept = Object.entries(value as Record<string, unknown>).filter(([name]) => KEPT.includes(name));
  return { ...known, says: { id, ...Object.fromEntries(kept) } };
}

/** The error of a feature that cannot be had. `why`: a clause. */
export function badFeature(id: string, why: string, hint?: string): KanibakoError {
  return new KanibakoError(
    "bad-feature",
    `Cannot use the feature ${shellQuote(id)}: ${why}.`,
    hint ? { hint } : {},
  );
}
