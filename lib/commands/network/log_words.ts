/**
 * Lines of the log of a network in words.
 *
 * @module
 */

import type { LogLine } from "../../net/log_line.ts";

/** A host and a port; 0: the name alone. */
export function placeWords(host: string, port: number): string {
  return port === 0 ? host : `${host}:${port}`;
}

/** What happened, and what there is to say about it. */
export function logWords(line: LogLine): readonly [what: string, ...more: string[]] {
  const {
    event,
    host = "",
    port = 0,
    count = 1,
    rule,
    why,
    address,
    addresses,
    named,
    sent = 0,
    received = 0,
    limit,
    method = "",
    path = "",
    status = 0,
    secrets = [],
    accounts = [],
    key = "",
  } = line;
  const asked = `${method} ${port === 443 ? host : `${host}:${port}`}${path}`.trim();
  const place = placeWords(host, port);
  const times = count > 1 ? [`${count} times`] : [];
  const by = rule === undefined ? "(no rule is about it)" : `(rule ${rule})`;
  switch (event) {
    case "no-such-name":
      return ["refused", place, "name only", by, ...times];
    case "refused":
      return ["refused", place, by, ...times];
    case "private":
      return ["refused", place, `(its addresses are private: ${(addresses ?? []).join(", ")})`, ...times];
    case "mismatch":
      return [
        "refused",
        place,
        named ? `(it asked for ${named})` : "(what it asked for cannot be read)",
        ...times,
      ];
    case "unreachable":
      return ["unreachable", place, ...why === undefined ? [] : [`(${why})`], ...times];
    case "connected":
      return ["connected", place, ...address === undefined ? [] : [`at ${address}`], ...times];
    case "closed":
      return ["closed", place, `${sent} bytes out, ${received} in`, ...times];
    case "request":
      return [
        String(status),
        asked,
        `${sent} bytes out, ${received} in`,
        ...secrets.length > 0
          ? [`with ${secrets.join(", ")}${accounts.length > 0 ? ` from ${accounts.join(", ")}` : ""}`]
          : [],
      ];
    case "refused-request":
      return ["refused", asked, ...why === undefined ? [] : [`(${why})`], ...times];
    case "stray-secret":
      return ["SECRET", asked, ...why === undefined ? [] : [`(${why})`], ...times];
    case "placeholder":
      return ["seen", place, `(the placeholder of ${secrets.join(", ")} was in a body; its value was not)`];
    case "unread":
      return ["unread", place, ...why === undefined ? [] : [`(${why})`], ...times];
    case "ssh":
      return ["ssh", host, `with your key ${key}`];
    case "refused-ssh":
      return [
        "refused",
        host === "" ? "ssh" : `ssh to ${host}`,
        ...key === "" ? [] : [`with your key ${key}`],
        ...why === undefined ? [] : [`(${why})`],
        ...times,
      ];
    case "held":
      return ["waiting", place, ...times];
    case "limit":
      return ["limit", limit === undefined ? "" : `network.limit.${limit}`, ...times];
    case "left-out":
      return ["left out", count === 1 ? "1 event" : `${count} events`];
  }
}
