/**
 * The door of one box, put together from the files that say what it does: read when it opens, and again whenever they change.
 *
 * @module
 */

import { networkFile, networkLog, networkRunFile } from "../config/box_state.ts";
import { debug } from "../host/log.ts";
import { after } from "../host/timer.ts";
import { readJson } from "../host/store.ts";
import { type HostName, hostName } from "../wire/host_name.ts";
import { readCertificates } from "./certificates.ts";
import type { DialOptions } from "./dial.ts";
import type { DoorEvent } from "./door_event.ts";
import { DoorLimits } from "./door_limits.ts";
import { HostDoor, isDecided } from "./host_door.ts";
import { Certificates, keptAuthority } from "./intercept/authority.ts";
import type { Interception } from "./intercept/intercept.ts";
import type { GuardedLogin } from "./intercept/renewal.ts";
import type { BoundSecret } from "./intercept/substitute.ts";
import { NETWORK_FILE, NETWORK_RUN_FILE, type NetworkFile } from "./network_file.ts";
import { NetworkLog } from "./log.ts";
import { PendingFile } from "./pending.ts";
import { type PendingName, Questions } from "./questions.ts";
import { Policy } from "./policy.ts";
import { proxyFor, type Variables } from "./proxy.ts";
import { type Origin, parseOrigin, readOrigin } from "../secret/origin.ts";
import { parseBinding } from "../secret/binding.ts";
import { makeResolve } from "./resolve.ts";
import { rulesIn } from "./written_rules.ts";

/** Where the door is, and for which run. */
export interface BoxDoorOptions {
  /** The box's state folder. */
  readonly state: string;
  readonly run: string;
  /** Where the box's steward dials in. It is closed with the door. */
  readonly listener: Deno.Listener;
  /** The environment, for a proxy's login. */
  readonly env: Variables;
  /** The value of a secret. Rejects, in words without it, where it cannot be had. */
  readonly secret: (name: string) => Promise<string>;
  /** Logins that the box uses without having them. */
  readonly logins?: readonly GuardedLogin[];
  /** Whether somebody is there who could answer a question. */
  readonly attended: () => boolean;
  /** Called with the names that wait or waited, after each change. */
  readonly changed: (names: readonly PendingName[]) => void;
  /** Called with each new name that waits for the user's answer. */
  readonly asked: (name: PendingName) => void;
  /** Called with each event, beside the log. */
  readonly report?: (event: DoorEvent) => void;
  /** Called when a file has changed and cannot be read: nothing is let out until it can. */
  readonly unreadable: (error: unknown) => void;
}

/** What the files say. */
interface Said {
  readonly file: NetworkFile | undefined;
  readonly policy: Policy;
  readonly dialling: Omit<DialOptions, "resolve">;
  readonly secrets: readonly BoundSecret[];
  /** Where values are asked for that are not in the store. */
  readonly origins: ReadonlyMap<string, Origin>;
  readonly agents: ReadonlySet<string>;
}

const NOTHING: Said = {
  file: undefined,
  policy: new Policy([]),
  dialling: { pinned: new Map() },
  secrets: [],
  origins: new Map(),
  agents: new Set(),
};
/** Changes come in pairs: a file is written beside, and renamed. */
const SETTLE_MS = 20;
/** Without a file. */
const LIMITS = { connections: 1, rate: 1, bytesPerSecond: 0, bytes: 0 };

/** A door at work. */
export class BoxDoor implements AsyncDisposable {
  /** Rejects when changes of the files are not heard of any more. */
  readonly failed: Promise<void>;
  readonly #options: BoxDoorOptions;
  readonly #log: NetworkLog;
  readonly #limits: DoorLimits;
  readonly #pending: PendingFile;
  readonly #questions: Questions;
  readonly #door: HostDoor;
  readonly #watcher: Deno.FsWatcher;
  readonly #resolve = makeResolve();
  #said: Said;
  #cancel = () => {};
  #closed = false;

  private constructor(options: BoxDoorOptions, watcher: Deno.FsWatcher, said: Said) {
    this.#options = options;
    this.#watcher = watcher;
    this.#said = said;
    this.#log = new NetworkLog(networkLog(options.state), options.run);
    const report = (event: DoorEvent) => {
      this.#log.write(event);
      options.report?.(event);
    };
    this.#limits = new DoorLimits(said.file?.limits ?? LIMITS, (limit) => report({ kind: "limit", limit }));
    this.#pending = new PendingFile(options.state);
    this.#questions = this.#asking(report);
    const certificates = new Certificates(() => keptAuthority(options.state));
    const values = new SharedReads((name) =>
      this.#said.origins.has(name) ? readOrigin(name, this.#said.origins.get(name)!) : options.secret(name)
    );
    this.#door = new HostDoor(options.listener, {
      interception: () =>
        interceptionOf(this.#said, {
          certificates,
          logins: options.logins ?? [],
          secret: (name) => values.of(name),
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
      return new BoxDoor(options, watcher, await read(options));
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
    await this.#door[Symbol.asyncDispose]();
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
      this.#said = await read(this.#options);
    } catch (error) {
      this.#said = NOTHING;
      this.#options.unreadable(error);
    }
    if (this.#said.file) this.#limits.set(this.#said.file.limits);
    this.#door.recheck();
    this.#questions.again();
    debug(() => `door: ${this.#said.policy.rules.length} rules`);
  }
}

/** What is put into the connections of a box. */
function interceptionOf(
  { secrets, agents }: Said,
  { certificates, logins, secret }: {
    readonly certificates: Certificates;
    readonly logins: readonly GuardedLogin[];
    readonly secret: BoxDoorOptions["secret"];
  },
): Interception {
  const all = [...secrets, ...logins.flatMap(({ secrets }) => secrets)];
  return {
    secrets: all,
    certificates,
    value: (name) =>
      logins.map((login) => login.value(name)).find((value) => value !== undefined) ?? secret(name),
    renewal: (host, path) =>
      logins.map((login) => login.renewalAt(host + path)).find((renew) => renew !== undefined),
    reads: (host, port) =>
      all.some(({ places }) => places.some((place) => place.host === host && place.port === port)) ||
      port === 443 && logins.some(({ renewalHosts }) => renewalHosts.includes(host)),
    agents: (host) => agents.has(host),
  };
}

/** Values that are being read: requests at the same time have one read, which may start a program. */
class SharedReads {
  readonly #read: (name: string) => Promise<string>;
  readonly #reading = new Map<string, Promise<string>>();

  constructor(read: (name: string) => Promise<string>) {
    this.#read = read;
  }

  of(name: string): Promise<string> {
    const known = this.#reading.get(name);
    if (known) return known;
    const reading = this.#read(name).finally(() => this.#reading.delete(name));
    this.#reading.set(name, reading);
    return reading;
  }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

async function read({ state, run, env }: BoxDoorOptions): Promise<Said> {
  const file = await readJson(networkFile(state), NETWORK_FILE);
  const ofRun = await readJson(networkRunFile(state), NETWORK_RUN_FILE);
  // Those of an earlier run ended with it.
  const rules = [...file?.rules ?? [], ...ofRun?.run === run ? ofRun.rules : []];
  if (!file) return { ...NOTHING, policy: new Policy(rulesIn(rules)) };
  return {
    file,
    policy: new Policy(rulesIn(rules)),
    dialling: {
      pinned: pins(file.hosts),
      proxy: (host, port) => proxyFor(file.proxy, { host, port }, env),
      caCerts: await readCertificates(file.ca),
    },
    secrets: (file.secrets ?? []).map(({ name, placeholder, binding }) => ({
      name,
      placeholder,
      places: parseBinding(name, binding),
    })),
    origins: new Map(
      (file.secrets ?? []).flatMap(({ name, origin }) =>
        origin === undefined ? [] : [[name, parseOrigin(origin)]]
      ),
    ),
    agents: new Set(file.agents),
  };
}

function pins(hosts: NetworkFile["hosts"]): ReadonlyMap<HostName, readonly string[]> {
  return new Map(
    Object.entries(hosts).flatMap(([name, addresses]) => {
      const host = hostName(name);
      return host ? [[host, addresses] as const] : [];
    }),
  );
}
