/**
 * The addresses of names, as this machine's name servers give them.
 *
 * The servers are asked directly (`Deno.resolveDns`), with a final dot: so no search domain turns a name that was decided about into
 * another one, and neither mDNS nor another source of the C library has a say. The file of hosts counts, and its addresses are judged as
 * all others are.
 *
 * @module
 */

import { after } from "../host/timer.ts";
import type { HostName } from "../wire/host_name.ts";

/** Addresses of a name: those there are now, and those of the other family if they are late. */
export interface Addresses {
  readonly now: readonly string[];
  readonly later?: Promise<readonly string[]>;
}

/** Resolves a name. Rejects where it has no address or nobody answers. */
export type Resolve = (name: HostName) => Promise<Addresses>;

/** Asks for the records of one family. */
type Lookup = (name: string, type: "A" | "AAAA", signal: AbortSignal) => Promise<readonly string[]>;

/** How long the answer of one family waits for that of the other (RFC 8305). */
const OTHER_FAMILY_MS = 50;
const PATIENCE_MS = 10_000;
/** Programs open many connections to a name at once: one question serves them all for so long. */
const KEPT_MS = 5000;
const MOST_KEPT = 256;

/** Makes a resolver with a short memory. */
export function makeResolve(lookup: Lookup = askServers): Resolve {
  const kept = new Map<HostName, { readonly until: number; readonly found: Promise<Addresses> }>();
  return (name) => {
    const known = kept.get(name);
    if (known && known.until > Date.now()) return known.found;
    kept.delete(name);
    const found = bothFamilies(name, lookup);
    // A failure is nothing to keep: the next connection asks again.
    found.catch(() => kept.get(name)?.found === found && kept.delete(name));
    kept.set(name, { until: Date.now() + KEPT_MS, found });
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
    return found;
  };
}

async function bothFamilies(name: HostName, lookup: Lookup): Promise<Addresses> {
  const giveUp = new AbortController();
  const cancelGiveUp = after(PATIENCE_MS, () => giveUp.abort());
  const [six, four] = (["AAAA", "A"] as const).map((type) => lookup(`${name}.`, type, giveUp.signal));
  const all = Promise.allSettled([six!, four!]).finally(cancelGiveUp);
  const some = Promise.any([six!, four!]);
  some.catch(() => {});
  try {
    const first = await some;
    const both = await Promise.race([all, late()]);
    if (both) return { now: both.flatMap((one) => one.status === "fulfilled" ? one.value : []) };
    const later = all.then((ended) =>
      ended.flatMap((one) => one.status === "fulfilled" ? one.value : []).filter((one) =>
        !first.includes(one)
      )
    );
    return { now: first, later };
  } catch {
    const failures = (await all).flatMap((one) => one.status === "rejected" ? [one.reason as unknown] : []);
    throw failures.find((one) => !(one instanceof Deno.errors.NotFound)) ??
      new Error("there is no such name");
  }
}

function late(): Promise<undefined> {
  return new Promise((resolve) => void after(OTHER_FAMILY_MS, () => resolve(undefined)));
}

function askServers(name: string, type: "A" | "AAAA", signal: AbortSignal): Promise<string[]> {
  // Typed apart: the record types decide what the answer is.
  return type === "A" ? Deno.resolveDns(name, "A", { signal }) : Deno.resolveDns(name, "AAAA", { signal });
}
