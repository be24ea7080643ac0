/**
 * Renewals of logins that a box uses without having them, as the door of its network carries them out.
 *
 * @module
 */

import type { RequestHead } from "./head.ts";
import type { BoundSecret } from "./substitute.ts";

/** What is asked or answered where a login is renewed. */
export interface RenewalText {
  readonly status: number;
  /** The kind of the body, as in `Content-Type`. */
  readonly type: string;
  readonly body: string;
}

/**
 * Renews a login: `send` passes a body on to the host. Answers what the box is to get, in which no value is; `undefined`: the request
 * is about another login, and is passed on as it is.
 */
export type Renew = (
  request: Pick<RenewalText, "type" | "body">,
  send: (body: string) => Promise<RenewalText>,
) => Promise<RenewalText | undefined>;

/** A login at the door. */
export interface GuardedLogin {
  /** What is secret of it; names are its own. */
  readonly secrets: readonly BoundSecret[];
  /** A value by its name; `undefined` for a name of another. Rejects where there is no login. */
  value(name: string): Promise<string> | undefined;
  /** Who renews it at a place, `HOST/PATH`; `undefined`: it is not renewed there. */
  renewalAt(place: string): Renew | undefined;
  /** Resolves once no renewal is under way: one that is cut off may have made the login worthless already. Never rejects. */
  settled(): Promise<void>;
  /** The hosts where it is renewed, all on the usual port of TLS. */
  readonly renewalHosts: readonly string[];
}

/** Fields of a request that say who asks. Others could say for what, for how long, or to whom the new tokens are to be bound. */
const KEPT = new Set([
  "host",
  "connection",
  "user-agent",
  "accept",
  "accept-language",
  "authorization",
  "originator",
  "x-goog-api-client",
]);

/** The head of a renewal as it is sent on: what renews a login stands in its body, and nothing else decides what comes of it. */
export function renewalHead(head: RequestHead, type: string): RequestHead {
  const kind = type.includes("json") ? "application/json" : "application/x-www-form-urlencoded";
  const kept = head.fields.filter(({ name }) => KEPT.has(name.toLowerCase()));
  return { ...head, query: undefined, fields: [...kept, { name: "Content-Type", value: kind }] };
}
