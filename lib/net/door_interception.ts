/**
 * What is put into the connections of a box: the secrets that its files bind, and the logins that it uses without having them.
 *
 * @module
 */

import type { SocketPairs } from "../host/socket_pair.ts";
import type { AccountsInUse } from "../secret/accounts.ts";
import type { DoorFiles } from "./door_files.ts";
import type { Certificates } from "./intercept/authority.ts";
import type { Interception } from "./intercept/intercept.ts";
import type { GuardedLogin } from "./intercept/renewal.ts";

/** What is put into the connections of a box. */
export function interceptionOf(
  { secrets, agents }: Pick<DoorFiles, "secrets" | "agents">,
  { certificates, pairs, logins, accounts }: {
    readonly certificates: Certificates;
    readonly pairs: SocketPairs;
    readonly logins: readonly GuardedLogin[];
    readonly accounts: AccountsInUse;
  },
): Interception {
  const all = [...secrets, ...logins.flatMap(({ secrets }) => secrets)];
  return {
    secrets: all,
    certificates,
    pairs,
    values: (host) => {
      const used = new Map<string, string>();
      return {
        value: async (name) => {
          const login = logins.map((login) => login.value(name)).find((value) => value !== undefined);
          if (login) return await login;
          const { value, account } = await accounts.value(name, host);
          if (account !== undefined) used.set(name, account);
          return value;
        },
        account: (name) => used.get(name),
        refused: async (name) => {
          const account = used.get(name);
          return account !== undefined && await accounts.refused(name, host, account);
        },
      };
    },
    renewal: (host, path) =>
      logins.map((login) => login.renewalAt(host + path)).find((renew) => renew !== undefined),
    reads: (host, port) =>
      all.some(({ places }) => places.some((place) => place.host === host && place.port === port)) ||
      port === 443 && logins.some(({ renewalHosts }) => renewalHosts.includes(host)),
    agents: (host) => agents.has(host),
  };
}
