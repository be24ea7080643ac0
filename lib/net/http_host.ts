/**
 * Reads which host the first request of plain HTTP is meant for, as far as it has come.
 *
 * Only the first: those that follow on the same connection cannot be distinguished from its content. So this stops programs that are led
 * elsewhere by mistake, and not one that means to deceive (see SECURITY.md).
 *
 * @module
 */

/** What the bytes so far come to. */
export type HttpHost =
  /** They are the start of a request, and too few to say more. */
  | { readonly kind: "more" }
  /** This is no request, or it names no host. */
  | { readonly kind: "none" }
  /** Two readers could take it for different hosts. */
  | { readonly kind: "malformed" }
  /** The host, without its port. */
  | { readonly kind: "host"; readonly host: string };

const MAX_HEAD = 16_384;
const METHOD = /^[A-Z]{3,20}$/;

/** Reads what a client has sent from the connection's first byte on. */
export function readHttpHost(bytes: Uint8Array): HttpHost {
  const text = String.fromCharCode(...bytes.subarray(0, 24));
  const space = text.indexOf(" ");
  const method = space < 0 ? text : text.slice(0, space);
  if (space < 0 && /^[A-Z]{0,20}$/.test(text)) return { kind: "more" };
  if (!METHOD.test(method)) return { kind: "none" };
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, MAX_HEAD));
  const end = /\r?\n\r?\n/.exec(head);
  if (!end) return bytes.length >= MAX_HEAD ? { kind: "none" } : { kind: "more" };
  return hostOf(head.slice(0, end.index));
}

function hostOf(head: string): HttpHost {
  const [request, ...lines] = head.split(/\r?\n/);
  const named = lines.flatMap((line) => {
    const match = /^\s*host\s*:(.*)$/i.exec(line);
    return match ? [match[1]!.trim()] : [];
  });
  const absolute = /^[A-Z]+ +[a-z][a-z0-9+.-]*:\/\/([^/?# ]*)/i.exec(request!)?.[1];
  const hosts = [...named, ...absolute === undefined ? [] : [absolute]].map(withoutPort);
  if (hosts.length === 0 || hosts.every((host) => host === "")) return { kind: "none" };
  if (named.length > 1 || new Set(hosts).size > 1) return { kind: "malformed" };
  return { kind: "host", host: hosts[0]! };
}

function withoutPort(authority: string): string {
  return authority.replace(/:\d*$/, "").toLowerCase();
}
