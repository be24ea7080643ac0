/**
 * A run being hosted: its services at work. The process may be a supervisor, the command in the foreground, or a script.
 *
 * A service that fails is opened again alone, ever more rarely, and never ends the box.
 *
 * @module
 */

import { debug } from "../host/log.ts";
import { after } from "../host/timer.ts";
import type { Run } from "./run.ts";
import type { OpenService, Service } from "./service.ts";
import { recordFailure } from "./service_failures.ts";

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 60_000;

/** The services of one run, each kept at work until this is closed. */
export class HostedRun implements AsyncDisposable {
  readonly #keepers: readonly Keeper[];

  private constructor(keepers: readonly Keeper[]) {
    this.#keepers = keepers;
  }

  /** Opens the services. Resolves once each of those the box needs from its first byte on is at work; rejects if one cannot be. */
  static async open(run: Run, services: readonly Service[]): Promise<HostedRun> {
    const keepers = services.map((service) => new Keeper(run, service));
    const hosted = new HostedRun(keepers);
    try {
      await Promise.all(keepers.map((keeper) => keeper.open()));
    } catch (error) {
      await hosted[Symbol.asyncDispose]();
      throw error;
    }
    return hosted;
  }

  /** Passes on that the box has left something. */
  async said(): Promise<void> {
    await Promise.all(this.#keepers.map((keeper) => keeper.said()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#keepers.map((keeper) => keeper.close()));
  }
}

/** Keeps one service at work. */
class Keeper {
  readonly #run: Run;
  readonly #service: Service;
  #open: OpenService | undefined;
  #cancel: (() => void) | undefined;
  #waitMs = FIRST_WAIT_MS;
  #closed = false;
  /** A start under way. */
  #starting: Promise<void> | undefined;

  constructor(run: Run, service: Service) {
    this.#run = run;
    this.#service = service;
  }

  async open(): Promise<void> {
    try {
      await this.#start();
    } catch (error) {
      if (this.#service.first) throw error;
      await this.#retry(error);
    }
  }

  async said(): Promise<void> {
    try {
      await this.#open?.said?.();
    } catch (error) {
      // One message that could not be handled; the service itself goes on.
      await this.#note(error);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel?.();
    await this.#starting?.catch(() => {});
    await this.#end();
  }

  #start(): Promise<void> {
    return this.#starting = this.#startOnce();
  }

  async #startOnce(): Promise<void> {
    const open = await this.#service.open(this.#run);
    if (this.#closed) return await open[Symbol.asyncDispose]();
    this.#open = open;
    open.failed?.catch(async (error: unknown) => {
      if (this.#open !== open || this.#closed) return;
      await this.#end();
      await this.#retry(error);
    });
  }

  async #retry(error: unknown): Promise<void> {
    await this.#note(error);
    if (this.#closed) return;
    this.#cancel = after(this.#waitMs, () => {
      this.#start().catch((again: unknown) => this.#retry(again));
    });
    this.#waitMs = Math.min(2 * this.#waitMs, LONGEST_WAIT_MS);
  }

  async #end(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    try {
      await open?.[Symbol.asyncDispose]();
    } catch (error) {
      await this.#note(error);
    }
  }

  async #note(error: unknown): Promise<void> {
    debug(() => `service ${this.#service.name}: ${error}`);
    await recordFailure(this.#run, this.#service.name, error);
  }
}
