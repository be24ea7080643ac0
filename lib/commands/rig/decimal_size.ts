/**
 * How large an image is, in words.
 *
 * @module
 */

/** A size as image tools give it: `382 MB`, `1.2 GB`. */
export function decimalSize(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${Math.round(bytes / 1e6)} MB`;
  return `${bytes} bytes`;
}
