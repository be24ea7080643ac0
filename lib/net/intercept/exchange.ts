/**
 * Passes requests of a box on to a host, one after the other, as the rules allow them and with the values of secrets in them, and the
 * answers back.
 *
 * @module
 */

import { closeQuietly, type HalfClosing, relay } from "../../wire/relay.ts";
import { coveredStream } from "./cover_stream.ts";
import { Covering } from "./covering.ts";
import type { Account, ExchangeOptions } from "./exchange_options.ts";
import { BadMessage, readRequest, type RequestHead, type ResponseHead } from "./head.ts";
import { receiveAnswer } from "./receive_answer.ts";
import { renewed } from "./renew_request.ts";
import { sendRequest, type Way } from "./send_request.ts";
import { Source } from "./source.ts";
import { bodyChange, StrayPlaceholder, substituted, type Substitution, unpacked } from "./substitute.ts";
import { MAX_CHANGED, wholeAnswer } from "./whole.ts";

/** Most further accounts that are tried for one request. */
const MOST_ACCOUNTS = 8;
/** Passes requests on until one side ends the connection. */
export async function passRequests(inside: HalfClosing, options: ExchangeOptions): Promise<void> {
  const exchange = new Exchange(inside, options);
  try {
    while (await exchange.next());
  } finally {
    exchange.close();
  }
}

/** The connection to the host. */
interface Outside {
  readonly conn: HalfClosing;
  readonly answers: Source;
  readonly toHost: Way["toHost"];
}

class Exchange {
  readonly #inside: HalfClosing;
  readonly #requests: Source;
  readonly #options: ExchangeOptions;
  readonly #covering = new Covering();
  /** Whether the box says no more. */
  #isLast = false;
  #outside: Outside | undefined;

  constructor(inside: HalfClosing, options: ExchangeOptions) {
    this.#inside = inside;
    this.#requests = new Source(inside);
    this.#options = options;
  }

  close(): void {
    closeQuietly(this.#inside);
    if (this.#outside) closeQuietly(this.#outside.conn);
  }

  /** One request; false: no other can follow. */
  async next(): Promise<boolean> {
    const account: Account = { method: "", path: "", status: 0, sent: 0, received: 0, secrets: new Set() };
    let answered = false;
    try {
      const head = await this.#awaitRequest();
      if (!head) return false;
      account.method = head.method;
      account.path = head.path;
      const refusal = this.#options.refusal(head);
      if (refusal !== undefined) throw new BadMessage(refusal, 403);
      return await this.#pass(head, account, () => answered = true);
    } catch (error) {
      // Before a request has come, it is the connection that fails.
      if (account.method === "" && !(error instanceof BadMessage)) throw error;
      account.why = error instanceof Error ? error.message : String(error);
      if (error instanceof StrayPlaceholder) account.stray = error.secret ?? "";
      // Nothing of the request goes there any more, while the rest of it is read.
      if (this.#outside) closeQuietly(this.#outside.conn);
      if (!answered) {
        account.status = error instanceof BadMessage ? error.status : 502;
        await this.#answer(account.status, account.why).catch(() => {});
      }
      return false;
    } finally {
      if (account.method !== "" || account.why !== undefined) {
        this.#report(account);
      }
    }
  }

  #report({ secrets, ...others }: Account): void {
    const accounts = [...secrets].flatMap((name) => this.#options.account(name) ?? []);
    this.#options.report({
      ...others,
      secrets: [...secrets],
      ...accounts.length > 0 ? { accounts } : {},
    });
  }

  /** The next request; `undefined`: none follows, or the host has ended the connection meanwhile. */
  async #awaitRequest(): Promise<RequestHead | undefined> {
    const reading = readRequest(this.#requests, this.#options);
    if (!this.#outside) return await reading;
    reading.catch(() => {});
    // Between two requests either side may go as it likes, also with no word of it.
    const gone = () => undefined;
    return await Promise.race([reading, this.#outside.answers.stirs().then(gone, gone)]);
  }

  async #pass(head: RequestHead, account: Account, answering: () => void, tries = 0): Promise<boolean> {
    const how = this.#sameValues();
    const { head: changed, used, packed } = await substituted(head, how);
    for (const text of packed) this.#covering.add(text);
    const renew = head.method === "POST" ? this.#options.renewal?.(head.path) : undefined;
    const way = { requests: this.#requests, toBox: this.#toBox, account };
    if (renew) {
      await this.#note(used, how, account);
      const connect = async () => this.#outside ??= await this.#connected();
      const answer = await renewed(changed, renew, way, connect, this.#options.host);
      account.status = answer.status;
      answering();
      await this.#toBox(this.#covering.covered(wholeAnswer(answer)));
      account.received = answer.body.length;
      return !head.last;
    }
    const change = head.framing.kind === "none" ? undefined : await bodyChange(head, how, (name) => {
      account.secrets.add(name);
    });
    await this.#note(used, how, account);
    for (const name of change?.names ?? []) this.#covering.add(await how.value(name));
    const outside = this.#outside ??= await this.#connected();
    const asked = this.#covering.isNeeded ? unpacked(changed) : changed;
    const sending = sendRequest(asked, change, { ...way, toHost: outside.toHost }, this.#options);
    // An answer may come before the body has been read: then the rest of it is of no interest to anybody.
    let failed: unknown;
    sending.catch((error: unknown) => {
      failed = error;
      closeQuietly(outside.conn);
    });
    // What a web socket says first is not to be read here.
    if (!head.upgrades) {
      sending.then(() => this.#requests.stirs())
        .then((more) => {
          if (more) return;
          this.#isLast = true;
          return outside.conn.closeWrite();
        })
        .catch(() => {});
    }
    const again = tries < MOST_ACCOUNTS && head.framing.kind === "none" && !head.upgrades;
    let answer: ResponseHead | undefined;
    try {
      answer = await receiveAnswer(head, {
        answers: outside.answers,
        toBox: this.#toBox,
        account,
        covering: this.#covering,
        answering,
        another: () => this.#another(account, again),
      });
    } catch (error) {
      throw failed ?? error;
    }
    if (!answer) {
      this.#report(account);
      await sending;
      return await this.#pass(head, account, answering, tries + 1);
    }
    if (answer.status === 101) {
      await this.#switch(outside);
      return false;
    }
    await sending;
    return !head.last && !answer.last && !this.#covering.isFull;
  }

  /** Keeps which values go out. */
  async #note(names: readonly string[], { value }: Substitution, account: Account): Promise<void> {
    for (const name of names) {
      account.secrets.add(name);
      this.#covering.add(await value(name));
    }
  }

  /** What decides where values go, for one request: what is covered later is what was sent, whatever changes meanwhile. */
  #sameValues(): Substitution {
    const read = new Map<string, Promise<string>>();
    const value = (name: string): Promise<string> => {
      const known = read.get(name) ?? this.#options.value(name);
      read.set(name, known);
      return known;
    };
    return { ...this.#options, value };
  }

  async #connected(): Promise<Outside> {
    try {
      const conn = await this.#options.connect();
      return { conn, answers: new Source(conn), toHost: (bytes) => this.#write(conn, bytes) };
    } catch (error) {
      throw new BadMessage(error instanceof Error ? error.message : String(error), 502);
    }
  }

  /** The host has refused the values in a request: whether it is said again, with another one. */
  async #another({ secrets }: Account, again: boolean): Promise<boolean> {
    let another = false;
    for (const name of secrets) another = await this.#options.refused(name) || another;
    return another && again && !this.#isLast;
  }

  /** From here on it is no HTTP any more. */
  async #switch({ conn, answers }: Outside): Promise<void> {
    const { gate } = this.#options;
    const covering = this.#covering.stream();
    const host = covering ? coveredStream(answers, conn, covering) : answers.following(conn);
    await relay(this.#requests.following(this.#inside), host, gate ? { gate } : {});
  }

  async #answer(status: number, why: string): Promise<void> {
    await this.#toBox(
      wholeAnswer({ status, type: "text/plain; charset=utf-8", body: `kanibako: ${why}\n` }, true),
    );
    await this.#inside.closeWrite();
    await this.#drain();
  }

  /** What is still on its way is read, so that the answer is not lost with a reset. */
  async #drain(): Promise<void> {
    const source = this.#requests;
    for (let left = MAX_CHANGED; left > 0;) {
      const piece = await source.some(left);
      if (!piece) return;
      left -= piece.length;
    }
  }

  #toBox = (bytes: Uint8Array): Promise<void> => this.#write(this.#inside, bytes);

  async #write(conn: HalfClosing, bytes: Uint8Array): Promise<void> {
    const wait = this.#options.gate?.(bytes.length);
    if (wait) await wait;
    for (let at = 0; at < bytes.length;) at += await conn.write(at === 0 ? bytes : bytes.subarray(at));
  }
}
