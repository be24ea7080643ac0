/**
 * The authority whose certificates a box trusts for the hosts whose connections are opened on their way out: one for each box, kept with
 * its state, where no box can read it.
 *
 * @module
 */

import { boxAuthority } from "../../config/box_state.ts";
import { integer, type Of, schemaOf, shape, text } from "../../host/light_schema.ts";
import { readJson, writeJson } from "../../host/store.ts";
import type { HostName } from "../../wire/host_name.ts";
import type { HostCertificate } from "./issue.ts";

const KEPT = shape({
  /** PEM. */
  certificate: text,
  /** PEM, PKCS #8. */
  key: text,
  /** Milliseconds since 1970. */
  until: integer,
});
const FILE = schemaOf(KEPT);

/** A certificate and its key. */
export type Authority = Of<typeof KEPT>;

const DAY_MS = 24 * 60 * 60 * 1000;
const YEARS_MS = 2 * 365 * DAY_MS;
/** A box that starts with one may run for long. */
const LEAST_LEFT_MS = 180 * DAY_MS;
/** Less than what clients let pass. */
const LEAF_MS = 90 * DAY_MS;

/** The authority of a box; a new one where there is none, or it ends soon, which is to be kept by {@link keepAuthority}. */
export async function authorityFor(state: string, box: string, now: number = Date.now()): Promise<Authority> {
  const known = await readJson(boxAuthority(state), FILE).catch(() => undefined);
  if (known && known.until - now > LEAST_LEFT_MS) return known;
  const { makeAuthority } = await import("./issue.ts");
  const until = now + YEARS_MS;
  const made = await makeAuthority(box, { from: now - DAY_MS, until });
  return { ...made, until };
}

/** Keeps the authority with the box. */
export async function keepAuthority(state: string, authority: Authority): Promise<void> {
  const known = await readJson(boxAuthority(state), FILE).catch(() => undefined);
  if (known?.certificate !== authority.certificate) await writeJson(boxAuthority(state), authority);
}

/** The authority of a box whose start has made it. Throws where it is not there. */
export async function keptAuthority(state: string): Promise<Authority> {
  const known = await readJson(boxAuthority(state), FILE);
  if (known) return known;
  throw new Error("the box has no certificates yet: stop it, and start it again");
}

/** Most certificates that are kept: a rule may be about any number of names. */
const MAX_KEPT = 256;

/** Certificates of hosts by one authority, each made when it is needed. */
export class Certificates {
  readonly #authority: () => Promise<Authority>;
  readonly #made = new Map<HostName, Promise<HostCertificate>>();

  constructor(authority: () => Promise<Authority>) {
    this.#authority = authority;
  }

  /** The certificate of a host. Rejects where there is no authority. */
  async of(host: HostName, now: number = Date.now()): Promise<HostCertificate> {
    const known = await this.#made.get(host)?.catch(() => undefined);
    if (known && known.until - now > LEAF_MS / 2) return known;
    const making = this.#make(host, now);
    this.#made.delete(host);
    this.#made.set(host, making);
    if (this.#made.size > MAX_KEPT) this.#made.delete(this.#made.keys().next().value!);
    return await making;
  }

  async #make(host: HostName, now: number): Promise<HostCertificate> {
    const [{ makeLeaf }, authority] = await Promise.all([import("./issue.ts"), this.#authority()]);
    return await makeLeaf(authority, host, { from: now - DAY_MS, until: now + LEAF_MS });
  }
}
