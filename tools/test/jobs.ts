/**
 * What there is to do in each phase.
 *
 * @module
 */

import { ALONE, LONG, ONCE } from "./files.ts";
import type { Words } from "./words.ts";

/** One engine, as one user; or the tests without an engine. */
export interface Phase {
  /** As `./dev within` knows it. */
  readonly name: string;
  readonly title: string;
}

/** What one process does. */
export interface Job {
  readonly phase: Phase;
  /** What it is, for people. */
  readonly title: string;
  /** The words after `./dev within PHASE`. */
  readonly argv: readonly string[];
  /** How much of the room for what goes on at once it takes. */
  readonly size: number;
  /** It makes ready what the others of its phase need, and reports no tests. */
  readonly prepares: boolean;
  /** Nothing may go on beside it. */
  readonly alone: boolean;
  /** When it has come to a standstill, where that is not the workshop's own limit. */
  readonly limitMs?: number;
}

const TITLES: Readonly<Record<string, string>> = {
  unit: "unit",
  podman: Deno.uid() === 0 ? "podman as root" : "rootless podman",
  docker: "docker",
  rootless: "rootless podman",
  rigs: "rigs",
};

/** Folders whose tests need an engine. */
const ENGINE = ["tests/engine", "tests/escape", "tests/e2e"];
/** Its tests build every rig, which takes an hour or more: they are a phase of their own, and run in no other. */
const RIGS = "tests/rigs";
const RIGS_LIMIT_MS = 4 * 3600_000;
/** Its tests change PATH, which all tests of one process share. */
const USE_CASES = "tests/app";

/** The phases of these names. */
export function phases(names: readonly string[]): Phase[] {
  return names.map((name) => ({ name, title: TITLES[name] ?? name }));
}

/** What there is to do in a phase, what takes longest first. */
export function jobsOf(phase: Phase, words: Words, root: string): Job[] {
  if (phase.name === "unit") return unit(phase, words);
  return phase.name === "rigs" ? rigs(phase, words, root) : onEngine(phase, words, root);
}

function rigs(phase: Phase, { only, forTest }: Words, root: string): Job[] {
  return testFiles(root, RIGS)
    .filter((file) => only.length === 0 || only.some((path) => isIn(file, path)))
    .map((file) => ({
      phase,
      title: file,
      argv: test(...forTest, file),
      size: 1,
      prepares: false,
      alone: true,
      limitMs: RIGS_LIMIT_MS,
    }));
}

/** Whether this is the phase that has the files which run once. */
function runsOnce(phase: Phase, { phases }: Words): boolean {
  return phase.name ===
    (["rootless", "podman", "docker"].find((name) => phases.includes(name)) ?? phase.name);
}

function unit(phase: Phase, { only, forTest }: Words): Job[] {
  const ours = only.filter((path) => ![...ENGINE, RIGS].some((folder) => isIn(path, folder)));
  if (only.length > 0 && ours.length === 0) return [];
  const without = ours.filter((path) => !isIn(path, USE_CASES));
  const app = only.length === 0 ? [USE_CASES] : ours.filter((path) => isIn(path, USE_CASES));
  const ignored = `--ignore=${[...ENGINE, RIGS, USE_CASES].join(",")}`;
  const jobs: Job[] = [];
  if (only.length === 0 || without.length > 0) {
    const paths = only.length === 0 ? ["tests"] : without;
    const argv = test("--parallel", ...without.length === 0 ? [ignored] : [], ...forTest, ...paths);
    // `--parallel` uses all processors.
    jobs.push({
      phase,
      title: "unit tests",
      argv,
      size: navigator.hardwareConcurrency,
      prepares: false,
      alone: false,
    });
  }
  if (app.length > 0) {
    const argv = test(...forTest, ...app);
    jobs.push({ phase, title: "use cases", argv, size: 1, prepares: false, alone: false });
  }
  return jobs;
}

function onEngine(phase: Phase, words: Words, root: string): Job[] {
  const { only, forTest } = words;
  const elsewhere = !runsOnce(phase, words);
  const files = ENGINE.flatMap((folder) => testFiles(root, folder))
    .filter((file) => !(elsewhere && file in ONCE))
    .filter((file) => only.length === 0 || only.some((path) => isIn(file, path)));
  if (files.length === 0) return [];
  const place = (file: string) => LONG.includes(file) ? LONG.indexOf(file) : LONG.length;
  files.sort((one, other) => place(one) - place(other));
  const prepare = { phase, title: "the rig", argv: ["rig"], size: 1, prepares: true, alone: false };
  return [
    prepare,
    ...files.map((file) => ({
      phase,
      title: file,
      argv: test(...forTest, file),
      size: 1,
      prepares: false,
      alone: file in ALONE,
    })),
  ];
}

function test(...words: string[]): string[] {
  return ["deno", "test", "-A", "--no-check", ...words];
}

function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** The test files in a folder of the checkout and below it. */
export function testFiles(root: string, folder: string): string[] {
  const found: string[] = [];
  for (const { name, isDirectory } of Deno.readDirSync(`${root}/${folder}`)) {
    const path = `${folder}/${name}`;
    if (isDirectory) found.push(...testFiles(root, path));
    else if (/(^|_)test\.ts$/.test(name)) found.push(path);
  }
  return found.sort();
}
