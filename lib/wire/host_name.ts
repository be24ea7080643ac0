/**
 * Host names in one form. The value made here is the one that is decided about, written to the log and dialled, so no two places can
 * read a name differently.
 *
 * @module
 */

/** Most bytes of a name (RFC 1035). */
const MAX_NAME = 253;
const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;
/** Programs take such a last label for part of an address: WHATWG URL, "ends in a number". */
const NUMBER = /^(\d+|0x[0-9a-f]*)$/;

/** A host name: lower case, no final dot, at least one label, and nothing that any program takes for an address. */
export type HostName = string & { readonly hostName: unique symbol };

/** The name that a text stands for; `undefined` for anything that is no name. */
export function hostName(text: string): HostName | undefined {
  if (text.length > MAX_NAME + 1) return undefined;
  const name = (text.endsWith(".") ? text.slice(0, -1) : text).replace(
    /[A-Z]/g,
    (letter) => letter.toLowerCase(),
  );
  const labels = name.split(".");
  if (name.length > MAX_NAME || !labels.every((label) => LABEL.test(label)) || NUMBER.test(labels.at(-1)!)) {
    return undefined;
  }
  return name as HostName;
}

/** As {@link hostName}, of what a person writes: a name in any script, in the form in which it travels. */
export function writtenHostName(text: string): HostName | undefined {
  // deno-lint-ignore no-control-regex -- only ASCII is left as it is
  if (/^[\x00-\x7f]*$/.test(text)) return hostName(text);
  // What a URL gives a meaning of its own would not stay in the name.
  if (/[\s/\\?#@:%[\]]/.test(text)) return undefined;
  try {
    return hostName(new URL(`http://${text}`).hostname);
  } catch {
    return undefined;
  }
}

/** Whether a name is below a domain. */
export function isBelow(name: HostName, domain: HostName): boolean {
  return name.endsWith(`.${domain}`);
}
