/**
 * The secrets of this user by their names: what is kept is a value, or where to ask for it. No box is shown the file.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { FileLock, readJson, writeJson } from "../host/store.ts";
import {
  either,
  integer,
  listOf,
  oneOf,
  optional,
  schemaOf,
  shape,
  tableOf,
  text,
} from "../host/light_schema.ts";
import { checkSecretName } from "./binding.ts";
import { type Account, accountsIn, valueOfFirst } from "./accounts.ts";
import type { Origin } from "./origin.ts";

const ORIGIN = either(
  either(
    either(shape({ kind: oneOf("value"), value: text }), shape({ kind: oneOf("command"), command: text })),
    either(shape({ kind: oneOf("env"), variable: text }), shape({ kind: oneOf("pass"), entry: text })),
  ),
  either(
    shape({ kind: oneOf("secret-tool"), service: text, accounts: listOf(text) }),
    shape({ kind: oneOf("secret"), name: text }),
  ),
);

const FILE = schemaOf(shape({
  version: oneOf(1),
  secrets: tableOf(shape({
    origin: ORIGIN,
    /** Those that are tried after it, in their order. */
    others: optional(listOf(ORIGIN)),
    at: integer,
  })),
}));

/** A secret of the store. */
export interface StoredSecret {
  readonly name: string;
  /** Where its value comes from, one at least: accounts that are tried in this order. */
  readonly origins: readonly Origin[];
  /** When it was set: milliseconds since 1970. */
  readonly at: number;
}

/** The file, in the data folder. */
function secretFile({ data }: { readonly data: string }): string {
  return `${data}/secrets.json`;
}

/** The secrets there are, by name. */
export async function readSecrets(dirs: { readonly data: string }): Promise<readonly StoredSecret[]> {
  const secrets = (await readJson(secretFile(dirs), FILE))?.secrets ?? {};
  return Object.entries(secrets).map(([name, { origin, others = [], at }]) => ({
    name,
    origins: [origin, ...others] as Origin[],
    at,
  })).sort((a, b) => a.name < b.name ? -1 : 1);
}

/** Keeps a secret; whether it took the place of one of that name. Throws `bad-secret` for a name that cannot be. */
export async function keepSecret(
  dirs: { readonly data: string },
  name: string,
  [origin, ...others]: readonly [Origin, ...Origin[]],
): Promise<boolean> {
  checkSecretName(name);
  return await change(dirs, (secrets) => {
    const was = Object.hasOwn(secrets, name);
    secrets[name] = { origin, ...others.length > 0 ? { others } : {}, at: Date.now() };
    return was;
  });
}

/** Forgets a secret. Throws `no-secret` where there is none. */
export async function forgetSecret(dirs: { readonly data: string }, name: string): Promise<void> {
  await change(dirs, (secrets) => {
    if (!Object.hasOwn(secrets, name)) throw unknown(name, []);
    delete secrets[name];
  });
}

/** A secret, without a look for its value. Throws `no-secret` where there is none. */
export async function storedSecret(dirs: { readonly data: string }, name: string): Promise<StoredSecret> {
  const known = (await readSecrets(dirs)).find((one) => one.name === name);
  if (!known) throw unknown(name);
  return known;
}

/** Where the value of a secret can be asked for. Throws `no-secret` where there is no such secret. */
export async function secretAccounts(
  dirs: { readonly data: string },
  name: string,
): Promise<readonly Account[]> {
  const all = await readSecrets(dirs);
  const known = all.find((one) => one.name === name);
  if (!known) throw unknown(name);
  return accountsIn(name, known.origins, (other) => all.find((one) => one.name === other)?.origins);
}

/** The value of a secret. Throws `no-secret`, in words without it, where it cannot be had. */
export async function secretValue(dirs: { readonly data: string }, name: string): Promise<string> {
  return await valueOfFirst(name, await secretAccounts(dirs, name));
}

type Secrets = Record<string, { origin: Origin; others?: Origin[]; at: number }>;

async function change<T>(dirs: { readonly data: string }, act: (secrets: Secrets) => T): Promise<T> {
  const path = secretFile(dirs);
  using _lock = await FileLock.acquire(`${path}.lock`);
  const secrets = ((await readJson(path, FILE))?.secrets ?? {}) as Secrets;
  const result = act(secrets);
  await writeJson(path, { version: 1, secrets });
  return result;
}

function unknown(name: string, remedy = [`kanibako secret set ${name}`]): KanibakoError {
  return new KanibakoError("no-secret", `There is no secret ${name}.`, {
    hint: [...remedy, "To see which there are: kanibako secret list"],
  });
}
