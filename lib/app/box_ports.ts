/**
 * The published ports of a box in a script's hands.
 *
 * @module
 */

import type { PortMapping } from "../spec/box_spec.ts";
import type { PortQuestion, PortState } from "../wire/port_messages.ts";

/** Asks whoever listens for the box's ports. */
export type AskPorts = (
  question: PortQuestion,
) => Promise<{ readonly changed: readonly PortState[]; readonly ports: readonly PortState[] }>;

/**
 * Publishes ports of a box on this machine, as `kanibako box port` does: each is a number, or text such as `"8080:80"` or
 * `"[::1]:8080:80"`. Errors: `bad-port`; `port-taken`, `port-refused` and `no-address` for what this machine does not give;
 * `no-ports` for a box without a steward.
 */
export class BoxPorts {
  readonly #ask: AskPorts;

  /** Use `Box.ports`. */
  constructor(ask: AskPorts) {
    this.#ask = ask;
  }

  /** Publishes ports, all or none, and resolves once this machine listens. One that is published already is no error. */
  async add(...ports: readonly (string | number)[]): Promise<readonly PortMapping[]> {
    return (await this.#ask({ publish: ports.map(String) })).changed.map(mapping);
  }

  /** Takes ports back, all or none. Connections through them end. Throws `no-port` for one that is not published. */
  async remove(...ports: readonly (string | number)[]): Promise<readonly PortMapping[]> {
    return (await this.#ask({ unpublish: ports.map(String) })).changed.map(mapping);
  }

  /** Those on which this machine listens. */
  async list(): Promise<readonly PortMapping[]> {
    const { ports } = await this.#ask({ publish: [] });
    return ports.filter(({ problem }) => problem === undefined).map(mapping);
  }
}

function mapping({ host, port, boxPort }: PortState): PortMapping {
  return { host, port, boxPort };
}
