/**
 * What the templates of this program set for a run, beside the image.
 *
 * @module
 */

import type { RunSettings } from "./types.ts";

const MIB = 2 ** 20;

/** Settings by the template's name. One that is not listed sets nothing. */
const SETTINGS: Readonly<Record<string, RunSettings>> = {
  python: limits(1, 512),
  node: limits(1, 512),
  go: limits(1, 512),
  ruby: limits(1, 512),
  dotnet: limits(1, 512),
  php: limits(1, 512),
  elixir: limits(1, 512),
  "c-cpp": limits(1, 512),
  shell: limits(1, 512),
  // Their compilers do not come to an end with less.
  rust: limits(2, 2048),
  java: limits(2, 2048),
  terraform: limits(2, 2048),
  "python-ci": limits(2, 2048),
  "node-ci": limits(2, 2048),
  "rust-ci": limits(4, 2048),
  "data-science": limits(4, 4096),
  "web-dev": { ...limits(2, 1024), ports: ["3000"] },
  fullstack: limits(2, 2048),
};

/** What a template sets; nothing for one that is not of this program. */
export function namedSettings(name: string): RunSettings {
  return Object.hasOwn(SETTINGS, name) ? SETTINGS[name]! : {};
}

function limits(cpus: number, memoryMib: number): RunSettings {
  return { cpus, memoryBytes: memoryMib * MIB };
}
