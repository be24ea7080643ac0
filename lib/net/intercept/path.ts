/**
 * The path of a request as rules see it: one that servers could read in another way is none.
 *
 * @module
 */

const ESCAPE = /%([0-9a-f]{2})/gi;
/** What may stand in a part of a path as it is; but for the `;`, which servers may take for more than a character. */
const PLAIN = /^[A-Za-z0-9._~!$&'()*+,=:@-]$/;

/** The path with what needs no escaping not escaped; `undefined` where a server could take it for another one. */
export function judgedPath(path: string): string | undefined {
  if (/%(?![0-9a-f]{2})/i.test(path)) return undefined;
  const read = path.replace(ESCAPE, (escaped, code: string) => {
    const character = String.fromCharCode(parseInt(code, 16));
    return PLAIN.test(character) ? character : escaped.toUpperCase();
  });
  if (/%2F|%5C|%00|%25|\\|\/\//.test(read)) return undefined;
  // What stands after a ; belongs to a part of the path, or does not: that is for each server to say.
  const parts = read.split("/").map((part) => part.split(/;|%3B/)[0]!);
  return parts.some((part) => part === "." || part === "..") ? undefined : read;
}

/** Whether a server could take a path of a host for one that begins with a place, `HOST/PATH`. */
export function couldBeBelow(place: string, host: string, path: string): boolean {
  if (!place.startsWith(`${host}/`)) return false;
  const read = judgedPath(path);
  return read === undefined || (host + withoutParameters(read.toLowerCase())).startsWith(place.toLowerCase());
}

/** A path without what stands after a `;` in its parts. */
export function withoutParameters(path: string): string {
  return path.replace(/(;|%3b)[^/]*/gi, "");
}
