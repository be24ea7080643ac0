/**
 * What users have of their own for an agent.
 *
 * @module
 */

import * as z from "zod/mini";
import { OWN_PARTS } from "../../../lib/spec/own_parts.ts";
import { keyPath, meaning, optional, pattern, relative, variable } from "./texts.ts";

/** A part, by the name a setting chooses it with. */
const ownPart = z.enum(OWN_PARTS);

/** One file or folder. */
export const OWN = z.strictObject({
  part: meaning(ownPart, "the part it belongs to"),
  path: meaning(relative, "the file, or with a / at its end the folder, relative to the home"),
  format: meaning(optional(z.enum(["json", "toml"])), "what the file is, where it has to be understood"),
  only: meaning(
    optional(z.array(pattern)),
    "what of the folder; * stands for any part of a name, a / at the end for all below [default: all]",
  ),
  runs: meaning(optional(z.array(keyPath)), "where in the file commands stand that the agent runs"),
  guards: meaning(
    optional(z.array(keyPath)),
    "those of them that are there to stop the agent",
  ),
  secret: meaning(
    optional(z.array(keyPath)),
    "what a box with a login of its own does not get",
  ),
  projects: meaning(
    optional(z.array(variable)),
    "tables at the top, by the paths of projects: a box gets what is said of its own",
  ),
});

/** Where servers stand. */
export const SERVERS = z.strictObject({
  kind: meaning(z.enum(["mcp", "lsp"]), "what they are"),
  path: meaning(relative, "the file, relative to the home; with `part`, its name in the files of that part"),
  part: meaning(optional(ownPart), "the part of the user's own that brings them along"),
  key: meaning(
    optional(keyPath),
    "where in the file they stand, by name [default: at the top]",
  ),
  projects: meaning(
    optional(variable),
    "a table at the top by the paths of projects, in which those of one project stand in the same way",
  ),
  format: meaning(z.enum(["json", "toml"]), "what the file is"),
});
