/**
 * The published ports of a run: added and taken back while it goes on, and kept for whoever takes over.
 *
 * @module
 */

import { parsePort, placeText, portText } from "../../config/port.ts";
import { KanibakoError } from "../../host/error.ts";
import type { PortMapping } from "../../spec/box_spec.ts";
import type { PortQuestion, PortState } from "../../wire/port_messages.ts";
import type { Run } from "../run.ts";
import { PortListener, Slots } from "./port_listener.ts";
import { writePorts } from "./port_record.ts";
import { explained } from "./taken_by.ts";

/** Most connections at once. Calls into the box need some of what the box has room for, too. */
const MAX_CONNECTIONS = 512;
/** Most ports of one box. */
const MAX_PORTS = 256;

/** A port that was asked for; without a listener: why there is none. */
interface Entry {
  readonly mapping: PortMapping;
  readonly listener?: PortListener;
  readonly problem?: string;
}

/** The ports of one run, until they are closed. */
export class PortSet implements AsyncDisposable {
  readonly #run: Run;
  readonly #slots = new Slots(MAX_CONNECTIONS);
  readonly #entries = new Map<string, Entry>();
  /** Questions are answered one after another. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(run: Run) {
    this.#run = run;
  }

  /** Listens for those that the run began with, or that it has had before. One that cannot be had does not keep the others back. */
  async restore(mappings: readonly PortMapping[]): Promise<void> {
    for (const mapping of mappings) {
      this.#entries.set(placeText(mapping), await this.#opened(mapping).catch(failed(mapping)));
    }
    if (mappings.length > 0) await this.#keep();
  }

  /** Does what is asked, all or nothing. Throws `port-taken`, `no-port` and what {@link parsePort} throws. */
  answer(question: PortQuestion): Promise<{ changed: readonly PortState[]; ports: readonly PortState[] }> {
    const answering = this.#last.then(async () => {
      const changed = "publish" in question
        ? await this.#publish(question.publish)
        : await this.#unpublish(question.unpublish);
      await this.#keep();
      return { changed: changed.map(stateOf), ports: this.#states() };
    });
    this.#last = answering.catch(() => {});
    return answering;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#last;
    await this.#close([...this.#entries.values()]);
  }

  async #publish(texts: readonly string[]): Promise<readonly Entry[]> {
    const mappings = texts.map(parsePort);
    const added: Entry[] = [];
    const named: Entry[] = [];
    try {
      for (const mapping of mappings) {
        const there = this.#entries.get(placeText(mapping));
        if (there?.listener && there.mapping.boxPort !== mapping.boxPort) throw leadsElsewhere(there.mapping);
        if (!there?.listener) {
          if (this.#entries.size >= MAX_PORTS) throw tooMany();
          const entry = await this.#opened(mapping);
          this.#entries.set(placeText(mapping), entry);
          added.push(entry);
        }
        named.push(this.#entries.get(placeText(mapping))!);
      }
    } catch (error) {
      await this.#close(added);
      throw error;
    }
    return named;
  }

  async #unpublish(texts: readonly string[]): Promise<readonly Entry[]> {
    const named = texts.map((text) => {
      const { host, port, boxPort } = parsePort(text);
      const same = [...this.#entries.values()].filter(({ mapping }) =>
        mapping.port === port && (boxPort === port || mapping.boxPort === boxPort)
      );
      // Without an address it is the only one of that number, or the one on the loopback.
      const exact = same.find(({ mapping }) => mapping.host === host);
      const found = exact ?? (text.startsWith(`${port}`) && same.length === 1 ? same[0] : undefined);
      if (!found) throw notPublished(text);
      return found;
    });
    await this.#close(named);
    return [...new Set(named)];
  }

  async #close(entries: readonly Entry[]): Promise<void> {
    for (const { mapping } of entries) this.#entries.delete(placeText(mapping));
    await Promise.all(entries.map(({ listener }) => listener?.[Symbol.asyncDispose]()));
  }

  async #opened(mapping: PortMapping): Promise<Entry> {
    try {
      return { mapping, listener: new PortListener(this.#run.state, mapping, this.#slots) };
    } catch (error) {
      throw await explained(this.#run.host, this.#run.state, mapping, error);
    }
  }

  #states(): readonly PortState[] {
    return [...this.#entries.values()].map(stateOf);
  }

  async #keep(): Promise<void> {
    await writePorts(this.#run.state, this.#run.record.run, this.#states());
  }
}

function stateOf({ mapping: { host, port, boxPort }, problem }: Entry): PortState {
  return { host, port, boxPort, ...(problem === undefined ? {} : { problem }) };
}

function failed(mapping: PortMapping): (error: unknown) => Entry {
  return (error) => ({ mapping, problem: error instanceof Error ? error.message : String(error) });
}

function leadsElsewhere(mapping: PortMapping): KanibakoError {
  const place = placeText(mapping);
  return new KanibakoError("port-taken", `${place} already leads to port ${mapping.boxPort} of this box.`, {
    hint: `To take it back: kanibako box port rm ${portText({ ...mapping, boxPort: mapping.port })}`,
  });
}

function tooMany(): KanibakoError {
  return new KanibakoError("too-many", `Cannot publish more than ${MAX_PORTS} ports of a box.`, {
    hint: "To take one back: kanibako box port rm PORT",
  });
}

function notPublished(text: string): KanibakoError {
  return new KanibakoError("no-port", `Port ${text} is not published.`, {
    hint: "To see which are: kanibako box port list",
  });
}
