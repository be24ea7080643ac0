/**
 * How long ago something was.
 *
 * @module
 */

/** A time in milliseconds since 1970, as its age and itself: `5m ago (2026-01-02 03:04 UTC)`. */
export function age(then: number, now: number): string {
  return `${span(then, now)} ago (${new Date(then).toISOString().slice(0, 16).replace("T", " ")} UTC)`;
}

/** The time between two, in its largest unit: `5m`. */
export function span(then: number, now: number): string {
  const seconds = Math.max(0, Math.floor((now - then) / 1000));
  const [count, unit] = seconds < 60
    ? [seconds, "s"]
    : seconds < 3600
    ? [Math.floor(seconds / 60), "m"]
    : seconds < 86400
    ? [Math.floor(seconds / 3600), "h"]
    : [Math.floor(seconds / 86400), "d"];
  return `${count}${unit}`;
}
