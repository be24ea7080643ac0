/**
 * The lines of what a box says that its session has shown. It may say anything, so none of them is endless.
 *
 * @module
 */

/** Longer than what a terminal wraps that somebody reads. */
const MAX_COLUMNS = 4000;
const CUT = " [...]";

/** The last `most` lines, without the empty ones below what is shown and the spaces behind it. */
export function logLines(text: string, most = Infinity): string[] {
  const lines = text.split("\n");
  while (lines.length > 0 && lines.at(-1)!.trim() === "") lines.pop();
  return lines.slice(most === Infinity ? 0 : Math.max(0, lines.length - most)).map((line) => {
    const whole = line.trimEnd();
    return whole.length <= MAX_COLUMNS ? whole : whole.slice(0, MAX_COLUMNS) + CUT;
  });
}
