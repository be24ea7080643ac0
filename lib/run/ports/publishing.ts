/**
 * The service that listens for a box's published ports, and takes what other processes of this host want changed.
 *
 * @module
 */

import { portSocket } from "../../config/box_state.ts";
import { parsePort } from "../../config/port.ts";
import { KanibakoError } from "../../host/error.ts";
import { debug } from "../../host/log.ts";
import { after } from "../../host/timer.ts";
import { listenAt } from "../../host/unix_socket.ts";
import type { ServiceSpec } from "../../spec/box_spec.ts";
import { acceptAll } from "../../wire/accept.ts";
import { FrameReader, FrameWriter } from "../../wire/frame.ts";
import { nextMessage } from "../../wire/messages.ts";
import { PORT_QUESTION } from "../../wire/port_messages.ts";
import { closeQuietly } from "../../wire/relay.ts";
import type { Run } from "../run.ts";
import type { OpenService } from "../service.ts";
import { readPorts } from "./port_record.ts";
import { PortSet } from "./port_set.ts";

/** How long a process has to ask. */
const QUESTION_MS = 5000;

/** Listens for the ports in `options`, and for those that are added, as long as the run lasts. */
export async function openPorts(run: Run, { ports }: ServiceSpec["options"]): Promise<OpenService> {
  // Where another process has listened before, what was changed meanwhile counts.
  const before = await readPorts(run.state, run.record.run);
  return await Publishing.open(run, before ?? (Array.isArray(ports) ? ports : []).map(parsePort));
}

class Publishing implements OpenService {
  readonly #ports: PortSet;
  readonly #questions: Deno.Listener;
  readonly #asking = new Set<Deno.Conn>();
  #closed = false;

  private constructor(ports: PortSet, questions: Deno.Listener) {
    this.#ports = ports;
    this.#questions = questions;
    void acceptAll(this.#questions, "ports", () => this.#closed, (conn) => void this.#answer(conn));
  }

  static async open(run: Run, mappings: Parameters<PortSet["restore"]>[0]): Promise<Publishing> {
    const ports = new PortSet(run);
    try {
      await ports.restore(mappings);
      return new Publishing(ports, listenAt(portSocket(run.state), 0o600));
    } catch (error) {
      await ports[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const one of [this.#questions, ...this.#asking]) closeQuietly(one);
    await this.#ports[Symbol.asyncDispose]();
  }

  async #answer(conn: Deno.Conn): Promise<void> {
    this.#asking.add(conn);
    const cancel = after(QUESTION_MS, () => closeQuietly(conn));
    try {
      const question = await nextMessage(new FrameReader(conn), PORT_QUESTION);
      cancel();
      if (!question) return;
      await new FrameWriter(conn).message(await this.#ports.answer(question).catch(refused));
    } catch (error) {
      debug(() => `ports: ${error}`);
    } finally {
      cancel();
      this.#asking.delete(conn);
      closeQuietly(conn);
    }
  }
}

function refused(error: unknown): { refused: { code: string; message: string; hints: readonly string[] } } {
  if (error instanceof KanibakoError) {
    return { refused: { code: error.code, message: error.message, hints: error.hints } };
  }
  return { refused: { code: "ports", message: `The port cannot be published: ${error}`, hints: [] } };
}
