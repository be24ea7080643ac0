/**
 * Settings under a security profile. Where nobody set something, the profile's own value is the default. What is set can narrow it
 * further, and never widen it: what a file asks for beyond it is left out and warned of, so that one file can serve boxes of several
 * profiles; what this very call asks for is refused, as both cannot be had.
 *
 * @module
 */

import { isAboutLooks } from "./env.ts";
import type { Setting, Settings } from "./settings.ts";
import { KanibakoError } from "../host/error.ts";
import { enumerated } from "../host/ui/text.ts";
import type { EnvEntry, Network, SecurityName } from "../spec/box_spec.ts";
import { type Profile, PROFILES } from "../spec/profiles.ts";
import { fromPart, isFlag, type Source, sourceText } from "../spec/source.ts";

/** Something that is set, and that the profile does not allow. */
export interface Beyond {
  /** What is said of it, one sentence. */
  readonly text: string;
  /** Why a launch must not go on; absent for what a file says. */
  readonly refusal?: KanibakoError;
}

/** The settings as far as the profile allows them, and what it does not allow. */
export interface UnderProfile {
  readonly settings: Settings;
  readonly beyond: readonly Beyond[];
}

/** What of the host counts. */
export interface ProfileHost {
  /** The networks that the runtime can give. */
  readonly networks: ReadonlySet<Network["kind"]>;
  /** The variables of the host that say its language. */
  readonly locale: Readonly<Record<string, string>>;
}

/** Puts settings under a profile. Options that ask for too much keep their value, for the refusal to be what they meet. */
export function underProfile(settings: Settings, name: SecurityName, host: ProfileHost): UnderProfile {
  const profile = PROFILES[name];
  const beyond: Beyond[] = [];
  // Whoever set the profile set what follows from it.
  const { level } = settings.security;
  const limit = <T>(
    setting: Setting<T>,
    value: T,
    what: string,
    isAllowed: (value: T) => boolean,
  ): Setting<T> => {
    if (setting.level === "default") {
      return { value, level, from: { kind: "default", when: `of the profile ${name}` } };
    }
    if (isAllowed(setting.value)) return setting;
    beyond.push(tooMuch(name, what, setting, String(value), settings.security.from));
    return isFlag(setting.from) ? setting : { value, level, from: fromProfile(name) };
  };
  const { networks, pids } = profile;
  return {
    settings: {
      ...settings,
      ...networks
        ? {
          network: limit(settings.network, defaultNetwork(networks, host), "network", (one) =>
            networks.includes(one)),
        }
        : {},
      ...pids === undefined ? {} : { pids: limit(settings.pids, pids, "pids", (one) => one <= pids) },
      env: environment(settings.env, profile, name, host, beyond),
      ...profile.mounts === "own" ? withoutShared(settings, name, beyond) : {},
    },
    beyond,
  };
}

/**
 * The settings as a launch would have them where no runtime is looked at: one that has every network. Without a profile that is set a
 * launch takes one that leaves all of them as they are.
 */
export function asLaunched(settings: Settings): Settings {
  const networks = new Set(["none", "filtered", "open"] as const);
  return underProfile(settings, settings.security.value || "strict", { networks, locale: {} }).settings;
}

/** The network of a profile that the runtime can give; where it gives none of them, the runtime refuses the first. */
function defaultNetwork(
  networks: readonly Network["kind"][],
  host: Pick<ProfileHost, "networks">,
): Network["kind"] {
  return networks.find((kind) => host.networks.has(kind)) ?? networks[0]!;
}

/** The source of what a profile decides. */
export function fromProfile(name: SecurityName): Source {
  return fromPart(`profile ${name}`);
}

function tooMuch<T>(
  name: SecurityName,
  what: string,
  { value, from }: Setting<T>,
  allowed: string,
  profileFrom: Source,
): Beyond {
  const text = `The security profile ${name} (${sourceText(profileFrom)}) allows at most ${what} ${allowed}`;
  if (!isFlag(from)) return { text: `${text}, so ${what} ${value} (${sourceText(from)}) does not apply.` };
  const asked = `${sourceText(from)}: ${value}`;
  const refusal = new KanibakoError("security", `Cannot start the box: ${lowerFirst(text)} (${asked}).`, {
    hint: ["Leave one of the two out, or use another profile, such as: --security strict"],
  });
  return { text: `${text} (${asked}); a start with it is refused.`, refusal };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function environment(
  env: Settings["env"],
  profile: Profile,
  name: SecurityName,
  host: ProfileHost,
  beyond: Beyond[],
): Settings["env"] {
  if (profile.environment === "locale") return { ...locale(host), ...env };
  if (profile.environment === "configured") return env;
  const isKept = ([variable, { from }]: [string, EnvEntry]) => isFlag(from) || isAboutLooks(variable);
  const left = Object.entries(env).filter((entry) => !isKept(entry));
  if (left.length === 0) return env;
  beyond.push(leftOut(name, "variables of files", left.map(([variable]) => variable), "-e NAME=value"));
  return Object.fromEntries(Object.entries(env).filter(isKept));
}

/** A name of a language, and nothing that a program could take for something else. Source: setlocale(3). */
const LOCALE = /^[A-Za-z0-9_.@-]{1,64}$/;

function locale(host: ProfileHost): Record<string, EnvEntry> {
  const from = fromPart("the host's language");
  return Object.fromEntries(
    Object.entries(host.locale).filter(([, value]) => LOCALE.test(value))
      .map(([name, value]) => [name, { value, secret: false, from }]),
  );
}

/** The settings without what brings folders in that other boxes have too. What is copied into the home once stays. */
function withoutShared(
  settings: Settings,
  name: SecurityName,
  beyond: Beyond[],
): Pick<Settings, "binds" | "caches" | "agentCaches"> {
  const isShare = (key: string) => /\.share_r[ow]\./.test(key);
  const caches = { ...settings.caches, ...settings.agentCaches };
  const left = [
    ...Object.entries(settings.binds).filter(([key, { value }]) => isShare(key) && value !== "").map((
      [key],
    ) => key),
    ...Object.entries(caches).filter(([, { value }]) => value !== "").map(([key]) => `shared.${key}`),
    ...Object.entries(settings.resources).filter(([, { value }]) => value === "shared").map(([key]) =>
      `resource.${key}`
    ),
  ];
  if (left.length > 0) beyond.push(leftOut(name, "what boxes share", left));
  return {
    binds: Object.fromEntries(Object.entries(settings.binds).filter(([key]) => !isShare(key))),
    caches: {},
    agentCaches: {},
  };
}

function leftOut(name: SecurityName, what: string, names: readonly string[], instead?: string): Beyond {
  const give = instead === undefined ? "" : ` To give one to this run: ${instead}`;
  return { text: `The security profile ${name} leaves out ${what}: ${enumerated(names)}.${give}` };
}
