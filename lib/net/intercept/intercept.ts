/**
 * A connection of a box whose plain text is needed, for a rule on methods or paths, or for a secret: TLS ends here, and begins again
 * towards the host.
 *
 * @module
 */

import { closeQuietly, type HalfClosing } from "../../wire/relay.ts";
import type { SocketPairs } from "../../host/socket_pair.ts";
import type { HostName } from "../../wire/host_name.ts";
import type { Policy } from "../policy.ts";
import { passRequests } from "./exchange.ts";
import type { Exchanged, SecretValues } from "./exchange_options.ts";
import type { RequestHead } from "./head.ts";
import { overridingField } from "./overriding.ts";
import { judgedPath } from "./path.ts";
import type { Renew } from "./renewal.ts";
import { Source } from "./source.ts";
import type { BoundSecret } from "./substitute.ts";
import type { Certificates } from "./authority.ts";

/** What the door of a box needs to look into connections. */
export interface Interception {
  readonly secrets: readonly BoundSecret[];
  /** The values for one connection to a host. */
  readonly values: (host: HostName) => SecretValues;
  readonly certificates: Certificates;
  /** What ends TLS makes connections with these. */
  readonly pairs: SocketPairs;
  /** Who renews a login with requests to this path of a host. */
  readonly renewal: (host: HostName, path: string) => Renew | undefined;
  /** Whether connections to a port of a host are looked into for it. */
  readonly reads: (host: HostName, port: number) => boolean;
  /** Hosts to which agents send what they have seen: a placeholder in what they send is not worth an end. */
  readonly agents: (host: HostName) => boolean;
}

/** One connection. */
export interface Intercepted {
  readonly host: HostName;
  readonly port: number;
  /** The rules as they are now. */
  readonly policy: () => Policy;
  /** Certificates that are trusted beside the usual ones. */
  readonly caCerts: readonly string[];
  /** The connection to the host, once. */
  readonly outside: HalfClosing;
  /** Called with what it has become, once TLS has begun on it: from then on only that can be closed. */
  readonly became: (outside: HalfClosing) => void;
  readonly gate?: (bytes: number) => Promise<void> | undefined;
  readonly report: (exchanged: Exchanged) => void;
  /** The placeholder of a secret was seen in a body, and passed on. */
  readonly seen: (secret: string) => void;
}

const HANDSHAKE = 22;

/** Passes on what the connection asks for, until it ends. Rejects, in words, where TLS cannot begin on either side. */
export async function intercept(
  inside: HalfClosing,
  { secrets, values, certificates, pairs, agents, renewal }: Interception,
  { host, port, policy, caCerts, outside, became, ...others }: Intercepted,
): Promise<void> {
  const source = new Source(inside);
  if (!await source.stirs()) return;
  const encrypted = source.first === HANDSHAKE;
  const whole = source.following(inside);
  const { asClient, asServer } = await import("./tls.ts");
  // On both sides at once: the host may be far away. It has been dialled already.
  const beginning = encrypted ? asClient(outside, host, caCerts) : undefined;
  beginning?.then(became, () => {});
  try {
    const served = encrypted ? await asServer(whole, await certificates.of(host), pairs) : undefined;
    const passing = passRequests(served?.plain ?? whole, {
      host,
      port,
      encrypted,
      secrets,
      ...values(host),
      strict: !agents(host),
      ...(encrypted ? { renewal: (path: string) => renewal(host, path) } : {}),
      refusal: (head) => refusal(policy(), host, port, head),
      connect: async () => await beginning ?? outside,
      ...others,
    });
    await passing.finally(() => served?.passedOn());
  } finally {
    beginning?.then(closeQuietly, () => {});
  }
}

/** Why a request is not allowed. */
function refusal(
  policy: Policy,
  host: HostName,
  port: number,
  { method, path, fields }: Pick<RequestHead, "method" | "path" | "fields">,
): string | undefined {
  if (!policy.readsRequests({ host, port })) {
    return policy.decide({ host, port }).allowed ? undefined : `no rule allows ${host}:${port}`;
  }
  // Servers differ in whether that is another method.
  if (method !== method.toUpperCase()) {
    return "its method is not in capitals, and rules on methods are in force";
  }
  const field = overridingField(fields);
  if (field !== undefined) {
    return `its field ${field} can make another request of it, and rules on requests are in force`;
  }
  const read = judgedPath(path);
  if (read === undefined) return "its path can be read in two ways, and rules on paths are in force";
  const { allowed, by } = policy.decide({ host, port, method, path: read });
  if (allowed) return undefined;
  return by ? `the rule ${by.rule.text} refuses it` : `no rule allows ${method} ${host}${read}`;
}
