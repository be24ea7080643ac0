/**
 * What a run of `deno test` reports.
 *
 * @module
 */

/** How many tests came out how. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly ignored: number;
}

/** Counts what a run has reported. One without a summary, or one that fails though no test did, counts as one failure. */
export function count(output: string, code: number): Counts {
  // The last one: a test may print what it likes before.
  const summary = plain(output).match(/^(?:ok|FAILED) \| \d+ passed.*$/gm)?.at(-1);
  const number = (what: string) => Number(summary?.match(new RegExp(`(\\d+) ${what}`))?.[1] ?? 0);
  const failed = number("failed");
  const lost = failed === 0 && (summary === undefined || code !== 0);
  return { passed: number("passed"), failed: lost ? 1 : failed, ignored: number("ignored") };
}

/** What of a run's output is about failures; all of it, where it does not say. */
export function failures(output: string): string {
  const text = plain(output);
  const at = text.lastIndexOf("\n ERRORS \n");
  return (at === -1 ? text : text.slice(at)).trim();
}

/** Without the colours. */
function plain(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replaceAll(/\u001b\[[0-9;]*m/g, "");
}
