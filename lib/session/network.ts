/**
 * The rules of a box's filtered network, from all that decides them.
 *
 * @module
 */

import type { Settings } from "../config/settings.ts";
import type { Host } from "../config/system.ts";
import { real } from "../host/path.ts";
import { readText } from "../host/store.ts";
import { compileRules, usableRule } from "../net/compile.ts";
import { PACKAGES } from "../net/presets/all.ts";
import { ruleOfAddress } from "../net/registries/address.ts";
import { readRegistries, type Registry } from "../net/registries/registries.ts";
import { isWithin } from "../project/layout.ts";
import { knownPlaces } from "../project/list.ts";
import type { NetworkRule } from "../spec/box_spec.ts";
import { fromFlag, type Source } from "../spec/source.ts";
import { chosenTarget, targetHost } from "../../targets/discover.ts";
import type { Target } from "../../targets/target.ts";

/** Whose rules are wanted. */
export interface NetworkOf {
  readonly host: Host;
  readonly settings: Settings;
  /** The agent that runs in the box; a shell has the one that would. */
  readonly agent: Target | undefined;
  /** Folders that the box can write. */
  readonly writable: readonly string[];
  /** It is another user's: what this user has configured is not for it. */
  readonly foreign: boolean;
}

/** The rules of a box, as the settings say now. Throws `bad-rule`. */
export async function networkRules(of: NetworkOf): Promise<readonly NetworkRule[]> {
  const { settings: { filtered: { presets, rules }, env } } = of;
  const [target, registries] = await Promise.all([
    of.agent ?? chosenTarget(of.settings.crab.value, targetHost(of.host.dirs.home)),
    registriesOf(of),
  ]);
  const addresses = (target?.addressVariables ?? []).flatMap((name) =>
    ruleOfAddress(env[name]?.value ?? "") ?? []
  );
  return compileRules({
    settings: { presets, rules },
    agents: target ? [{ name: target.name, hosts: [...target.hosts, ...addresses] }] : [],
    registries,
  });
}

/** The rules that options of a start add. Throws `bad-rule`. */
export async function rulesGiven(words: readonly string[]): Promise<readonly NetworkRule[]> {
  if (words.length === 0) return [];
  const { checkedRule } = await import("../net/checked_rule.ts");
  const from = fromFlag("--allow");
  const rules: NetworkRule[] = [];
  for (const word of words) rules.push(...spelledOut(checkedRule(word), from));
  return rules;
}

function spelledOut(text: string, from: Source): readonly NetworkRule[] {
  const rule = usableRule(text);
  if (rule.kind === "host") return [{ text: rule.text, from }];
  return compileRules({
    settings: {
      presets: { value: [], level: "flag", from },
      rules: { [`@${rule.name}`]: { value: rule.effect, level: "flag", from } },
    },
    agents: [],
    registries: [],
  });
}

/** What the user's own configuration names, where `@packages` is allowed at all. */
async function registriesOf({ host, settings, writable, foreign }: NetworkOf): Promise<readonly Registry[]> {
  const { presets, rules } = settings.filtered;
  const isAllowed = rules[`@${PACKAGES}`]?.value === "allow" ||
    presets.value.some((name) => name === PACKAGES || name === `@${PACKAGES}`);
  if (!isAllowed) return [];
  const { projects } = await knownPlaces(host);
  const roots = [...writable, ...projects.map(({ path }) => path)].map(real);
  return await readRegistries({
    home: foreign ? undefined : host.dirs.home,
    env: (name) => Deno.env.get(name),
    // Where a box can write, a file may be a box's: also by a link, as into a project that holds such files.
    read: async (path) => {
      const file = real(path);
      return isOwn(file) && !roots.some((root) => isWithin(file, root)) ? await readText(file) : undefined;
    },
    list: (folder) => {
      try {
        return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
      } catch {
        return [];
      }
    },
  });
}

/** Most bytes of a configuration file; package managers' are smaller. */
const MAX_BYTES = 1024 * 1024;

/** Whether a file is this user's or the machine's, and nobody else can write it. */
function isOwn(path: string): boolean {
  try {
    const { isFile, uid, mode, size } = Deno.statSync(path);
    return isFile && size <= MAX_BYTES && (uid === Deno.uid() || uid === 0) &&
      ((mode ?? 0o777) & 0o022) === 0;
  } catch {
    return false;
  }
}
