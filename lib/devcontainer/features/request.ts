/**
 * Which features a `devcontainer.json` asks for.
 *
 * Source: Development Containers specification, "Features", "Referencing a Feature".
 *
 * @module
 */

import { badFile, checkedValue } from "../jsonc.ts";
import { inProject } from "../build/paths.ts";
import { either, flag, matching, tableOf } from "../../host/light_schema.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { parseImageName } from "../../rig/image_name.ts";
import type { DevContainerFile } from "../schema.ts";
import type { FeatureRequest } from "../types.ts";

/** Most of them. */
const MOST = 100;
const OPTIONS = tableOf(
  either(flag, matching(/^[^\0\r\n]*$/, "expected text of one line, or true or false")),
);

/** Where a feature is. */
export type FeaturePlace =
  /** A folder of the project. */
  | { readonly kind: "local"; readonly folder: string }
  /** An artifact in a registry. */
  | {
    readonly kind: "registry";
    readonly registry: string;
    readonly repository: string;
    readonly version: string;
  };

/** The features of a file, in its order. Throws `bad-devcontainer`. */
export function requestsOf(file: DevContainerFile, path: string): readonly FeatureRequest[] {
  const entries = Object.entries(file.features ?? {});
  if (entries.length > MOST) throw badFile(path, `it asks for more than ${MOST} features`);
  const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
  return entries.map(([id, value]) => {
    placeOf(id, folder, path);
    return { id, options: optionsOf(value, path) };
  });
}

/** Where a feature is that is written so in a file of this folder. Throws `bad-devcontainer`. */
export function placeOf(id: string, folder: string, path: string): FeaturePlace {
  if (id.startsWith("./") || id.startsWith("../")) {
    return { kind: "local", folder: inProject(id, folder, path) };
  }
  const name = parseImageName(id.toLowerCase());
  if (!name?.registry || !name.repository.includes("/")) {
    throw badFile(
      path,
      `${shellQuote(id)} is no feature that can be had`,
      "Name a folder beside the file (./NAME), or a feature of a registry (registry.example/owner/features/name:1).",
    );
  }
  const { registry, repository, tag, digest } = name;
  return { kind: "registry", registry, repository, version: digest ?? tag ?? "latest" };
}

/** A version on its own, and whether at all, may stand in place of a table. */
function optionsOf(value: unknown, path: string): Readonly<Record<string, string | boolean>> {
  if (typeof value === "string") return { version: value };
  if (typeof value === "boolean") return {};
  return checkedValue(value, path, OPTIONS);
}
