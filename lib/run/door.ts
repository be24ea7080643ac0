/**
 * The service that is a filtered box's only way out. What it lets through is said by two files of this host, which it reads again
 * whenever they change.
 *
 * @module
 */

import { networkFile, networkRunFile } from "../config/box_state.ts";
import { debug } from "../host/log.ts";
import { readJson } from "../host/store.ts";
import { after } from "../host/timer.ts";
import { HostDoor } from "../net/host_door.ts";
import { NETWORK_FILE, NETWORK_RUN_FILE, type NetworkFile } from "../net/network_file.ts";
import { Policy } from "../net/policy.ts";
import { rulesIn } from "../net/written_rules.ts";
import { DOOR_SOCKET } from "../spec/box_paths.ts";
import { type HostName, hostName } from "../wire/host_name.ts";
import type { Run } from "./run.ts";
import type { OpenService, Service } from "./service.ts";
import { recordFailure } from "./service_failures.ts";

/** The name under which a box reaches this machine's own loopback. */
const HOST = hostName("host.kanibako")!;
const LOOPBACK = "127.0.0.1";
const MAX_CONNECTIONS = 4096;
/** Changes come in pairs: a file is written beside, and renamed. */
const SETTLE_MS = 20;

/** Lets out what the rules say, as long as the run lasts. */
export const door: Service = {
  name: "door",
  // Nothing in the box begins before it has a way out, or it would take what is allowed for unreachable.
  first: true,
  open: async (run) => {
    if (!run.mailbox.listen) throw new Error("the box shares no sockets with this host");
    const rules = await Rules.read(run);
    try {
      const host = new HostDoor(run.mailbox.listen(DOOR_SOCKET), {
        policy: () => rules.policy,
        report: (event) => debug(() => `door: ${JSON.stringify(event)}`),
        maxConnections: MAX_CONNECTIONS,
        pinned: rules.pinned,
        resolve,
      });
      rules.changed = () => host.recheck();
      return opened(host, rules);
    } catch (error) {
      rules[Symbol.dispose]();
      throw error;
    }
  },
};

function opened(host: HostDoor, rules: Rules): OpenService {
  return {
    failed: rules.failed,
    async [Symbol.asyncDispose]() {
      rules[Symbol.dispose]();
      await host[Symbol.asyncDispose]();
    },
  };
}

/** The rules as the two files say now. Without the first, or while one of them cannot be read, nothing is allowed. */
class Rules implements Disposable {
  readonly #run: Run;
  readonly #watcher: Deno.FsWatcher;
  readonly pinned = new Map<HostName, string>();
  /** Rejects when changes are not heard of any more. */
  readonly failed: Promise<void>;
  policy = new Policy([]);
  /** Called after each change. */
  changed = () => {};
  #cancel = () => {};
  #closed = false;

  private constructor(run: Run) {
    this.#run = run;
    // The folder, as each change is another file in the place of the one before.
    this.#watcher = Deno.watchFs(run.state, { recursive: false });
    this.failed = this.#watch();
    this.failed.catch(() => {});
  }

  /** Throws `bad-file` or `bad-rule`. */
  static async read(run: Run): Promise<Rules> {
    const rules = new Rules(run);
    try {
      await rules.#read();
    } catch (error) {
      rules[Symbol.dispose]();
      throw error;
    }
    return rules;
  }

  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancel();
    this.#watcher.close();
  }

  async #watch(): Promise<void> {
    const names = [networkFile(this.#run.state), networkRunFile(this.#run.state)].map(baseName);
    for await (const { paths } of this.#watcher) {
      if (!paths.some((path) => names.includes(baseName(path)))) continue;
      this.#cancel();
      this.#cancel = after(SETTLE_MS, () => void this.#readAgain());
    }
    if (!this.#closed) throw new Error("changes of the rules are not heard of any more");
    await new Promise(() => {});
  }

  async #readAgain(): Promise<void> {
    try {
      await this.#read();
    } catch (error) {
      this.policy = new Policy([]);
      await recordFailure(this.#run, door.name, error);
    }
    this.changed();
  }

  async #read(): Promise<void> {
    const { state, record } = this.#run;
    const [file, ofRun] = await Promise.all([
      readJson(networkFile(state), NETWORK_FILE),
      readJson(networkRunFile(state), NETWORK_RUN_FILE),
    ]);
    const rules = rulesIn([...file?.rules ?? [], ...ofRun?.run === record.run ? ofRun.rules : []]);
    this.#pin(file?.hosts ?? {});
    this.policy = new Policy(rules);
  }

  #pin(hosts: NetworkFile["hosts"]): void {
    this.pinned.clear();
    for (const [text, [address]] of Object.entries(hosts)) {
      const name = hostName(text);
      if (name && address !== undefined) this.pinned.set(name, address);
    }
    this.pinned.set(HOST, LOOPBACK);
  }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

async function resolve(name: HostName): Promise<readonly string[]> {
  const found = await Promise.allSettled([Deno.resolveDns(name, "A"), Deno.resolveDns(name, "AAAA")]);
  return found.flatMap((one) => one.status === "fulfilled" ? one.value : []);
}
