/**
 * Listening at a place of this machine, and what it means when that cannot be had.
 *
 * @module
 */

import { LAST_PORT, LOOPBACK, placeText, portText } from "../../config/port.ts";
import { KanibakoError } from "../../host/error.ts";
import type { PortMapping } from "../../spec/box_spec.ts";

/** Ports below it are for root only, unless the system is set up otherwise. */
const FIRST_FREE = 1024;

/**
 * Listens there. On `localhost` that is the loopback of both address families, where this machine has both. Throws `port-taken`,
 * `port-refused` for a port that this user may not have, and `no-address`.
 */
export function listenFor(mapping: PortMapping): readonly Deno.TcpListener[] {
  const { host, port } = mapping;
  if (host !== LOOPBACK) return [listenAt(mapping, host)];
  const first = listenAt(mapping, "127.0.0.1");
  try {
    return [first, Deno.listen({ hostname: "::1", port })];
  } catch (error) {
    // A machine without IPv6 has no such address. If another program is there, `localhost` would lead to that one.
    if (!(error instanceof Deno.errors.AddrInUse)) return [first];
    first.close();
    throw taken(mapping);
  }
}

function listenAt(mapping: PortMapping, hostname: string): Deno.TcpListener {
  const { host, port } = mapping;
  try {
    return Deno.listen({ hostname, port });
  } catch (cause) {
    if (cause instanceof Deno.errors.AddrInUse) throw taken(mapping);
    if (cause instanceof Deno.errors.PermissionDenied || cause instanceof Deno.errors.NotCapable) {
      const other = { ...mapping, port: port + 8000 };
      throw new KanibakoError("port-refused", `Cannot listen on ${placeText(mapping)}: not permitted.`, {
        hint: port < FIRST_FREE
          ? `Ports below ${FIRST_FREE} are for root. Use another port of this machine: ${portText(other)}`
          : [],
        cause,
      });
    }
    if (cause instanceof Deno.errors.AddrNotAvailable) {
      throw new KanibakoError("no-address", `Cannot listen on ${placeText(mapping)}.`, {
        hint: [`${host} is no address of this machine.`, "To see its addresses: ip address"],
        cause,
      });
    }
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new KanibakoError("no-address", `Cannot listen on ${placeText(mapping)}: ${words}`, { cause });
  }
}

/** The error for a place that somebody else has. `by`: who, where that is known. */
export function taken(mapping: PortMapping, by = "another program"): KanibakoError {
  const { port, boxPort } = mapping;
  const other = port < LAST_PORT ? port + 1 : port - 1;
  return new KanibakoError("port-taken", `Port ${placeText(mapping)} is in use by ${by}.`, {
    hint: `Use another port of this machine: ${portText({ ...mapping, port: other, boxPort })}`,
  });
}
