/**
 * What to say of projects in a box's reach that are not where they were, and how each of them is settled.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { Purpose } from "./nested.ts";
import type { KnownPlace } from "../list.ts";

/** What is wrong with a project. */
export interface Problem {
  readonly place: KnownPlace;
  /** The folder that is not there or not what it was: the project's own, or one of its box. */
  readonly what: string;
  /** The link on its path. */
  readonly link?: string | undefined;
  /** Where its path leads instead. */
  readonly leadsTo?: string | undefined;
  /** There is another folder now. */
  readonly replaced?: boolean;
  /** Where it is now, as far as that was found. */
  readonly now: Whereabouts | undefined;
}

/** Where something was found again. */
export interface Whereabouts {
  readonly folder: string;
  /** The project's folder, where that was renamed or one above it. */
  readonly project?: string;
}

const MOST_HINTS = 8;

/** `nested-moved`: says all that is wrong. */
export function movedError(problems: readonly Problem[], { act, harm }: Purpose): KanibakoError {
  const [first, ...others] = problems;
  const more = others.length === 0
    ? ""
    : others.length === 1
    ? " One more is not what it was."
    : ` ${others.length} more are not what they were.`;
  return new KanibakoError(
    "nested-moved",
    `Cannot ${act}: ${sentence(first!)}. ${harm}${more}`,
    { hint: problems.slice(0, MOST_HINTS).flatMap((problem) => [...linkHint(problem), ...hints(problem)]) },
  );
}

function sentence({ place: { name, path }, what, leadsTo, replaced }: Problem): string {
  const [project, folder] = [shellQuote(name), shellQuote(what)];
  if (replaced) return `${folder} of the project ${project} is not the folder it was`;
  if (leadsTo !== undefined && leadsTo !== what) {
    return `the folder of the project ${project} leads elsewhere, from ${folder} to ${shellQuote(leadsTo)}`;
  }
  return what === path
    ? `the folder of the project ${project} is gone: ${folder}`
    : `${folder} of the project ${project} is gone`;
}

/** Nothing else can be done about a project as long as its path leads to another folder. */
function linkHint({ link }: Problem): string[] {
  return link === undefined ? [] : [`Remove the link first: rm ${shellQuote(link)}`];
}

function hints({ place: { name, path, mode }, what, replaced, now }: Problem): string[] {
  const project = shellQuote(name);
  if (now?.project !== undefined) {
    const found = shellQuote(now.project);
    return [`It was moved to ${found}. To use it there: kanibako box migrate ${project} ${found}`];
  }
  if (now !== undefined) {
    return [`It was moved to ${shellQuote(now.folder)}. Move it back to ${shellQuote(what)}.`];
  }
  if (what === path) {
    return [
      `If you moved it: kanibako box migrate ${project} FOLDER`,
      `If you deleted it: kanibako rm ${project}`,
    ];
  }
  if (mode === "standalone" && what !== `${path}/vault`) {
    return [`Restore it, or forget the project: kanibako rm ${project}`];
  }
  return replaced ? [`If you put it there: kanibako box migrate ${project} ${shellQuote(path)}`] : [
    `If you deleted it, start that project once, which makes it again: kanibako shell ${project} -- true`,
    `If you no longer need the project: kanibako rm ${project}`,
  ];
}
