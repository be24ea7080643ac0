/**
 * What a box may reach: rules with their sources, and what they come to for one connection.
 *
 * @module
 */

import type { NetworkRule } from "../spec/box_spec.ts";
import type { HostName } from "../wire/host_name.ts";
import { judgedPath, withoutParameters } from "./intercept/path.ts";
import { AGENT } from "./presets/agent.ts";
import { concerns, type HostRule, MAX_PORTS, parseRule, specificity } from "./rule.ts";

/** A rule, read, and where it is from. */
export interface SourcedRule extends Omit<NetworkRule, "text"> {
  readonly rule: HostRule;
}

/** A decision and the rule that made it; none for what no rule is about. */
export interface Decision {
  readonly allowed: boolean;
  readonly by: SourcedRule | undefined;
}

/** What is asked for. `method` and `path` where the plain text is known; without them it is asked whether there may be a connection. */
export interface Wanted {
  readonly host: HostName;
  readonly port: number;
  readonly method?: string;
  readonly path?: string;
}

/** A set of rules. */
export class Policy {
  readonly rules: readonly SourcedRule[];
  /** Rules about one name. */
  readonly #exact = new Map<string, SourcedRule[]>();
  /** Rules about all names below one. */
  readonly #below = new Map<string, SourcedRule[]>();

  /** Of rules as a plan has them, presets spelled out. Throws `bad-rule`. */
  constructor(rules: readonly NetworkRule[]) {
    this.rules = rules.map(sourced);
    for (const one of this.rules) {
      const map = one.rule.below ? this.#below : this.#exact;
      const list = map.get(one.rule.host);
      if (list) list.push(one);
      else map.set(one.rule.host, [one]);
    }
  }

  /**
   * Refusals win, then the rule that says most. Nothing is allowed that no rule allows. Where the user allows some requests to a host, a
   * preset allows no others: it opens hosts as a whole, and would make such a rule say nothing.
   */
  decide(wanted: Wanted): Decision {
    const about = this.#about(wanted.host).filter(({ rule }) => concerns(rule, wanted.host, wanted.port));
    const matching = about.filter(({ rule }) => fits(rule, wanted));
    const refusal = most(matching.filter(({ rule }) => rule.effect === "refuse"));
    if (refusal) return { allowed: false, by: refusal };
    const isNarrowed = wanted.method !== undefined && about.some(narrows);
    const allowed = most(
      matching.filter((one) => one.rule.effect === "allow" && !(isNarrowed && isWide(one))),
    );
    return { allowed: allowed !== undefined, by: allowed };
  }

  /** Whether rules about methods or paths of this host are in force: then a connection alone does not say what is allowed. */
  readsRequests({ host, port }: Pick<Wanted, "host" | "port">): boolean {
    return this.#about(host).some(({ rule }) =>
      (rule.methods !== undefined || rule.path !== undefined) && concerns(rule, host, port)
    );
  }

  /** The presets whose permission for a host the user's own rules for some requests to it replace; none where it is allowed otherwise. */
  replacedPresets({ host, port }: Pick<Wanted, "host" | "port">): readonly string[] {
    const about = this.#about(host).filter(({ rule }) =>
      concerns(rule, host, port) && rule.effect === "allow"
    );
    if (!about.some(narrows) || about.some((one) => !narrows(one) && !isWide(one))) return [];
    return [...new Set(about.flatMap((one) => isWide(one) ? one.preset! : []))];
  }

  /** The ports on which a name may be reached at all: those on which the box listens for it. */
  portsOf(host: HostName): readonly number[] {
    const ports = new Set<number>();
    for (const { rule } of this.#about(host)) {
      if (rule.effect === "refuse") continue;
      for (const { from, to } of rule.ports) {
        for (let port = from; port <= to && ports.size < MAX_PORTS; port++) ports.add(port);
      }
    }
    return [...ports].filter((port) => this.decide({ host, port }).allowed).sort((a, b) => a - b);
  }

  #about(host: HostName): SourcedRule[] {
    const found = [...this.#exact.get(host) ?? []];
    for (let dot = host.indexOf("."); dot >= 0; dot = host.indexOf(".", dot + 1)) {
      found.push(...this.#below.get(host.slice(dot + 1)) ?? []);
    }
    return found;
  }
}

function sourced({ text, ...others }: NetworkRule): SourcedRule {
  const rule = parseRule(text);
  if (rule.kind !== "host") throw new Error(`${text} is not spelled out`);
  return { rule, ...others };
}

/** Whether a rule of the user's is about some requests to its host. */
function narrows({ rule, preset }: SourcedRule): boolean {
  return preset === undefined && rule.effect === "allow" &&
    (rule.methods !== undefined || rule.path !== undefined);
}

/** Whether a rule is one of a list of hosts. What an agent needs is no such list: without it there would be no agent. */
function isWide({ preset }: SourcedRule): boolean {
  return preset !== undefined && preset !== AGENT;
}

function most(rules: readonly SourcedRule[]): SourcedRule | undefined {
  let best: SourcedRule | undefined;
  for (const one of rules) if (!best || specificity(one.rule) > specificity(best.rule)) best = one;
  return best;
}

/**
 * Whether what is known of a request fits the rule. A connection is allowed for the sake of the requests that may be made on it, and
 * not refused for those that may not.
 */
function fits({ effect, methods, path }: HostRule, wanted: Wanted): boolean {
  if (wanted.method === undefined || wanted.path === undefined) {
    return effect === "allow" || !methods && !path;
  }
  if (methods && !methods.includes(wanted.method)) return false;
  if (!path) return true;
  const text = judgedPath(path.text) ?? path.text;
  const isAt = (one: string, start: string) => path.whole ? one === start : one.startsWith(start);
  if (effect === "allow") return isAt(wanted.path, text);
  // For some servers these are the same path: a refusal is about all of them.
  const lower = wanted.path.toLowerCase();
  const start = text.toLowerCase();
  return [lower, withoutParameters(lower)].some((one) =>
    isAt(one, start) || path.whole && withoutSlash(one) === withoutSlash(start)
  );
}

function withoutSlash(path: string): string {
  return path.endsWith("/") ? path.slice(0, -1) : path;
}
