/**
 * What a filtered network comes to, written down for its door, which reads it again when it changes: by a launch, by whoever changes a
 * rule while the box runs, and by calls that bring rules along.
 *
 * @module
 */

import type { BoxPlace } from "../config/box_files.ts";
import { networkFile, networkLock, networkRunFile } from "../config/box_state.ts";
import { readLevels } from "../config/levels.ts";
import { settingsFrom } from "../config/resolve.ts";
import type { Settings } from "../config/settings.ts";
import { withConfigNow } from "../config/system.ts";
import { FileLock, readJson, writeJson } from "../host/store.ts";
import { doorFields } from "../net/door_fields.ts";
import {
  NETWORK_FILE,
  NETWORK_RUN_FILE,
  type NetworkFile,
  type NetworkRunFile,
} from "../net/network_file.ts";
import type { ProxyWords } from "../net/proxy.ts";
import { writtenRules } from "../net/written_rules.ts";
import type { NetworkRule } from "../spec/box_spec.ts";
import { type NetworkOf, networkRules } from "./network.ts";

/** What a box's settings come to. */
export interface NetworkContent {
  readonly rules: readonly NetworkRule[];
  readonly settings: Pick<Settings, "door" | "networkHosts">;
  /** The way out of this machine. */
  readonly proxy: ProxyWords;
  /** What is looked into; absent: as before. */
  readonly looks?: Pick<NetworkFile, "secrets" | "agents">;
}

/**
 * Writes down what the settings come to; whether that is something else than before. `look` reads the settings, and is called with the
 * lock in hand: of two that change something at once, the last to write has seen both changes. Where it answers `undefined`, the file
 * stays as it is.
 */
export async function writeNetwork(
  state: string,
  look: (before: NetworkFile | undefined) => Promise<NetworkContent | undefined>,
): Promise<boolean> {
  const path = networkFile(state);
  using _lock = await FileLock.acquire(networkLock(state));
  const before = await readJson(path, NETWORK_FILE).catch(() => undefined);
  const found = await look(before);
  if (!found) return false;
  const { rules, settings, proxy, looks } = found;
  const { secrets, agents } = looks ?? before ?? {};
  const content: NetworkFile = {
    version: 1,
    rules: writtenRules(rules),
    ...doorFields(settings, proxy),
    ...(secrets ? { secrets } : {}),
    ...(agents ? { agents } : {}),
  };
  await writeJson(path, content, 0o600, { durable: false });
  return JSON.stringify(before) !== JSON.stringify(await readJson(path, NETWORK_FILE));
}

/**
 * Writes down what was set since the settings were read; nothing, where nothing was. Whoever sets a rule looks at the records of runs
 * afterwards: called once there is one, no change is missed. Throws `not-approved`.
 */
export async function writeLaterNetwork(
  of: NetworkOf,
  { state, place, proxy }: { readonly state: string; readonly place: BoxPlace; readonly proxy: ProxyWords },
): Promise<void> {
  const asText = ({ filtered, door, networkHosts }: Settings) =>
    JSON.stringify([filtered, door, networkHosts]);
  await writeNetwork(state, async () => {
    const now = settingsFrom(await readLevels(await withConfigNow(of.host), place), undefined, {});
    if (asText(now) === asText(of.settings)) return undefined;
    const { filtered, door, networkHosts } = now;
    const settings = { ...of.settings, filtered, door, networkHosts };
    return { rules: await networkRules({ ...of, settings }), settings, proxy };
  });
}

/** Begins the rules of a run: those of its options, and none that an earlier run was given. */
export async function writeRunNetwork(
  state: string,
  run: string,
  rules: readonly NetworkRule[],
): Promise<void> {
  const content: NetworkRunFile = { version: 1, run, rules: writtenRules(rules) };
  await writeJson(networkRunFile(state), content, 0o600, { durable: false });
}

/** Adds rules to those of a run, each once. */
export async function addRunRules(state: string, run: string, rules: readonly NetworkRule[]): Promise<void> {
  using _lock = await FileLock.acquire(networkLock(state));
  const before = await readJson(networkRunFile(state), NETWORK_RUN_FILE);
  const there = before?.run === run ? before.rules : [];
  const added = writtenRules(rules).filter(({ text }) => !there.some((one) => one.text === text));
  if (added.length === 0) return;
  const content: NetworkRunFile = { version: 1, run, rules: [...there, ...added] };
  await writeJson(networkRunFile(state), content, 0o600, { durable: false });
}
