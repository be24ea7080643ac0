/**
 * What is shown of the last that a session showed. The box left it, so it may be of any length.
 *
 * @module
 */

const MAX_LINES = 50;
/** Wider than any terminal; tmux leaves no longer lines. */
const MAX_COLUMNS = 500;

/** Its last lines, none of them endless; empty when there is nothing to see. */
export function lastLines(screen: string): string {
  return screen.trim().split("\n").slice(-MAX_LINES).map((line) => line.slice(0, MAX_COLUMNS)).join("\n");
}
