/**
 * The registries that the user's own configuration names, so that `@packages` works where packages come from elsewhere. Read on the
 * host, from files that no box can write.
 *
 * @module
 */

import { fromPart, type Source } from "../../spec/source.ts";
import { ruleOfAddress } from "./address.ts";
import { anyAddress, apt, cargo, go, maven, npm, pip, type Reader, uv } from "./formats.ts";

/** Where configuration is read. */
export interface ConfigurationOf {
  /** The user's home; `undefined`: only what is set for the whole machine counts. */
  readonly home: string | undefined;
  readonly env: (name: string) => string | undefined;
  /** The text of a file that is the user's own and no box's; `undefined` when there is none. */
  readonly read: (path: string) => Promise<string | undefined>;
  /** Names in a folder; none when there is none. */
  readonly list: (folder: string) => readonly string[];
}

/** A registry. */
export interface Registry {
  /** A rule that allows it. */
  readonly rule: string;
  readonly from: Source;
}

/** What a user's configuration names, each once. */
export async function readRegistries(of: ConfigurationOf): Promise<readonly Registry[]> {
  const found = new Map<string, Registry>();
  const add = (address: string, what: string) => {
    const rule = ruleOfAddress(address);
    if (rule !== undefined && !found.has(rule)) found.set(rule, { rule, from: fromPart(what) });
  };
  for (const [name, split] of Object.entries(VARIABLES)) {
    const value = of.home === undefined ? undefined : of.env(name) ?? of.env(name.toLowerCase());
    for (const address of value?.split(split) ?? []) add(address, `your variable ${name}`);
  }
  const read = await Promise.all(
    filesOf(of).map(async ([path, reader]) => [path, reader, await of.read(path)] as const),
  );
  for (const [path, reader, text] of read) {
    if (text !== undefined) {
      for (const address of reader(text, of.env)) add(address, shown(path, of.home));
    }
  }
  return [...found.values()];
}

/** Variables that name registries, and what stands between two. */
const VARIABLES: Readonly<Record<string, RegExp>> = {
  NPM_CONFIG_REGISTRY: /\s+/,
  YARN_NPM_REGISTRY_SERVER: /\s+/,
  PIP_INDEX_URL: /\s+/,
  PIP_EXTRA_INDEX_URL: /\s+/,
  UV_INDEX_URL: /\s+/,
  UV_DEFAULT_INDEX: /\s+/,
  UV_EXTRA_INDEX_URL: /\s+/,
  GOPROXY: /[,|\s]+/,
};

function filesOf({ home, env, list }: ConfigurationOf): readonly (readonly [path: string, Reader])[] {
  const listed = (folder: string, end: RegExp) =>
    list(folder).filter((name) => end.test(name)).map((name) => `${folder}/${name}`);
  const machine: [string, Reader][] = [
    ["/etc/npmrc", npm],
    ["/usr/etc/npmrc", npm],
    ["/usr/local/etc/npmrc", npm],
    ["/etc/pip.conf", pip],
    ["/etc/xdg/pip/pip.conf", pip],
    ["/etc/apt/sources.list", apt],
    ...listed("/etc/apt/sources.list.d", /\.(list|sources)$/).map((path): [string, Reader] => [path, apt]),
    ["/etc/maven/settings.xml", maven],
  ];
  if (home === undefined) return machine;
  const config = env("XDG_CONFIG_HOME") ?? `${home}/.config`;
  const cargoHome = env("CARGO_HOME") ?? `${home}/.cargo`;
  return [
    [env("NPM_CONFIG_USERCONFIG") ?? `${home}/.npmrc`, npm],
    [`${home}/.yarnrc.yml`, anyAddress],
    [env("PIP_CONFIG_FILE") ?? `${config}/pip/pip.conf`, pip],
    [`${home}/.pip/pip.conf`, pip],
    [`${config}/uv/uv.toml`, uv],
    [`${cargoHome}/config.toml`, cargo],
    [`${cargoHome}/config`, cargo],
    [`${config}/go/env`, go],
    [`${home}/.m2/settings.xml`, maven],
    [`${home}/.gradle/init.gradle`, anyAddress],
    ...listed(`${home}/.gradle/init.d`, /\.gradle(\.kts)?$/).map((
      path,
    ): [string, Reader] => [path, anyAddress]),
    ...machine,
  ];
}

function shown(path: string, home: string | undefined): string {
  return home !== undefined && path.startsWith(`${home}/`) ? `your ~${path.slice(home.length)}` : path;
}
