/**
 * The rule for an address that a configuration names.
 *
 * @module
 */

import { hostName } from "../../wire/host_name.ts";

/**
 * `host`, or `host:port` where the address names an unusual one. `undefined` for what is no address of the web, or has no name: an
 * IP address, this machine itself.
 */
export function ruleOfAddress(text: string): string | undefined {
  let url: URL;
  try {
    url = new URL(text.trim().replace(/^(sparse|git|registry|index)\+(?=https?:)/, ""));
  } catch {
    return undefined;
  }
  if (!["http:", "https:"].includes(url.protocol)) return undefined;
  const host = hostName(url.hostname);
  if (host === undefined || /(^|\.)(localhost|kanibako)$/.test(host)) return undefined;
  return url.port === "" ? host : `${host}:${url.port}`;
}
