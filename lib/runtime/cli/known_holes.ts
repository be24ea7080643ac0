/**
 * Known holes of engines that a box could have a use for, as data. A version says that a hole may be there, and no more: distributions
 * fix holes without changing it.
 *
 * @module
 */

import type { RuntimeDescription } from "../runtime.ts";
import { compareVersions, parseVersion, sameBranch, type Version } from "./version.ts";

/** A program that takes part in running boxes, and the version it answers. */
export interface EngineProgram {
  readonly name: string;
  readonly version: string;
}

/** A hole. */
interface Hole {
  readonly program: string;
  /** Its public names. */
  readonly ids: readonly string[];
  /** The first version without it, of each branch that got a fix. Later branches never had it, older ones keep it. */
  readonly fixed: readonly string[];
  /** What can be done through it. */
  readonly what: string;
  /** What it means for boxes. */
  readonly boxes: string;
}

/*
 * Sources: the release notes of podman 5.2.5 and 5.8.4, the advisories of podman, runc and crun. Not among them: what needs a
 * feature that no box has (krun, `podman machine`, `kube play`, `cp` out of a box), and what crun's maintainers tried in vain
 * (the holes of runc 1.2.7 and before).
 */
const HOLES: readonly Hole[] = [
  {
    program: "podman",
    ids: ["CVE-2026-57231"],
    fixed: ["5.8.4"],
    what: "an image can take variables of the host",
    boxes: "boxes get none, as kanibako starts podman without them; other containers may",
  },
  {
    program: "podman",
    ids: ["GHSA-q6r4-3wmg-fwcq"],
    fixed: ["5.7.1"],
    what: "an image's working folder can make folders on the host",
    boxes: "boxes have a working folder of their own; other containers may not",
  },
  {
    program: "podman",
    ids: ["CVE-2024-9675"],
    fixed: ["5.2.5"],
    what: "a Containerfile that is built can reach files of the host",
    boxes: "build rigs only from Containerfiles that you trust",
  },
  {
    program: "runc",
    ids: ["CVE-2025-31133", "CVE-2025-52565", "CVE-2025-52881"],
    fixed: ["1.2.8", "1.3.3", "1.4.0-rc.3"],
    what: "a container that races with how it is mounted can get out",
    boxes: "use only rigs that you trust",
  },
  {
    program: "runc",
    ids: ["CVE-2024-21626"],
    fixed: ["1.1.12"],
    what: "an image's or a command's working folder can lead to the host",
    boxes: "boxes have a working folder of their own; use only rigs that you trust",
  },
  {
    program: "crun",
    ids: ["CVE-2022-27650"],
    fixed: ["1.4.4"],
    what: "processes start with capabilities that programs can take over",
    boxes: "use the profile strict, which leaves none",
  },
];

/** Whether a version is without a hole that these versions were the first to be without. */
function isWithout(version: Version, fixed: readonly Version[]): boolean {
  const ofBranch = fixed.find((one) => sameBranch(one, version));
  return ofBranch
    ? compareVersions(version, ofBranch) >= 0
    : fixed.every((one) => compareVersions(version, one) > 0);
}

/** The names of the holes that a program may have. `undefined`: its version says nothing. */
export function holesOf({ name, version }: EngineProgram): readonly Hole[] | undefined {
  const parsed = parseVersion(version);
  if (!parsed) return undefined;
  return HOLES.filter(({ program, fixed }) =>
    program === name && !isWithout(parsed, fixed.map((one) => parseVersion(one)!))
  );
}

/** Lines for `diagnose`: one for each hole, and what to do; or that there is none. `undefined`: one that did not say what it is. */
export function holeLines(all: readonly (EngineProgram | undefined)[]): RuntimeDescription["lines"] {
  const label = "Known holes";
  const programs = all.filter((one) => one !== undefined);
  const shown = programs.map(({ name, version }) => `${name} ${version}`).join(", ");
  const unread = all.filter((one) => one === undefined || holesOf(one) === undefined);
  const found = programs.flatMap((one) => (holesOf(one) ?? []).map((hole) => ({ ...one, hole })));
  const unknown = unread.map((one) => ({
    label,
    value: "unknown",
    attention: `the version of ${one?.name ?? "what starts its containers (runc, crun)"} cannot be read`,
  }));
  if (found.length === 0) return unknown.length > 0 ? unknown : [{ label, value: `none known in ${shown}` }];
  return [
    ...unknown,
    ...found.map(({ name, version, hole: { ids, fixed, what, boxes } }) => ({
      label,
      value: `${name} ${version} may have ${ids.join(", ")}`,
      attention: `${what}; ${boxes}. Fixed in ${name} ${fixed.join(", ")}`,
    })),
    {
      label,
      value: "what to do",
      attention: "your distribution may have fixed these without a new version: look for each name in its " +
        "security notes or the package's changelog; otherwise update",
    },
  ];
}

/** The program and version in what an OCI runtime says of itself: `runc version 1.1.5+ds1`. */
export function runtimeProgram(text: string): EngineProgram | undefined {
  const match = text.match(/^(\w+) version (\S+)/m);
  return match ? { name: match[1]!, version: match[2]! } : undefined;
}
