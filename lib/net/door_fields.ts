/**
 * What the settings of a filtered network come to, beside its rules: the other fields of the file that the door reads.
 *
 * @module
 */

import { addressList } from "../host/ip_address.ts";
import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import { sourceText } from "../spec/source.ts";
import type { Settings } from "../config/settings.ts";
import { writtenHostName } from "../wire/host_name.ts";
import type { NetworkFile } from "./network_file.ts";
import type { ProxyWords } from "./proxy.ts";

/**
 * The fields. `proxy`: what the environment of a launch says (`proxyWords`); a change while the box runs keeps what the file has,
 * as the terminal it is made in may lack the variables. Throws `bad-value` for a pin of something that is no host name.
 */
export function doorFields(
  { door, networkHosts }: Pick<Settings, "door" | "networkHosts">,
  proxy: ProxyWords,
): Omit<NetworkFile, "version" | "rules"> {
  const hosts: [string, string[]][] = [];
  for (const [text, { value, from }] of Object.entries(networkHosts)) {
    const host = writtenHostName(text);
    const addresses = addressList(value);
    if (host === undefined || addresses === undefined) {
      throw new KanibakoError(
        "bad-value",
        `Cannot use network.hosts.${text} (${sourceText(from)}): ${
          host === undefined ? `${shellQuote(text)} is no host name` : `${shellQuote(value)} is no address`
        }.`,
        { exitCode: 2 },
      );
    }
    if (addresses.length > 0) hosts.push([host, [...addresses]]);
  }
  return {
    hosts: Object.fromEntries(hosts),
    ca: [...door.ca.value],
    proxy,
    limits: {
      connections: door.connections.value,
      rate: door.rate.value,
      bytesPerSecond: door.bytesPerSecond.value ?? 0,
      bytes: door.bytes.value ?? 0,
    },
    ask: { when: ASK[door.ask.value], waitMs: door.wait.value * 1000 },
  };
}

const ASK = { auto: "attached", on: "always", off: "never" } as const;
