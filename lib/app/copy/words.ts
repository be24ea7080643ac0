/**
 * What the words of `box cp` mean: a path on this machine, one in a box, or a stream.
 *
 * @module
 */

import { UsageError } from "../../host/error.ts";
import { BOX_HOME } from "../../spec/box_paths.ts";

/** One end of a copy. */
export type End =
  /** A path on this machine. */
  | { readonly kind: "host"; readonly path: string }
  /** Standard input or output. */
  | { readonly kind: "stream" }
  /** A path in a box, absolute or relative to its workspace. No `project`: that of the current folder. */
  | { readonly kind: "box"; readonly project: string | undefined; readonly path: string };

/** A copy between this machine and a box. */
export interface Direction {
  readonly to: "host" | "box";
  readonly box: BoxEnd;
  readonly host: HostEnd;
}

/** A path in a box. */
export type BoxEnd = Extract<End, { readonly kind: "box" }>;
/** What is on this machine. */
export type HostEnd = Exclude<End, BoxEnd>;

/**
 * Reads one word. What begins with `/`, `./`, `../` or `~` is on this machine, whatever stands in it; otherwise a colon divides a
 * project from a path in its box.
 */
export function endOf(word: string): End {
  if (word === "-") return { kind: "stream" };
  if (word === "") throw new UsageError("A path to copy is empty.");
  const at = word.indexOf(":");
  if (at < 0 || /^(\/|\.\.?\/|~)/.test(word)) return { kind: "host", path: word };
  const project = word.slice(0, at);
  return { kind: "box", project: project === "" ? undefined : project, path: inBox(word.slice(at + 1)) };
}

/** Which way to copy. Throws a usage error unless exactly one end is in a box. */
export function directionOf(source: string, target: string): Direction {
  const [from, to] = [endOf(source), endOf(target)];
  if (from.kind === "box" && to.kind !== "box") return { to: "host", box: from, host: to };
  if (from.kind !== "box" && to.kind === "box") return { to: "box", box: to, host: from };
  if (from.kind === "box") {
    throw new UsageError("Cannot copy from one box to another at once.", {
      hint: "For a file: kanibako box cp ONE:FILE - | kanibako box cp - OTHER:FILE",
    });
  }
  throw new UsageError("Neither path is in a box.", {
    hint: "Write PROJECT:PATH for one of them, or :PATH for the box of this folder.",
  });
}

/** Without the slashes at its end, `~` replaced by the home. An empty path is the workspace. */
function inBox(path: string): string {
  const whole = path === "~" || path.startsWith("~/") ? `${BOX_HOME}${path.slice(1)}` : path;
  return whole === "" ? "." : whole;
}

/** The last name of a path; `undefined` where it has none, such as `.` or `/`. */
export function lastName(path: string): string | undefined {
  const name = path.replace(/\/+$/, "").split("/").at(-1) ?? "";
  return name === "" || name === "." || name === ".." ? undefined : name;
}
