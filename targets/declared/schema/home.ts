/**
 * The files of a new home.
 *
 * @module
 */

import * as z from "zod/mini";
import { keyPath, meaning, optional, relative, word } from "./texts.ts";

/** One file. */
export const HOME_FILE = z.strictObject({
  path: relative,
  mode: meaning(optional(z.string().check(z.regex(/^0?[0-7]{3}$/))), "permission bits [default: 600]"),
  when: meaning(
    optional(z.enum(["create", "replace"])),
    "only where there is none, or always [default: create]",
  ),
  text: meaning(optional(z.string().check(z.maxLength(65_536))), "its content"),
  from: meaning(optional(relative), "the user's own file, of whose object some keys are taken"),
  keys: meaning(optional(z.array(keyPath)), "those keys"),
  guarded: meaning(
    optional(z.array(keyPath)),
    "of those keys the ones that a box does not get that has the login without having it",
  ),
  set: meaning(
    optional(z.record(word(), z.union([z.string(), z.number(), z.boolean()]))),
    "keys it has in any case",
  ),
  approved_keys: meaning(
    optional(z.strictObject({
      at: meaning(keyPath, "the list in the file"),
      characters: meaning(z.int().check(z.minimum(1), z.maximum(32)), "how many of the last characters"),
    })),
    "a list of those API keys that the agent uses without asking, by their ends: one that is the user's only login is put there",
  ),
  only_with: meaning(
    optional(z.enum(["login"])),
    "only where the box uses the user's login, and the file `from` is there or such a key",
  ),
});
