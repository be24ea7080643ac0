/**
 * The door of one box, put together from the files that say what it does: read when it opens, and again whenever they change.
 *
 * @module
 */

import { networkFile, networkLog, networkRunFile, ownSocket } from "../config/box_state.ts";
import { debug } from "../host/log.ts";
import { SocketPairs } from "../host/socket_pair.ts";
import { after } from "../host/timer.ts";
import { settlesWithin } from "../host/wait.ts";
import { type Account, accountsIn, AccountsInUse } from "../secret/accounts.ts";
import type { HostName } from "../wire/host_name.ts";
import { isDecided } from "./decided.ts";
import type { DoorEvent } from "./door_event.ts";
import { type DoorFiles, NO_FILES, readDoorFiles } from "./door_files.ts";
import { interceptionOf } from "./door_interception.ts";
import { DoorLimits } from "./door_limits.ts";
import { HostDoor } from "./host_door.ts";
import { Certificates, keptAuthority } from "./intercept/authority.ts";
import type { GuardedLogin } from "./intercept/renewal.ts";
import { sharedLog } from "./log.ts";
import type { LogLine } from "./log_line.ts";
import { PendingFile } from "./pending.ts";
import type { Variables } from "./proxy.ts";
import { type PendingName, Questions } from "./questions.ts";
import { makeResolve } from "./resolve.ts";

/** Where the door is, and for which run. */
export interface BoxDoorOptions {
  /** The box's state folder. */
  readonly state: string;
  readonly run: string;
  /** Where the box's steward dials in. It is closed with the door. */
  readonly listener: Deno.Listener;
  /** The environment, for a proxy's login. */
  readonly env: Variables;
  /** The accounts of a secret of the store. Rejects where there is no such secret. */
  readonly accounts: (name: string) => Promise<readonly Account[]>;
  /** Logins that the box uses without having them. */
  readonly logins?: readonly GuardedLogin[];
  /** Whether somebody is there who could answer a question. */
  readonly attended: () => boolean;
  /** Called with the names that wait or waited, after each change. */
  readonly changed: (names: readonly PendingName[]) => void;
  /** Called with each new name that waits for the user's answer. */
  readonly asked: (name: PendingName) => void;
  /** Called with each line that was written to the log. */
  readonly logged?: (line: LogLine) => void;
  /** Called with each event, beside the log. */
  readonly report?: (event: DoorEvent) => void;
  /** Called when a file has changed and cannot be read: nothing is let out until it can. */
  readonly unreadable: (error: unknown) => void;
}

/** Changes come in pairs: a file is written beside, and renamed. */
const SETTLE_MS = 20;
/** How long a renewal that a box has begun may still take once the box has ended. */
const RENEWAL_MS = 10_000;
/** Without a file. */
const LIMITS = { connections: 1, rate: 1, bytesPerSecond: 0, bytes: 0 };

/** A door at work. */
export class BoxDoor implements AsyncDisposable {
  /** Rejects when changes of the files are not heard of any more. */
  readonly failed: Promise<void>;
  readonly #options: BoxDoorOptions;
  readonly #log: ReturnType<typeof sharedLog>;
  readonly #limits: DoorLimits;
  readonly #pending: PendingFile;
  readonly #questions: Questions;
  readonly #door: HostDoor;
  readonly #watcher: Deno.FsWatcher;
  readonly #pairs: SocketPairs;
  readonly #resolve = makeResolve();
  #said: DoorFiles;
  #cancel = () => {};
  #closed = false;

  private constructor(options: BoxDoorOptions, watcher: Deno.FsWatcher, said: DoorFiles) {
    this.#options = options;
    this.#watcher = watcher;
    this.#said = said;
    this.#log = sharedLog(networkLog(options.state), options.run, options.logged);
    const report = (event: DoorEvent) => {
      this.#log.write(event);
      options.report?.(event);
    };
    this.#limits = new DoorLimits(said.file?.limits ?? LIMITS, (limit) => report({ kind: "limit", limit }));
    this.#pending = new PendingFile(options.state);
    this.#questions = this.#asking(report);
    const pairs = this.#pairs = new SocketPairs(ownSocket(options.state));
    const certificates = new Certificates(() => keptAuthority(options.state));
    const accounts = new AccountsInUse(async (name) => {
      const origin = this.#said.origins.get(name);
      return origin ? accountsIn(name, [origin]) : await options.accounts(name);
    });
    this.#door = new HostDoor(options.listener, {
      interception: () =>
        interceptionOf(this.#said, {
          certificates,
          pairs,
          logins: options.logins ?? [],
          accounts,
        }),
      policy: () => this.#said.policy,
      dialling: () => ({ ...this.#said.dialling, resolve: this.#resolve }),
      limits: this.#limits,
      ask: async (host, port) => {
        if (this.#said.file && this.#said.file.ask.when !== "never") await this.#questions.ask(host, port);
      },
      report,
    });
    // Nothing of an earlier run waits.
    this.#pending.set([]);
    this.failed = this.#watch();
    this.failed.catch(() => {});
  }

  /** Opens it. Without files nothing is let out; rejects where one cannot be read. */
  static async open(options: BoxDoorOptions): Promise<BoxDoor> {
    // Watched before it is read: no change is missed. The folder, as each change is another file in the place of the one before.
    const watcher = Deno.watchFs(options.state, { recursive: false });
    try {
      return new BoxDoor(options, watcher, await readDoorFiles(options));
    } catch (error) {
      watcher.close();
      options.listener.close();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancel();
    this.#watcher.close();
    this.#questions[Symbol.dispose]();
    this.#limits[Symbol.dispose]();
    await settlesWithin(
      Promise.all((this.#options.logins ?? []).map((login) => login.settled())),
      RENEWAL_MS,
    );
    await this.#door[Symbol.asyncDispose]();
    this.#pairs[Symbol.dispose]();
    this.#log[Symbol.dispose]();
    await this.#pending.settled();
  }

  #asking(report: (event: DoorEvent) => void): Questions {
    const { attended, changed, asked } = this.#options;
    const ask = () => this.#said.file?.ask ?? { when: "never", waitMs: 0 };
    return new Questions({
      asks: () => ask().when === "always" || (ask().when === "attached" && attended()),
      waitMs: () => ask().waitMs,
      decided: (host, port) => isDecided(this.#said.policy, host, port),
      changed: (names) => {
        this.#pending.set(names);
        changed(names);
      },
      asked: (name) => {
        report({ kind: "held", host: name.host as HostName, port: name.port });
        asked(name);
      },
    });
  }

  async #watch(): Promise<void> {
    const names = new Set([networkFile, networkRunFile].map((of) => baseName(of(this.#options.state))));
    for await (const { paths, kind } of this.#watcher) {
      if (kind === "access" || !paths.some((path) => names.has(baseName(path)))) continue;
      this.#cancel();
      this.#cancel = after(SETTLE_MS, () => void this.#readAgain());
    }
    if (!this.#closed) throw new Error("changes of the rules are not heard of any more");
    await new Promise(() => {});
  }

  async #readAgain(): Promise<void> {
    try {
      this.#said = await readDoorFiles(this.#options);
    } catch (error) {
      this.#said = NO_FILES;
      this.#options.unreadable(error);
    }
    if (this.#said.file) this.#limits.set(this.#said.file.limits);
    this.#door.recheck();
    this.#questions.again();
    debug(() => `door: ${this.#said.policy.rules.length} rules`);
  }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
