/**
 * The service that serves a box which may start helpers: its sockets, and those of its helpers. The hub behind them is loaded when
 * somebody comes, or when there are helpers to go on with.
 *
 * @module
 */

import { helpersRecord, helpersSocket } from "../../config/box_state.ts";
import { exists } from "../../host/path.ts";
import { listenAt } from "../../host/unix_socket.ts";
import { Doors, type Server } from "../../hub/doors.ts";
import { DIRECTOR } from "../../hub/tree.ts";
import { HELPER_SOCKET, HUB_SOCKET } from "../../spec/box_paths.ts";
import type { ServiceSpec } from "../../spec/box_spec.ts";
import type { Mailbox } from "../../runtime/mailbox.ts";
import type { Run } from "../run.ts";
import type { OpenService } from "../service.ts";

/** Opens it. `options`: see `lib/hub/options.ts`. */
export async function openHub(run: Run, options: ServiceSpec["options"]): Promise<OpenService> {
  const service = new HubService(run, options);
  try {
    await service.open();
    return service;
  } catch (error) {
    await service[Symbol.asyncDispose]();
    throw error;
  }
}

/** A hub, as far as it is there. */
export interface LoadedHub extends Server, AsyncDisposable {}

class HubService implements OpenService {
  readonly #run: Run;
  readonly #options: ServiceSpec["options"];
  readonly #failed = Promise.withResolvers<void>();
  readonly #doors = new Doors(() => this.#hub());
  #loaded: Promise<LoadedHub> | undefined;

  constructor(run: Run, options: ServiceSpec["options"]) {
    this.#run = run;
    this.#options = options;
    this.failed.catch(() => {});
  }

  get failed(): Promise<void> {
    return this.#failed.promise;
  }

  async open(): Promise<void> {
    const { mailbox, state } = this.#run;
    this.#doors.open(DIRECTOR, [
      ...boxDoors(mailbox),
      // The user asks as the director does.
      { listener: listenAt(helpersSocket(state), 0o600), face: "frames" },
    ]);
    if (exists(helpersRecord(state))) await this.#hub();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#doors[Symbol.dispose]();
    const hub = await this.#loaded?.catch(() => undefined);
    await hub?.[Symbol.asyncDispose]();
  }

  #hub(): Promise<LoadedHub> {
    if (this.#loaded) return this.#loaded;
    this.#loaded = (async () => {
      const { loadHub } = await import("./load_hub.ts");
      return await loadHub(this.#run, this.#options, this.#doors);
    })();
    // What is kept of helpers cannot be read: who starts this again may find it repaired.
    this.#loaded.catch((error: unknown) => this.#failed.reject(error));
    return this.#loaded;
  }
}

/** The sockets of a box. */
export function boxDoors(mailbox: Mailbox): Parameters<Doors["open"]>[1] {
  if (!mailbox.listen) throw new Error("the box shares no sockets with this host");
  return [
    { listener: mailbox.listen(HUB_SOCKET), face: "frames" },
    { listener: mailbox.listen(HELPER_SOCKET), face: "lines" },
  ];
}
