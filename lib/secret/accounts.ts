/**
 * A secret may have several accounts, which are tried in their order: one without a value, or one that a service refuses, makes room for
 * the next. Which one is in use is known by where it is asked for, never by its value.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { missing, type Origin, originText, readOrigin } from "./origin.ts";

/** One account of a secret. */
export interface Account {
  /** Where its value is asked for, in the words of `--from`. */
  readonly text: string;
  /** The value. Rejects with `no-secret`, in words without it, where there is none. */
  read(): Promise<string>;
}

/** The accounts that these origins of a secret come to. `others`: the origins of another secret, by its name. */
export function accountsIn(
  name: string,
  origins: readonly Origin[],
  others: (name: string) => readonly Origin[] | undefined = () => undefined,
): readonly Account[] {
  return origins.flatMap((origin) => {
    if (origin.kind === "secret") return ofOther(name, origin, others(origin.name));
    if (origin.kind !== "secret-tool" || origin.accounts.length < 2) {
      return [{ text: originText(origin), read: () => readOrigin(name, origin) }];
    }
    return origin.accounts.map((account) => {
      const one = { ...origin, accounts: [account] };
      return { text: originText(one), read: () => readOrigin(name, one) };
    });
  });
}

/** Only one step: two secrets that name each other come to nothing. */
function ofOther(
  name: string,
  origin: Origin & { readonly kind: "secret" },
  origins: readonly Origin[] | undefined,
): readonly Account[] {
  const text = originText(origin);
  const none = (why: string): readonly Account[] => [{
    text,
    read: () => Promise.reject(missing(name, `${text} ${why}`)),
  }];
  if (!origins) return none("does not exist");
  if (origins.some(({ kind }) => kind === "secret")) return none("is made of other secrets");
  const accounts = accountsIn(origin.name, origins);
  return accounts.map((one) => ({ ...one, text: accounts.length > 1 ? `${text} (${one.text})` : text }));
}

/** The value of the first account that has one. Throws `no-secret`, in words without it. */
export async function valueOfFirst(name: string, accounts: readonly Account[]): Promise<string> {
  return (await firstOf(name, accounts)).value;
}

interface Found {
  readonly value: string;
  readonly account: Account;
}

async function firstOf(name: string, accounts: readonly Account[]): Promise<Found> {
  const failures: unknown[] = [];
  for (const account of accounts) {
    try {
      return { value: await account.read(), account };
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length === 1) throw failures[0];
  const reasons = failures.map((error) => {
    const text = error instanceof Error ? error.message : String(error);
    return text.replace(/^The secret \w+ has no value: /, "").replace(/\.$/, "");
  });
  throw new KanibakoError("no-secret", `The secret ${name} has no value: ${reasons.join("; ")}.`, {
    // What is said of each comes last, once.
    hint: failures.flatMap((error) => error instanceof KanibakoError ? error.hints : [])
      .filter((hint, at, all) => all.lastIndexOf(hint) === at),
  });
}

/** The accounts that are in use in a box, by secret and host. */
export class AccountsInUse {
  readonly #of: (name: string) => Promise<readonly Account[]>;
  readonly #used = new Map<string, string>();
  readonly #reading = new Map<string, Promise<string>>();

  constructor(of: (name: string) => Promise<readonly Account[]>) {
    this.#of = of;
  }

  /** The value for a host, and its account where there are several: the one that is in use there, or the next that has a value. */
  async value(name: string, host: string): Promise<{ readonly value: string; readonly account?: string }> {
    const accounts = await this.#of(name);
    const at = Math.max(accounts.findIndex(({ text }) => text === this.#used.get(`${name} ${host}`)), 0);
    const inTurn = [...accounts.slice(at), ...accounts.slice(0, at)];
    const { value, account } = await firstOf(name, inTurn.map((one) => this.#shared(name, one)));
    if (accounts.length === 1) return { value };
    this.#used.set(`${name} ${host}`, account.text);
    return { value, account: account.text };
  }

  /**
   * A service has refused the value of an account: from now on the next one is in use there. Answers whether there is one that has not
   * been tried since the first.
   */
  async refused(name: string, host: string, account: string): Promise<boolean> {
    const key = `${name} ${host}`;
    const used = this.#used.get(key);
    // A request at the same time has found that out already.
    if (used !== account) return used !== undefined;
    const accounts = await this.#of(name);
    const at = accounts.findIndex(({ text }) => text === account);
    const rest = accounts.slice(at + 1).map((one) => this.#shared(name, one));
    const next = at < 0 ? undefined : await firstOf(name, rest).catch(() => undefined);
    if (next) this.#used.set(key, next.account.text);
    // With the next request it begins from the front.
    else this.#used.delete(key);
    return next !== undefined;
  }

  /** Requests at the same time have one read, which may start a program. */
  #shared(name: string, { text, read }: Account): Account {
    const key = `${name} ${text}`;
    return {
      text,
      read: () => {
        const known = this.#reading.get(key);
        if (known) return known;
        const reading = read().finally(() => this.#reading.delete(key));
        this.#reading.set(key, reading);
        return reading;
      },
    };
  }
}
