/**
 * The user's ssh agent as a box may use it: for named keys, to log in to named hosts, and for nothing else. Which host is asked for is not
 * believed but proved: it has signed the session that the box has with it, by a key by which it is known here.
 *
 * @module
 */

import { joined } from "../host/bytes.ts";
import { isSame, Pieces } from "./bytes.ts";
import {
  type BoundSession,
  boundSession,
  keyList,
  type ListedKey,
  listedKeys,
  loginRequest,
  MESSAGE,
  only,
  readMessage,
  sendMessage,
  SESSION_BIND,
} from "./agent_messages.ts";
import { fingerprint, isSignedBy } from "./public_key.ts";

/** A host, and what may be used there. */
export interface SshGrant {
  /** As ssh writes it: with its port in brackets where that is another one than 22. */
  readonly host: string;
  /** Fingerprints of the keys by which it is known. */
  readonly hostKeys: readonly string[];
  /** Fingerprints of the user's keys. */
  readonly keys: readonly string[];
}

/** What came of something that was asked. */
export interface SshUse {
  /** Empty: it was not said, or is none of those that are granted. */
  readonly host: string;
  /** The fingerprint of the user's key; absent where the session was refused. */
  readonly key?: string;
  /** Why it was refused. Absent: it was signed. */
  readonly why?: string;
}

/** What a connection of a box needs. */
export interface GuardedAgentOptions {
  readonly grants: readonly SshGrant[];
  /** Connects to the user's agent. */
  readonly connect: () => Promise<Deno.Conn>;
  readonly report: (use: SshUse) => void;
  /** Waits until something more may be signed: a box may ask as fast as it likes. `undefined`: it may be now. */
  readonly turn: () => Promise<void> | undefined;
}

/** The keys of an agent. Rejects where it does not speak the protocol. */
export async function agentKeys(agent: Deno.Conn): Promise<readonly ListedKey[]> {
  return listedKeys(await asked(agent, only(MESSAGE.list)));
}

async function asked(agent: Deno.Conn, message: Uint8Array): Promise<Uint8Array> {
  await sendMessage(agent, message);
  const answer = await readMessage(agent);
  if (!answer) throw new Error("the agent has ended the connection");
  return answer;
}

/** Answers one connection of a box until it ends. Rejects where it does not speak the protocol, or the user's agent does not. */
export async function serveAgent(box: Deno.Conn, options: GuardedAgentOptions): Promise<void> {
  using agent = new GuardedAgent(options);
  for (;;) {
    const message = await readMessage(box);
    if (!message) return;
    await sendMessage(box, await agent.answer(message));
  }
}

class GuardedAgent implements Disposable {
  readonly #options: GuardedAgentOptions;
  #agent: Deno.Conn | undefined;
  /** A session was refused: nothing that follows on this connection counts, as it may be about another one. */
  #isRefused = false;
  /** The session of this connection, once it was proved. */
  #session:
    | { readonly id: Uint8Array; readonly hostKey: Uint8Array; readonly grants: readonly SshGrant[] }
    | undefined;

  constructor(options: GuardedAgentOptions) {
    this.#options = options;
  }

  [Symbol.dispose](): void {
    this.#hangUp();
  }

  #hangUp(): void {
    try {
      this.#agent?.close();
    } catch {
      // it was closed by the other side
    }
    this.#agent = undefined;
  }

  async answer(message: Uint8Array): Promise<Uint8Array> {
    const pieces = new Pieces(message);
    switch (pieces.byte()) {
      case MESSAGE.list:
        return await this.#list();
      case MESSAGE.sign:
        return await this.#sign(message, pieces);
      case MESSAGE.extension:
        return pieces.text() === SESSION_BIND
          ? await this.#bind(message, boundSession(pieces))
          : only(MESSAGE.failure);
      default:
        // No key is added, removed or locked from a box.
        return only(MESSAGE.failure);
    }
  }

  async #list(): Promise<Uint8Array> {
    const granted = new Set((this.#session?.grants ?? this.#options.grants).flatMap(({ keys }) => keys));
    const keys = [];
    for (const one of listedKeys(await this.#ask(only(MESSAGE.list)))) {
      if (granted.has(await fingerprint(one.key))) keys.push(one);
    }
    return keyList(keys);
  }

  async #bind(message: Uint8Array, asked: BoundSession): Promise<Uint8Array> {
    const known = await fingerprint(asked.hostKey);
    const grants = this.#options.grants.filter(({ hostKeys }) => hostKeys.includes(known));
    const why = await this.#whyNot(asked, grants, known);
    if (why !== undefined) {
      this.#isRefused = true;
      return this.#refuse({ host: grants[0]?.host ?? "" }, why);
    }
    this.#session = { id: asked.id.slice(), hostKey: asked.hostKey.slice(), grants };
    // A key that its owner has bound to hosts needs that, too. Other agents do not know what it is, and may end the connection.
    await this.#ask(message).catch(() => this.#hangUp());
    return only(MESSAGE.success);
  }

  async #whyNot(
    { hostKey, id, signature, isForwarded }: BoundSession,
    grants: readonly SshGrant[],
    known: string,
  ): Promise<string | undefined> {
    if (this.#session || this.#isRefused) return "the connection was for another session before";
    if (isForwarded) return "the agent is not passed on to other machines";
    if (grants.length === 0) return `its key ${known} is none of a host that is set`;
    return await isSignedBy(hostKey, signature, id) ? undefined : "the host has not signed the session";
  }

  async #sign(message: Uint8Array, pieces: Pieces): Promise<Uint8Array> {
    const [key, data] = [pieces.string(), pieces.string()];
    pieces.number();
    if (!pieces.atEnd) throw new Error("there is more than something to sign");
    const session = this.#session;
    const use = { host: session?.grants[0]?.host ?? "", key: await fingerprint(key) };
    const login = loginRequest(data);
    if (!login) return this.#refuse(use, "what was to be signed is no login");
    if (this.#isRefused) return this.#refuse(use, "the session was refused");
    if (!session) return this.#refuse(use, "it was not said for which host; OpenSSH 8.9 and later does");
    if (!session.grants.some(({ keys }) => keys.includes(use.key))) {
      return this.#refuse(use, "the key is not set for this host");
    }
    const { id, hostKey } = session;
    const isThis = isSame(login.session, id) && isSame(login.key, key) &&
      (login.hostKey === undefined || isSame(login.hostKey, hostKey));
    if (!isThis) return this.#refuse(use, "the login is one of another session, key or host");
    const turn = this.#options.turn();
    if (turn) await turn;
    const answer = await this.#ask(message);
    const signed = new Pieces(answer);
    if (signed.byte() !== MESSAGE.signed) return this.#refuse(use, "your agent did not sign");
    this.#options.report(use);
    return joined(only(MESSAGE.signed), answer.subarray(1));
  }

  #refuse(use: Omit<SshUse, "why">, why: string): Uint8Array {
    this.#options.report({ ...use, why });
    return only(MESSAGE.failure);
  }

  /** Asks the user's agent. Its user may have to agree first, so this has no limit but the connection's. */
  async #ask(message: Uint8Array): Promise<Uint8Array> {
    return await asked(this.#agent ??= await this.#options.connect(), message);
  }
}
