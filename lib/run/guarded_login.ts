/**
 * The login of the host that a box uses without having it: what the door of its network puts in, and how it is renewed. At most one
 * box renews it at a time, and what comes of it goes to the host, from where every box has it with its next request.
 *
 * @module
 */

import type { Cover } from "../crab/host_logins.ts";
import { HostLogin, type LoginPlace, readHostLogin } from "../crab/host_login.ts";
import { FileLock } from "../host/store.ts";
import { settlesWithin } from "../host/wait.ts";
import type { GuardedLogin, Renew, RenewalText } from "../net/intercept/renewal.ts";
import { placeholderKeyFor, placeholderOf } from "../secret/placeholder.ts";
import type { HostName } from "../wire/host_name.ts";
import { inFormOf } from "../../targets/declared/guard.ts";
import { targetHost } from "../../targets/discover.ts";
import type { CredentialFile, LoginGuard } from "../../targets/target.ts";
import type { Run } from "./run.ts";
import { sharedLogin } from "./shared_login.ts";

/** One that is good no longer than this is renewed in any case. */
const SOON_MS = 60_000;
/** A service that does not answer must not keep other boxes waiting, in milliseconds. */
const RENEWAL_MS = 60_000;
const TLS_PORT = 443;
const JSON_TYPE = "application/json";
const GRANT = "refresh_token";

/** The logins of a run; none where it has them itself, or has none. `patienceMs`: how long a service has for a renewal. */
export async function guardedLogins(
  run: Omit<Run, "runtime">,
  patienceMs: number = RENEWAL_MS,
): Promise<readonly GuardedLogin[]> {
  const { host, state, record } = run;
  const login = record.guarded ? sharedLogin(record, host.dirs.home) : undefined;
  if (!login) return [];
  const key = await placeholderKeyFor(state);
  const found: GuardedLogin[] = [];
  for (const file of login.target.credentials) {
    if (!file.guard) continue;
    const marks = await loginPlaceholders(key, file);
    const place: LoginPlace = {
      home: host.dirs.home,
      path: login.pathOf(file),
      boxFolders: async () => (await import("../plan/box_folders.ts")).boxFolders(host),
    };
    const title = login.target.displayName;
    found.push(
      new HostsLogin(
        file,
        file.guard,
        marks,
        place,
        `${host.dirs.state}/locks`,
        title,
        () => forget(state, file),
        patienceMs,
      ),
    );
  }
  return found;
}

/** An agent that hears that it is logged out forgets its login: it is to be handed in again with the next, even if that is the same. */
async function forget(state: string, { id }: CredentialFile): Promise<void> {
  const { changeSteps, readSteps } = await import("../crab/steps.ts");
  if ((await readSteps(state)).credentials[id] === undefined) return;
  await changeSteps(state, (now) => {
    const { [id]: _, ...credentials } = now.credentials;
    return { ...now, credentials };
  });
}

/** What stands in a box for what is secret of a login, by its place in the file. */
async function loginPlaceholders(
  key: string,
  { id, guard }: CredentialFile,
): Promise<ReadonlyMap<string, string>> {
  const marks = new Map<string, string>();
  for (const place of guard?.secrets ?? []) marks.set(place, await placeholderOf(key, `${id} ${place}`));
  return marks;
}

/** What a box with these placeholders is given in the place of a login. One that cannot be guarded is not given. */
export function coverFor(key: string): Cover {
  return async (file, content) => {
    const marks = await loginPlaceholders(key, file);
    return file.guard?.cover(content, (place) => marks.get(place)!);
  };
}

class HostsLogin implements GuardedLogin {
  readonly secrets: GuardedLogin["secrets"];
  readonly renewalHosts: readonly string[];
  readonly #file: CredentialFile;
  readonly #guard: LoginGuard;
  readonly #marks: ReadonlyMap<string, string>;
  readonly #place: LoginPlace;
  readonly #locks: string;
  readonly #title: string;
  readonly #loggedOut: () => Promise<void>;
  readonly #patienceMs: number;
  /** What the box has used last: where the host has another one by now, it was renewed meanwhile. */
  #used: string | undefined;
  readonly #renewing = new Set<Promise<unknown>>();

  constructor(
    file: CredentialFile,
    guard: LoginGuard,
    marks: ReadonlyMap<string, string>,
    place: LoginPlace,
    locks: string,
    title: string,
    loggedOut: () => Promise<void>,
    patienceMs: number,
  ) {
    this.#file = file;
    this.#guard = guard;
    this.#marks = marks;
    this.#place = place;
    this.#locks = locks;
    this.#title = title;
    this.#loggedOut = loggedOut;
    this.#patienceMs = patienceMs;
    // What renews it goes nowhere but where it is renewed.
    const fields = (at: string) => at === guard.renewal?.tokenPlace ? [] : guard.headers;
    this.secrets = [...marks].map(([at, placeholder]) => ({
      name: this.#nameOf(at),
      placeholder,
      places: guard.hosts.map((host) => ({
        host: host as HostName,
        port: TLS_PORT,
        fields: fields(at),
        query: false,
        body: false,
      })),
      never: guard.never,
    }));
    this.renewalHosts = (guard.renewal?.places ?? []).map((place) => place.split("/")[0]!);
  }

  value(name: string): Promise<string> | undefined {
    const at = [...this.#marks.keys()].find((at) => this.#nameOf(at) === name);
    return at === undefined ? undefined : this.#valueAt(at);
  }

  renewalAt(place: string): Renew | undefined {
    return this.#guard.renewal?.places.includes(place)
      ? (request, send) => this.#noted(this.#renew(request, send))
      : undefined;
  }

  async settled(): Promise<void> {
    await Promise.allSettled(this.#renewing);
  }

  #noted<T>(renewing: Promise<T>): Promise<T> {
    this.#renewing.add(renewing);
    return renewing.finally(() => this.#renewing.delete(renewing));
  }

  #nameOf(at: string): string {
    return `${this.#file.id} ${at}`;
  }

  async #valueAt(at: string): Promise<string> {
    const text = await this.#read();
    const value = text === undefined ? undefined : this.#guard.valueAt(text, at);
    if (value === undefined) {
      await this.#loggedOut();
      const { BadMessage } = await import("../net/intercept/head.ts");
      // As a service answers without a login: with anything else agents would try again and again.
      throw new BadMessage(`${this.#title} is not logged in on this machine`, 401);
    }
    if (at === this.#accessPlace()) this.#used = value;
    return value;
  }

  async #renew({ type, body }: Pick<RenewalText, "type" | "body">, send: Parameters<Renew>[1]) {
    const renewal = this.#guard.renewal!;
    const isJson = type.includes("json");
    const fields = fieldsIn(body, isJson);
    const mark = this.#marks.get(renewal.tokenPlace);
    if (fields?.[renewal.token] === undefined || fields[renewal.token] !== mark) return undefined;
    // What else a service gives for such a token is not what is covered here.
    if ((fields["grant_type"] ?? GRANT) !== GRANT) return undefined;
    using _lock = await FileLock.acquire(`${this.#locks}/${this.#file.id}.lock`);
    const text = await this.#read();
    const token = text === undefined ? undefined : this.#guard.valueAt(text, renewal.tokenPlace);
    if (text === undefined || token === undefined) {
      await this.#loggedOut();
      return refused(`${this.#title} is logged out on this machine.`);
    }
    const now = Date.now();
    const access = this.#guard.valueAt(text, this.#accessPlace());
    const good = renewal.isGood(text, now + SOON_MS);
    const wasRenewed = this.#used !== undefined && this.#used !== access;
    if (wasRenewed && good !== false || this.#used === undefined && good === true) {
      this.#used = access;
      return answer(200, this.#covered(renewal.known(text, now), text));
    }
    const asked = askedFor(fields, renewal.token, token);
    const sending = send(isJson ? JSON.stringify(asked) : new URLSearchParams(asked).toString());
    if (!await settlesWithin(sending, this.#patienceMs)) {
      const { BadMessage } = await import("../net/intercept/head.ts");
      throw new BadMessage(`the service of ${this.#title} does not answer`, 504);
    }
    const answered = await sending;
    const found = answered.status === 200 ? recordIn(answered.body) : undefined;
    const next = found && renewal.renewed(text, found, Date.now());
    if (!found || next === undefined) {
      return { ...answered, body: await masked(answered.body, this.#values(text)) };
    }
    await this.#write(next);
    this.#used = this.#guard.valueAt(next, this.#accessPlace());
    const shown = JSON.stringify(this.#covered(found, next));
    return {
      status: 200,
      type: JSON_TYPE,
      body: await masked(shown, [...this.#values(text), ...this.#values(next)]),
    };
  }

  /** An answer with placeholders in the place of what is part of the login. */
  #covered(fields: Readonly<Record<string, unknown>>, text: string): Record<string, unknown> {
    const places = this.#guard.renewal!.answer;
    return Object.fromEntries(
      Object.entries(fields).map(([field, value]) => {
        const mark = Object.hasOwn(places, field) ? this.#marks.get(places[field]!) : undefined;
        if (mark === undefined) return [field, value];
        return [field, inFormOf(this.#guard.valueAt(text, places[field]!) ?? "", mark)];
      }),
    );
  }

  #values(text: string): string[] {
    return [...this.#marks.keys()].flatMap((at) => this.#guard.valueAt(text, at) ?? []);
  }

  #accessPlace(): string {
    return Object.values(this.#guard.renewal?.answer ?? {})[0] ?? this.#guard.secrets[0]!;
  }

  async #read(): Promise<string | undefined> {
    const { readText } = targetHost(this.#place.home);
    return await readHostLogin(this.#place, this.#file.maxBytes, readText);
  }

  async #write(text: string): Promise<void> {
    using login = await HostLogin.open(this.#place, false);
    if (!login) throw new Error(`${this.#title} was logged out on this machine meanwhile`);
    await login.check();
    await login.write(text);
  }
}

/** What of a renewal says who asks, as the agent gives it. */
const ASKERS = ["grant_type", "client_id", "client_secret"];

/**
 * What is asked for. Nothing else of the box's request is in it: the new tokens are those of the host and of all boxes, and are to do what
 * the old ones did, for as long.
 */
function askedFor(
  fields: Readonly<Record<string, unknown>>,
  name: string,
  token: string,
): Record<string, string> {
  const kept = ASKERS.flatMap((field) => {
    const value = fields[field];
    return typeof value === "string" ? [[field, value] as const] : [];
  });
  return { ...Object.fromEntries(kept), [name]: token };
}

function fieldsIn(body: string, isJson: boolean): Readonly<Record<string, unknown>> | undefined {
  return isJson ? recordIn(body) : Object.fromEntries(new URLSearchParams(body));
}

function recordIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? value as Record<string, unknown>
      : undefined;
  } catch {
    return undefined;
  }
}

function answer(status: number, fields: Record<string, unknown>): RenewalText {
  return { status, type: JSON_TYPE, body: JSON.stringify(fields) };
}

/** As a service says that a login is not good any more (RFC 6749, section 5.2). */
function refused(why: string): RenewalText {
  return answer(400, { error: "invalid_grant", error_description: `kanibako: ${why}` });
}

/** A text with the values in it covered. */
async function masked(text: string, values: readonly string[]): Promise<string> {
  const { coveredText } = await import("../net/intercept/covering.ts");
  return coveredText(text, values);
}
