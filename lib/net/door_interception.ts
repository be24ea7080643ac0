/**
 * What is put into the connections of a box: the secrets that its files bind, and the logins that it uses without having them.
 *
 * @module
 */

import type { DoorFiles } from "./door_files.ts";
import type { Certificates } from "./intercept/authority.ts";
import type { Interception } from "./intercept/intercept.ts";
import type { GuardedLogin } from "./intercept/renewal.ts";

/** What is put into the connections of a box. */
export function interceptionOf(
  { secrets, agents }: Pick<DoorFiles, "secrets" | "agents">,
  { certificates, logins, secret }: {
    readonly certificates: Certificates;
    readonly logins: readonly GuardedLogin[];
    /** The value of a secret. Rejects, in words without it, where it cannot be had. */
    readonly secret: (name: string) => Promise<string>;
  },
): Interception {
  const all = [...secrets, ...logins.flatMap(({ secrets }) => secrets)];
  return {
    secrets: all,
    certificates,
    value: (name) =>
      logins.map((login) => login.value(name)).find((value) => value !== undefined) ?? secret(name),
    renewal: (host, path) =>
      logins.map((login) => login.renewalAt(host + path)).find((renew) => renew !== undefined),
    reads: (host, port) =>
      all.some(({ places }) => places.some((place) => place.host === host && place.port === port)) ||
      port === 443 && logins.some(({ renewalHosts }) => renewalHosts.includes(host)),
    agents: (host) => agents.has(host),
  };
}

/** Values that are being read: requests at the same time have one read, which may start a program. */
export class SharedReads {
  readonly #read: (name: string) => Promise<string>;
  readonly #reading = new Map<string, Promise<string>>();

  constructor(read: (name: string) => Promise<string>) {
    this.#read = read;
  }

  of(name: string): Promise<string> {
    const known = this.#reading.get(name);
    if (known) return known;
    const reading = this.#read(name).finally(() => this.#reading.delete(name));
    this.#reading.set(name, reading);
    return reading;
  }
}
