/**
 * The ports that a box is started with: those of the configuration, and those of options beside them.
 *
 * @module
 */

import type { PublishedPort } from "../spec/box_spec.ts";
import { parsePort, placeText } from "./port.ts";
import type { Setting } from "./settings.ts";

/**
 * All of them, each with its source. `configured`: what files say; `given`: what options say. Of two for one place of this machine
 * the option's counts.
 */
export function publishedPorts(
  configured: Setting<readonly string[]>,
  given: Setting<readonly string[]> | undefined,
): readonly PublishedPort[] {
  const ports = new Map<string, PublishedPort>();
  for (const { value, from } of given ? [configured, given] : [configured]) {
    for (const text of value) {
      const port = parsePort(text);
      ports.set(placeText(port), { ...port, from });
    }
  }
  return [...ports.values()];
}
