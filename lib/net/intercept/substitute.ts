/**
 * Puts the values of secrets into a request in the place of their placeholders: at the host, the port and the place that each is bound
 * to, and nowhere else.
 *
 * @module
 */

import { PLACEHOLDER } from "../../secret/placeholder.ts";
import type { SecretPlace } from "../../secret/binding.ts";
import type { HostName } from "../../wire/host_name.ts";
import { BadMessage, type Field, type RequestHead, valuesOf, withField } from "./head.ts";
import { couldBeBelow } from "./path.ts";
import { asBytes, bytesOf } from "./source.ts";
import type { Replacement } from "./replace.ts";

/** A secret of a box, without its value. */
export interface BoundSecret {
  readonly name: string;
  /** What the box has in its place. */
  readonly placeholder: string;
  readonly places: readonly SecretPlace[];
  /** Where at these it does not go all the same: `HOST/PATH`, and what begins so. */
  readonly never?: readonly string[];
}

/** What decides where values go. */
export interface Substitution {
  readonly host: HostName;
  readonly port: number;
  /** Whether nobody on the way can read what is sent: values go no other way. */
  readonly encrypted: boolean;
  readonly secrets: readonly BoundSecret[];
  /** The value of a secret. Throws, in words without it, where it cannot be had. */
  readonly value: (name: string) => Promise<string>;
}

/** A request with its values in it. */
export interface Substituted {
  readonly head: RequestHead;
  /** The secrets whose values are in the head. */
  readonly used: readonly string[];
  /** Texts with values in them that do not show there: logins in base64. */
  readonly packed: readonly string[];
}

/** A placeholder that is on its way to where its secret is not bound to. */
export class StrayPlaceholder extends BadMessage {
  /** The secret; `undefined`: it is one of another box. */
  readonly secret: string | undefined;

  constructor(secret: string | undefined, where: string) {
    super(`the placeholder of ${secret ?? "a secret of another box"} may not be sent ${where}`, 403);
    this.secret = secret;
  }
}

/** The value of a secret cannot be had, or cannot be sent. */
class NoValue extends BadMessage {
  constructor(why: string) {
    super(why, 502);
  }
}

/** Puts values into the head of a request. Throws {@link StrayPlaceholder} and {@link NoValue}. */
export async function substituted(head: RequestHead, how: Substitution): Promise<Substituted> {
  const used = new Set<string>();
  const put = async (
    text: string,
    where: string,
    may: (place: SecretPlace) => boolean,
    as: (value: string) => string,
  ) => {
    // A login in base64 may have such a character, and its writer none to gain by it.
    let result = text.replaceAll(SLOT, "");
    for (const { name, placeholder, places, never = [] } of how.secrets) {
      if (!result.includes(placeholder)) continue;
      const place = boundHere(places, how);
      if (!place || !may(place)) throw new StrayPlaceholder(name, where);
      if (never.some((one) => couldBeBelow(one, how.host, head.path))) {
        throw new StrayPlaceholder(name, `to ${how.host}${head.path}, which could give out another key`);
      }
      used.add(name);
      // One for a signed token stands behind what is open of that. It begins with a word: to look within words takes long.
      result = result.replaceAll(
        new RegExp(`(?:(?<![\\w-])eyJ[\\w-]+\\.[\\w-]+\\.)?${placeholder}`, "g"),
        () => SLOT + name + SLOT,
      );
    }
    // After those of this box are taken out, what still looks like one is of another.
    if (PLACEHOLDER.test(result)) throw new StrayPlaceholder(undefined, where);
    return await filled(result, as, how.value);
  };
  const here = `to ${how.host}`;
  await put(head.path, `in the path of a request ${here}`, () => false, String);
  const query = head.query === undefined
    ? undefined
    : await put(head.query, `in the query of a request ${here}`, ({ query }) => query, encodeURIComponent);
  const fields: Field[] = [];
  const packed: string[] = [];
  for (const { name, value } of head.fields) {
    const may = ({ fields }: SecretPlace) => fields.includes(name.toLowerCase());
    const where = `in the field ${name} of a request ${here}`;
    const basic = /^(basic +)([a-z0-9+/]+=*)$/i.exec(value);
    const login = basic && decoded(basic[2]!);
    if (basic && login && PLACEHOLDER.test(login)) {
      const filled = btoa(await put(login, where, may, asBytes));
      packed.push(filled);
      fields.push({ name, value: basic[1]! + filled });
    } else fields.push({ name, value: await put(value, where, may, fieldValue) });
  }
  return { head: { ...head, query, fields }, used: [...used], packed };
}

/** What is replaced in the body of a request, and whose placeholders may not be in it. */
export interface BodyChange {
  readonly replaced: readonly Replacement[];
  /** The secrets whose values come in their place. */
  readonly names: readonly string[];
  /** Placeholders that are only looked for. */
  readonly strays: readonly BoundSecret[];
}

/** How a body is changed. `used`: called with each secret whose value goes in. Throws {@link NoValue}. */
export async function bodyChange(
  { fields }: RequestHead,
  how: Substitution,
  used: (name: string) => void,
): Promise<BodyChange> {
  const type = valuesOf(fields, "content-type")[0]?.toLowerCase() ?? "";
  const as = type.includes("json")
    ? (value: string) => asBytes(JSON.stringify(value).slice(1, -1))
    : type.includes("x-www-form-urlencoded")
    ? (value: string) => encodeURIComponent(value)
    : asBytes;
  const replaced: Replacement[] = [];
  const names: string[] = [];
  const strays: BoundSecret[] = [];
  for (const secret of how.secrets) {
    if (!boundHere(secret.places, how)?.body) {
      strays.push(secret);
      continue;
    }
    // Its value is read with the first request that may have it, also where the body turns out to have none.
    const value = await valueOf(secret.name, how.value);
    names.push(secret.name);
    replaced.push({
      find: bytesOf(secret.placeholder),
      by: bytesOf(as(value)),
      found: () => used(secret.name),
    });
  }
  return { replaced, names, strays };
}

/** A request whose answer can be read: one that is packed could hide a value that comes back. */
export function unpacked(head: RequestHead): RequestHead {
  // Those of web sockets are about packing.
  const fields = head.fields.filter(({ name }) => name.toLowerCase() !== "sec-websocket-extensions");
  return { ...head, fields: withField(fields, "Accept-Encoding", "identity") };
}

/** Most characters of the values in a field or an address: a short placeholder may stand for a long value, and often. */
const MAX_FILLED = 512 * 1024;

/** Where a name of a secret stands until its value is put in: no field and no address has such a character. */
const SLOT = "\0";

async function filled(
  text: string,
  as: (value: string) => string,
  read: Substitution["value"],
): Promise<string> {
  const parts = text.split(SLOT);
  const values = new Map<string, string>();
  let length = 0;
  for (let at = 1; at < parts.length; at += 2) {
    const name = parts[at]!;
    const value = values.get(name) ?? as(await valueOf(name, read));
    values.set(name, value);
    length += value.length;
    if (length > MAX_FILLED) throw new BadMessage("its head is too long with the secrets in it", 431);
    parts[at] = value;
  }
  return parts.join("");
}

async function valueOf(name: string, read: Substitution["value"]): Promise<string> {
  try {
    return await read(name);
  } catch (error) {
    // Who is asked may know better what to answer.
    if (error instanceof BadMessage) throw error;
    throw new NoValue(error instanceof Error ? error.message : String(error));
  }
}

function boundHere(
  places: readonly SecretPlace[],
  { host, port, encrypted }: Substitution,
): SecretPlace | undefined {
  const here = encrypted ? places.filter((place) => place.host === host && place.port === port) : [];
  return here[0] && {
    ...here[0],
    fields: here.flatMap(({ fields }) => fields),
    query: here.some(({ query }) => query),
    body: here.some(({ body }) => body),
  };
}

function fieldValue(value: string): string {
  // deno-lint-ignore no-control-regex
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(value)) {
    throw new NoValue("a value with control characters cannot be sent in a field");
  }
  return asBytes(value);
}

function decoded(base64: string): string | undefined {
  try {
    return atob(base64);
  } catch {
    return undefined;
  }
}
