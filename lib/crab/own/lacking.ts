/**
 * What the user's own configuration names and a box does not have.
 *
 * @module
 */

import { BOX_HOME, BOX_WORKSPACE } from "../../spec/box_paths.ts";
import type { Need } from "./commands.ts";
import type { Own, OwnCommand } from "./gather.ts";

/** Something that a command of the user's needs and does not find. */
export interface Lacking {
  /** Where the command is said. */
  readonly where: string;
  /** Whether it is there to stop the agent. */
  readonly guard: boolean;
  /** The path or program, as the box would have it. */
  readonly word: string;
}

/**
 * What is certain without a look into a box: paths of the home that nothing puts there. `present`: what does, beside the user's own,
 * relative to the home.
 */
export function lackingInHome(own: Own, present: readonly string[]): Lacking[] {
  const files = new Set(own.parts.flatMap(({ files }) => files.map(({ path }) => path)));
  const isThere = (path: string) =>
    files.has(path) || [...files].some((file) => file.startsWith(`${path}/`)) ||
    present.some((one) => one === "" || path === one || path.startsWith(`${one}/`));
  return lackingOf(own.commands, (word) => {
    if (!word.startsWith(`${BOX_HOME}/`)) return false;
    if (word === BOX_WORKSPACE || word.startsWith(`${BOX_WORKSPACE}/`)) return false;
    return !isThere(word.slice(BOX_HOME.length + 1));
  });
}

/**
 * What a box lacked when it looked, as far as it is still needed and nothing has been done about it: a path of the home that is not
 * among `certain` is put there by now.
 */
export function stillLacking(own: Own, seen: readonly Lacking[], certain: readonly Lacking[]): Lacking[] {
  const isIn = (list: readonly Lacking[], { where, word }: Lacking) =>
    list.some((one) => one.where === where && one.word === word);
  const needed = lackingOf(own.commands, () => true);
  return seen.filter((one) =>
    isIn(needed, one) && (!one.word.startsWith(`${BOX_HOME}/`) || isIn(certain, one))
  );
}

/** What of all needs is lacking, as `isLacking` knows. */
export function lackingOf(
  commands: readonly OwnCommand[],
  isLacking: (word: string, kind: Need["kind"]) => boolean,
): Lacking[] {
  const found = new Map<string, Lacking>();
  for (const { where, guard, needs } of commands) {
    for (const { kind, word } of needs) {
      if (isLacking(word, kind)) found.set(`${where} ${word}`, { where, guard, word });
    }
  }
  return [...found.values()].sort((a, b) => Number(b.guard) - Number(a.guard));
}

/** Whether it is a file that the box has made its own before something could be brought in it. */
function isKept(word: string): boolean {
  return word.startsWith("~/");
}

/** Whether it is to be said at every start. */
export function isGrave({ guard, word }: Lacking): boolean {
  return guard || isKept(word);
}

/** One sentence. */
export function lackingText({ where, guard, word }: Lacking): string {
  if (isKept(word)) return `${word} is the box's own by now and is not replaced, so it is without ${where}.`;
  const shown = word.startsWith(`${BOX_HOME}/`) ? `~${word.slice(BOX_HOME.length)}` : word;
  return guard
    ? `${shown} is not in the box, so a guard does not run there: ${where}.`
    : `${shown} is not in the box: ${where} needs it.`;
}

/** Where the settings put something into the home, relative to it. */
export function seededPlaces(binds: Readonly<Record<string, { readonly value: string }>>): string[] {
  return Object.values(binds).flatMap(({ value }) => {
    const [, place] = /:(?:~|\$HOME|\$\{HOME\}|\/home\/agent)\/?([^:]*)$/.exec(value) ?? [];
    return place === undefined ? [] : [place.replace(/\/$/, "")];
  });
}
