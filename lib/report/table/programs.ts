/**
 * Programs at the places one starts programs from, and what leads out of the project.
 *
 * @module
 */

import type { Entry } from "../entry.ts";

const FOLDERS = ["*", "bin/*", ".bin/*", "scripts/*", "script/*", "tools/*", "hack/*", "sbin/*"];
const INSTALLED = [
  "node_modules/.bin/*",
  "vendor/bin/*",
  ".venv/bin/*",
  "venv/bin/*",
  "env/bin/*",
  ".local/bin/*",
];

/** Entries for programs and links. */
export const PROGRAMS: readonly Entry[] = [
  {
    id: "set-id",
    what: "program that runs as its owner",
    places: [...FOLDERS, ...INSTALLED],
    effect: "runs with its owner's rights, whoever starts it",
    danger: "unasked",
    counts: "set-id",
  },
  {
    id: "link-out",
    what: "link that leads out of the project",
    places: ["**/*"],
    effect: "makes what follows it read or write there",
    danger: "usual",
    counts: "leads-out",
  },
  {
    id: "program",
    what: "program",
    places: FOLDERS,
    effect: "runs when you call it",
    danger: "asked",
    counts: "program",
    together: true,
  },
  {
    id: "installed-program",
    what: "installed program",
    places: INSTALLED,
    effect: "runs when you call it, or a script of a package does",
    danger: "asked",
    counts: "installed",
    together: true,
  },
];
