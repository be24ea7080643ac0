/**
 * What would be decided about a connection, without making it.
 *
 * @module
 */

import { UsageError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { judgedPath } from "../../net/intercept/path.ts";
import { Policy } from "../../net/policy.ts";
import { ruleAllowing } from "../../net/rule.ts";
import { type HostName, writtenHostName } from "../../wire/host_name.ts";
import { sourceText } from "../../spec/source.ts";
import type { NetworkView } from "./scope.ts";

/** What is asked about. */
export interface Asked {
  readonly host: HostName;
  readonly port: number;
  readonly method?: string;
  readonly path?: string;
}

/** What would be decided. */
export interface Decided extends Asked {
  readonly allowed: boolean;
  /** The rule that decides; absent where none is about it, or the network is not filtered. */
  readonly rule?: string;
  readonly preset?: string;
  readonly source: string;
  /** The network that is in effect. */
  readonly network: "none" | "filtered" | "open";
}

/** Reads `HOST`, `HOST:PORT` or the address of a page. Throws a usage error. */
export function askedAbout(text: string, method?: string): Asked {
  const wrong = (why: string) => new UsageError(`Cannot test ${shellQuote(text)}: ${why}.`);
  if (method !== undefined && !/^[A-Za-z]+$/.test(method)) {
    throw new UsageError(`Cannot use --method ${shellQuote(method)}: it is no HTTP method.`);
  }
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text) ?? [, undefined, text];
  const usual = scheme === undefined ? 443 : SCHEMES[scheme.toLowerCase()];
  if (usual === undefined) throw wrong(`the port of ${scheme} is not known`);
  const slash = rest!.search(/[/?#]/);
  const authority = (slash < 0 ? rest! : rest!.slice(0, slash)).replace(/^[^@]*@/, "");
  const path = slash < 0 ? undefined : rest!.slice(slash).replace(/[?#].*$/, "") || "/";
  const [hostText = "", portText, ...more] = authority.split(":");
  if (more.length > 0 || authority.startsWith("[")) {
    throw wrong("an address has no name, and is never reached");
  }
  const host = writtenHostName(hostText);
  if (host === undefined) {
    throw wrong(
      /^[\d.]+$/.test(hostText) ? "an address has no name, and is never reached" : "it is no host name",
    );
  }
  const port = portText === undefined ? usual : Number(portText);
  if (!/^\d{1,5}$/.test(portText ?? "1") || port < 1 || port > 65535) throw wrong("ports are 1 to 65535");
  // A page that is named is one that is read, and a method is one of some page: rules on requests are about both.
  const isPage = path !== undefined && (scheme === undefined || [80, 443].includes(usual));
  return {
    host,
    port,
    ...(method === undefined ? isPage ? { method: "GET" } : {} : { method: method.toUpperCase() }),
    ...(path === undefined ? method === undefined ? {} : { path: "/" } : { path }),
  };
}

/** The rule that would allow it: as little as rules about that host allow. */
export function ruleFor({ rules }: NetworkView, { host, port, method, path }: Asked): string {
  const rule = ruleAllowing(host, port);
  const isRead = method !== undefined && path !== undefined &&
    new Policy(rules).readsRequests({ host, port });
  return isRead ? `${method} ${rule}${path}` : rule;
}

const SCHEMES: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  ws: 80,
  wss: 443,
  ssh: 22,
  git: 9418,
  postgres: 5432,
  postgresql: 5432,
};

/** The source of a refusal that no rule makes. */
export const NO_RULE = "no rule is about it";
const TWO_WAYS = "its path can be read in two ways, and rules on paths are in force";

/** What would be decided. */
export function decided({ inEffect: { network, from }, rules }: NetworkView, asked: Asked): Decided {
  if (network !== "filtered") {
    return { ...asked, allowed: network === "open", source: sourceText(from), network };
  }
  const policy = new Policy(rules);
  const { path, ...connection } = asked;
  const read = path === undefined ? undefined : judgedPath(path);
  if (path !== undefined && read === undefined && policy.readsRequests(asked)) {
    return { ...asked, allowed: false, source: TWO_WAYS, network };
  }
  const { allowed, by } = policy.decide(read === undefined ? connection : { ...connection, path: read });
  return {
    ...asked,
    allowed,
    ...(by ? { rule: by.rule.text } : {}),
    ...(by?.preset === undefined ? {} : { preset: by.preset }),
    source: by ? sourceText(by.from) : NO_RULE,
    network,
  };
}
