/**
 * How an agent is found on this machine, and how a box gets it where nothing of this machine can be shown to it.
 *
 * @module
 */

import * as z from "zod/mini";
import { ABSOLUTE, meaning, npmName, optional, place, program, relative, word, words } from "./texts.ts";

const NPM = z.strictObject({
  package: meaning(npmName, "the package, such as @openai/codex"),
  platform: meaning(
    optional(npmName),
    "the package that holds the program for one processor; {platform} stands for linux-x64 or linux-arm64",
  ),
  program: meaning(
    optional(z.array(relative)),
    "the program in that package, or in the package itself; {triple} stands for the processor's Rust triple",
  ),
  script: meaning(optional(relative), "the file that Node runs, where the package is a script"),
});

/** How it is found. */
export const FIND = z.strictObject({
  names: meaning(
    optional(z.array(program).check(z.maxLength(16))),
    "names on PATH; default: the agent's name",
  ),
  places: meaning(optional(z.array(place)), "other places where installers put it"),
  npm: meaning(optional(NPM), "how the package is laid out"),
  python: meaning(
    optional(z.strictObject({ package: word() })),
    "the package of a Python environment of its own (pipx, uv)",
  ),
  version: meaning(
    optional(relative),
    "the end of the program's path that names its version; {version} stands for it",
  ),
});

/** How a box gets it otherwise. */
export const PROVISION = z.strictObject({
  inside: meaning(
    optional(words),
    "the command that installs it in a box's home: run in the box, as its user, when the program is not there",
  ),
  provides: meaning(optional(relative), "the program that this command leaves, relative to the home"),
  rig: meaning(
    optional(z.string().check(z.maxLength(400), z.regex(ABSOLUTE, "expected a path that begins with /"))),
    "the program in a rig that has it",
  ),
}).check(z.refine(
  ({ inside, provides, rig }) =>
    rig === undefined ? inside?.length && provides : inside === undefined && provides === undefined,
  "expected inside and provides, or rig",
));
