/**
 * What decides how requests are passed on, and what is reported of each.
 *
 * @module
 */

import type { HalfClosing } from "../../wire/relay.ts";
import type { RequestHead } from "./head.ts";
import type { Renew } from "./renewal.ts";
import type { Substitution } from "./substitute.ts";

/** One request and what came of it. */
export interface Exchanged {
  readonly method: string;
  /** Without what stands after the `?`. */
  readonly path: string;
  /** Of the answer. */
  readonly status: number;
  /** Bytes of the bodies. */
  readonly sent: number;
  readonly received: number;
  /** The secrets whose values were in it. */
  readonly secrets: readonly string[];
  /** Of those that have several accounts: where the value was asked for. */
  readonly accounts?: readonly string[];
  /** Why it was not passed on, or ended early. */
  readonly why?: string;
  /** The secret whose placeholder was on its way to where it may not go. */
  readonly stray?: string;
}

/** Values as a connection uses them. */
export interface SecretValues extends Pick<Substitution, "value"> {
  /** Where the latest value of a secret was asked for, where that has several accounts. */
  readonly account: (name: string) => string | undefined;
  /** The host has refused the latest value of a secret: whether there is another account to try. */
  readonly refused: (name: string) => Promise<boolean>;
}

/** How requests are passed on. */
export interface ExchangeOptions extends Substitution, SecretValues {
  /** Why a request is not allowed; `undefined`: it is. */
  readonly refusal: (head: Pick<RequestHead, "method" | "path" | "fields">) => string | undefined;
  /** Whether a placeholder in a body ends the request: not where agents send what they have seen to their own service. */
  readonly strict: boolean;
  /** Connects to the host. Throws, in words, where that cannot be. */
  readonly connect: () => Promise<HalfClosing>;
  readonly report: (exchanged: Exchanged) => void;
  /** Asked before bytes are passed on, as of a relay. */
  readonly gate?: (bytes: number) => Promise<void> | undefined;
  /** Who renews a login with requests to this path; `undefined`: none is renewed there. */
  readonly renewal?: (path: string) => Renew | undefined;
  /** Called with a placeholder that was seen in a body and passed on, once for each secret. */
  readonly seen?: (secret: string) => void;
}

/** What is known of one request while it is under way. */
export interface Account {
  method: string;
  path: string;
  status: number;
  sent: number;
  received: number;
  readonly secrets: Set<string>;
  why?: string;
  stray?: string;
}
