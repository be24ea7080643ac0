/**
 * What happens at the door of a box, as data.
 *
 * @module
 */

import type { HostName } from "../wire/host_name.ts";
import type { Exchanged } from "./intercept/exchange_options.ts";
import type { SshUse } from "../ssh/guarded_agent.ts";
import type { Decision, SourcedRule } from "./policy.ts";

/** A limit of the door; `names`: how many names are asked for. */
export type LimitName = "connections" | "rate" | "bytes_per_second" | "bytes" | "names";

interface At {
  readonly host: HostName;
  readonly port: number;
}

/** What happened. */
export type DoorEvent =
  /** A name was asked for, and may be reached on these ports; none: it was answered that it does not exist, by this rule if one is about it. */
  | {
    readonly kind: "name";
    readonly host: HostName;
    readonly ports: readonly number[];
    readonly by: SourcedRule | undefined;
  }
  | ({ readonly kind: "refused"; readonly decision: Decision } & At)
  | ({ readonly kind: "private"; readonly addresses: readonly string[] } & At)
  | ({ readonly kind: "unreachable"; readonly why: string } & At)
  | ({ readonly kind: "connected"; readonly address: string } & At)
  /** What the box sent is meant for another host: `named`, or nothing where that cannot be said. */
  | ({ readonly kind: "mismatch"; readonly named: string } & At)
  /** A request whose plain text is known, and what came of it. */
  | ({ readonly kind: "request"; readonly exchanged: Exchanged } & At)
  /** The placeholder of a secret was seen in a body, and passed on. */
  | ({ readonly kind: "placeholder"; readonly secret: string } & At)
  /** What is not known of a connection whose plain text is needed: why it could not be read. */
  | ({ readonly kind: "unread"; readonly why: string } & At)
  | ({ readonly kind: "closed"; readonly sent: number; readonly received: number } & At)
  /** It waits for the user's answer. Port 0: only the name was asked for. */
  | ({ readonly kind: "held" } & At)
  /** The box wanted to log in with a key of the user's ssh agent; `why`: why it may not. */
  | ({ readonly kind: "ssh" } & SshUse)
  /** A limit acted. */
  | { readonly kind: "limit"; readonly limit: LimitName };
