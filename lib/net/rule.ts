/**
 * Rules of a filtered network, as people write them: `api.example.com`, `*.example.com:8000-8100`, `GET example.com/docs/*`, `@git`,
 * and each of these refused with a `!` before it.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import { type HostName, isBelow, writtenHostName } from "../wire/host_name.ts";

/** Ports from one to another, both included. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** What a rule says of hosts. */
export interface HostRule {
  readonly kind: "host";
  /** `refuse` wins over any `allow`. */
  readonly effect: "allow" | "refuse";
  readonly host: HostName;
  /** Whether it is about the names below `host`, and not about `host` itself. */
  readonly below: boolean;
  readonly ports: readonly PortRange[];
  /** The methods of HTTP it is about; absent for all. */
  readonly methods?: readonly string[];
  /** The start of the paths it is about, or with `whole` one path; absent for all. */
  readonly path?: { readonly text: string; readonly whole: boolean };
  /** As it was written, in its one form. */
  readonly text: string;
}

/** A rule that stands for a list of rules. */
export interface PresetRule {
  readonly kind: "preset";
  readonly effect: "allow" | "refuse";
  readonly name: string;
  readonly text: string;
}

/** A rule. */
export type Rule = HostRule | PresetRule;

/** Ports of a rule that allows and names none. */
export const USUAL_PORTS: readonly number[] = [80, 443];
/** Ports of a refusal that names none: whoever refuses a host means all of it. */
const ALL_PORTS: readonly PortRange[] = [{ from: 1, to: 65535 }];
/** Most ports that a rule can allow: the box listens on each. */
export const MAX_PORTS = 1024;
/** Domains of one label that are no top-level domains: what is below one is somebody's own network. */
const OWN_DOMAINS = new Set([
  "internal",
  "local",
  "lan",
  "home",
  "corp",
  "intranet",
  "private",
  "test",
  "example",
]);
/** This machine, seen from a box: ports of its loopback, where a rule names them. */
export const HOST_NAME = "host.kanibako" as HostName;

const METHODS = /^[A-Z]+(,[A-Z]+)*$/;

/**
 * Reads a rule. Throws `bad-rule`, saying what is wrong, also for one that is too wide or cannot match. Domains below which everybody
 * can have a name are found by `checked_rule.ts` only, which needs a long list.
 */
export function parseRule(text: string): Rule {
  const wrong = (why: string, hint?: string) => badRule(text, why, hint);
  const trimmed = text.trim();
  const effect = trimmed.startsWith("!") ? "refuse" : "allow";
  const rest = (effect === "refuse" ? trimmed.slice(1) : trimmed).trim();
  const sign = effect === "refuse" ? "!" : "";
  if (rest.startsWith("@")) {
    const name = rest.slice(1);
    if (!/^[a-z][a-z0-9-]*$/.test(name)) throw wrong("a preset is @ and a name");
    return { kind: "preset", effect, name, text: `${sign}@${name}` };
  }
  const words = rest.split(/\s+/);
  if (words.length > 2) {
    throw wrong("it has too many words", "A rule is HOST, HOST:PORT or METHOD HOST/PATH.");
  }
  const methods = words.length === 2 ? methodsOf(words[0]!, wrong) : undefined;
  const place = words.at(-1)!;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(place)) {
    throw wrong(
      "it is a URL",
      `Name the host: ${place.replace(/^[^:]*:\/\//, "").split("/")[0]}`,
    );
  }
  const slash = place.indexOf("/");
  const path = slash < 0 ? undefined : pathOf(place.slice(slash), wrong);
  const [hostText, ports] = hostAndPorts(slash < 0 ? place : place.slice(0, slash), wrong);
  const below = hostText.startsWith("*.");
  const host = writtenHostName(below ? hostText.slice(2) : hostText);
  if (host === undefined) throw wrong(...whyNoHost(hostText));
  checkHost(host, { below, effect, ports, path: path !== undefined }, wrong);
  const portText = ports
    ? `:${ports.map(({ from, to }) => from === to ? from : `${from}-${to}`).join(",")}`
    : "";
  return {
    kind: "host",
    effect,
    host,
    below,
    ports: ports ?? (effect === "refuse" ? ALL_PORTS : USUAL_PORTS.map((port) => ({ from: port, to: port }))),
    ...(methods ? { methods } : {}),
    ...(path ? { path } : {}),
    text: `${sign}${methods ? `${methods.join(",")} ` : ""}${below ? "*." : ""}${host}${portText}${
      path ? path.text + (path.whole ? "" : "*") : ""
    }`,
  };
}

/** The rule that allows a port of a host; 0: the usual ones. */
export function ruleAllowing(host: string, port: number): string {
  return port === 0 || USUAL_PORTS.includes(port) ? host : `${host}:${port}`;
}

/** Whether a rule is about methods or paths, so that connections are looked into for it. */
export function readsRequests(text: string): boolean {
  const rule = parseRule(text);
  return rule.kind === "host" && (rule.methods !== undefined || rule.path !== undefined);
}

/** Whether a rule is about a host and a port. */
export function concerns(rule: HostRule, host: HostName, port: number): boolean {
  return (rule.below ? isBelow(host, rule.host) : host === rule.host) &&
    rule.ports.some(({ from, to }) => from <= port && port <= to);
}

/** Of two rules that both match: how much one says. More is more specific. */
export function specificity(rule: HostRule): number {
  const width = rule.ports.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  return rule.host.length * 1e6 + (rule.below ? 0 : 5e5) + (rule.path?.text.length ?? 0) * 100 +
    (rule.methods ? 50 : 0) - width / 65536;
}

/** A rule that cannot be used, and why. */
function badRule(text: string, why: string, hint?: string): KanibakoError {
  return new KanibakoError("bad-rule", `Cannot use ${shellQuote(text)} as a network rule: ${why}.`, {
    exitCode: 2,
    ...(hint === undefined ? {} : { hint }),
  });
}

type Wrong = (why: string, hint?: string) => KanibakoError;

function methodsOf(word: string, wrong: Wrong): readonly string[] {
  if (!METHODS.test(word)) {
    throw wrong(`${shellQuote(word)} is no list of methods`, "Methods are in capitals: GET,HEAD");
  }
  return [...new Set(word.split(","))].sort();
}

function pathOf(text: string, wrong: Wrong): { text: string; whole: boolean } {
  const open = text.endsWith("*");
  const path = open ? text.slice(0, -1) : text;
  if (path.includes("*")) throw wrong("a * in a path stands at its end");
  if (/[?#]/.test(path)) throw wrong("a path has no query");
  if (path.split("/").some((part) => part === "." || part === "..") || /%2e|%2f|\\/i.test(path)) {
    throw wrong("the path can never match");
  }
  return { text: path, whole: !open };
}

function hostAndPorts(text: string, wrong: Wrong): [string, readonly PortRange[] | undefined] {
  if (text.startsWith("[") || (text.match(/:/g)?.length ?? 0) > 1) throw wrong(ADDRESS, PIN);
  const cut = text.indexOf(":");
  if (cut < 0) return [text, undefined];
  const ports = text.slice(cut + 1).split(",").map((part) => {
    const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part);
    const from = Number(match?.[1]);
    const to = Number(match?.[2] ?? match?.[1]);
    if (!match || from < 1 || to > 65535) {
      throw wrong(`${shellQuote(part)} is no port`, "Ports are 1 to 65535.");
    }
    if (from > to) throw wrong(`the ports ${part} are none`);
    return { from, to };
  });
  return [text.slice(0, cut), ports];
}

const ADDRESS = "it is an address, and rules are about names";
const PIN = "Give it a name: kanibako box config network.hosts.NAME=ADDRESS. Then use NAME in the rule.";

/** Refuses what would open too much, and what no program could ever ask for. */
function checkHost(
  host: HostName,
  { below, effect, ports, path }: {
    readonly below: boolean;
    readonly effect: Rule["effect"];
    readonly ports: readonly PortRange[] | undefined;
    readonly path: boolean;
  },
  wrong: Wrong,
): void {
  if (host === "localhost" || host.endsWith(".localhost")) {
    throw wrong("localhost is the box itself", `To reach a port of this machine: ${HOST_NAME}:PORT`);
  }
  if (host === "kanibako" || host.endsWith(".kanibako")) {
    if (host !== HOST_NAME || below) {
      throw wrong("there is no such name", `To reach a port of this machine: ${HOST_NAME}:PORT`);
    }
    if (ports === undefined && effect === "allow") {
      throw wrong("it names no port of this machine", `Name one: ${HOST_NAME}:5432`);
    }
    if (path) throw wrong("a port of this machine has no path");
  }
  if (effect === "refuse") return;
  if (below && !host.includes(".") && !OWN_DOMAINS.has(host)) {
    throw wrong(
      "it would allow a whole top-level domain",
      "Name the hosts, or a domain that is somebody's own.",
    );
  }
  const width = (ports ?? []).reduce((sum, { from, to }) => sum + to - from + 1, 0);
  if (width > MAX_PORTS) throw wrong(`it names ${width} ports`, `A rule can allow at most ${MAX_PORTS}.`);
}

function whyNoHost(text: string): [why: string, hint?: string] {
  if (text === "*" || text === "*.") {
    return ["it would allow everything", "To allow everything: kanibako box config network=open"];
  }
  if (/^[\d.]+$/.test(text)) return [ADDRESS, PIN];
  return [
    text.includes("*")
      ? "a * stands for whole labels at the start only, as in *.example.com"
      : "it is no host name",
  ];
}
