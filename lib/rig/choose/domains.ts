/**
 * Lists of domains as a filtered network has them.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { quotePath } from "../../host/ui/quote_path.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { RunSettings } from "./types.ts";

/** A name, or all names below one. Neither addresses nor ports. */
const DOMAIN = /^(?:\*\.)?(?:[a-z0-9-]+\.)*[a-z0-9-]*[a-z][a-z0-9-]*$/i;

/** The lists of a file. */
interface Domains {
  readonly allow?: readonly string[];
  readonly block?: readonly string[];
  readonly allowlist_only?: boolean;
}

/** What they come to. */
interface DomainSettings {
  readonly settings: RunSettings;
  readonly notes: readonly string[];
}

/** Without a network there is nothing to list. */
export const NO_DOMAINS: DomainSettings = { settings: {}, notes: [] };

/**
 * What lists of domains come to. Throws `config` for a list that only blocks, which no network here can keep, and `bad-rule` for what is
 * no domain.
 */
export async function domainSettings(
  { allow = [], block = [], allowlist_only: only = false }: Domains = {},
  path: string,
): Promise<DomainSettings> {
  if (!only) {
    if (block.length > 0) {
      throw new KanibakoError(
        "config",
        `Cannot keep security.domains.block of ${
          quotePath(path)
        }: a network here is open, or lists what may be reached.`,
        { hint: "Set allowlist_only = true and list under allow what may be reached." },
      );
    }
    return {
      settings: {},
      notes: allow.length === 0
        ? []
        : [`security.domains.allow of ${quotePath(path)} has no effect without allowlist_only = true.`],
    };
  }
  const { parseRule, HOST_NAME } = await import("../../net/rule.ts");
  const ruleOf = (name: string) => {
    const rule = DOMAIN.test(name) ? parseRule(name) : undefined;
    // A rule can say more than a domain, this machine's own ports among it: not here.
    if (rule?.kind === "host" && rule.host !== HOST_NAME) return rule.text;
    throw new KanibakoError("config", `Cannot use ${shellQuote(name)} of ${quotePath(path)} as a domain.`, {
      hint: "Write example.com, or *.example.com for all names below it.",
    });
  };
  const rules = Object.fromEntries([
    ...allow.map((name) => [ruleOf(name), "allow"] as const),
    ...block.map((name) => [ruleOf(name), "refuse"] as const),
  ]);
  return { settings: { network: "filtered", rules, presets: [] }, notes: [] };
}
