/**
 * Detail for who looks for a fault: one line an event. It goes nowhere by default; with `-v` the program shows it on stderr.
 *
 * @module
 */

/** Takes one line of detail, unescaped. */
export type DebugSink = (line: string) => void;

// Detail is of the process, not of one call in it: it is for its developer, and carries no answers.
let sink: DebugSink | undefined;

/** Where detail goes from now on; nowhere without a sink. */
export function sendDebugTo(to: DebugSink | undefined): void {
  sink = to;
}

/** Tells what is being done, where somebody listens. The text is only made then. */
export function debug(message: () => string): void {
  sink?.(message());
}
