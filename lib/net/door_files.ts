/**
 * What the files of a box say that its door does: the rules, how names are found, and which secrets go where. Values are in none of them.
 *
 * @module
 */

import { networkFile, networkRunFile } from "../config/box_state.ts";
import { readJson } from "../host/store.ts";
import { parseBinding } from "../secret/binding.ts";
import { type Origin, parseOrigin } from "../secret/origin.ts";
import { type HostName, hostName } from "../wire/host_name.ts";
import { readCertificates } from "./certificates.ts";
import type { DialOptions } from "./dial.ts";
import type { BoundSecret } from "./intercept/substitute.ts";
import { NETWORK_FILE, NETWORK_RUN_FILE, type NetworkFile } from "./network_file.ts";
import { Policy } from "./policy.ts";
import { proxyFor, type Variables } from "./proxy.ts";
import { rulesIn } from "./written_rules.ts";

/** What the files say. */
export interface DoorFiles {
  readonly file: NetworkFile | undefined;
  readonly policy: Policy;
  readonly dialling: Omit<DialOptions, "resolve">;
  readonly secrets: readonly BoundSecret[];
  /** Where values are asked for that are not in the store. */
  readonly origins: ReadonlyMap<string, Origin>;
  readonly agents: ReadonlySet<string>;
}

/** Without files nothing is let out. */
export const NO_FILES: DoorFiles = {
  file: undefined,
  policy: new Policy([]),
  dialling: { pinned: new Map() },
  secrets: [],
  origins: new Map(),
  agents: new Set(),
};

/** Reads them. Rejects where one cannot be read. `env`: the environment, for a proxy's login. */
export async function readDoorFiles(
  { state, run, env }: { readonly state: string; readonly run: string; readonly env: Variables },
): Promise<DoorFiles> {
  const file = await readJson(networkFile(state), NETWORK_FILE);
  const ofRun = await readJson(networkRunFile(state), NETWORK_RUN_FILE);
  // Those of an earlier run ended with it.
  const rules = [...file?.rules ?? [], ...ofRun?.run === run ? ofRun.rules : []];
  if (!file) return { ...NO_FILES, policy: new Policy(rulesIn(rules)) };
  return {
    file,
    policy: new Policy(rulesIn(rules)),
    dialling: {
      pinned: pins(file.hosts),
      proxy: (host, port) => proxyFor(file.proxy, { host, port }, env),
      caCerts: await readCertificates(file.ca),
    },
    secrets: (file.secrets ?? []).map(({ name, placeholder, binding }) => ({
      name,
      placeholder,
      places: parseBinding(name, binding),
    })),
    origins: new Map(
      (file.secrets ?? []).flatMap(({ name, origin }) =>
        origin === undefined ? [] : [[name, parseOrigin(origin)]]
      ),
    ),
    agents: new Set(file.agents),
  };
}

function pins(hosts: NetworkFile["hosts"]): ReadonlyMap<HostName, readonly string[]> {
  return new Map(
    Object.entries(hosts).flatMap(([name, addresses]) => {
      const host = hostName(name);
      return host ? [[host, addresses] as const] : [];
    }),
  );
}
