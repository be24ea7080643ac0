/**
 * Passes requests of a box on to a host, one after the other, as the rules allow them and with the values of secrets in them, and the
 * answers back.
 *
 * @module
 */

import { closeQuietly, type HalfClosing, relay, startingWith } from "../../wire/relay.ts";
import { bodyPieces, framed, frameEnd } from "./body.ts";
import {
  asksForWebSocket,
  BadMessage,
  type Framing,
  readRequest,
  readResponse,
  requestBytes,
  type RequestHead,
  responseBytes,
  type ResponseHead,
  valuesOf,
  withField,
} from "./head.ts";
import { PLACEHOLDER } from "../../secret/placeholder.ts";
import type { Renew, RenewalText } from "./renewal.ts";
import { type Replacement, StreamReplacer } from "./replace.ts";
import { bytesOf, Source } from "./source.ts";
import { filledBody, MAX_CHANGED, replacedOnce, SLICE, wholeAnswer, wholeText } from "./whole.ts";
import {
  type BodyChange,
  bodyChange,
  masks,
  StrayPlaceholder,
  substituted,
  type Substitution,
  unpacked,
} from "./substitute.ts";

/** One request and what came of it. */
export interface Exchanged {
  readonly method: string;
  /** Without what stands after the `?`. */
  readonly path: string;
  /** Of the answer. */
  readonly status: number;
  /** Bytes of the bodies. */
  readonly sent: number;
  readonly received: number;
  /** The secrets whose values were in it. */
  readonly secrets: readonly string[];
  /** Of those that have several accounts: where the value was asked for. */
  readonly accounts?: readonly string[];
  /** Why it was not passed on, or ended early. */
  readonly why?: string;
  /** The secret whose placeholder was on its way to where it may not go. */
  readonly stray?: string;
}

/** Values as a connection uses them. */
export interface SecretValues extends Pick<Substitution, "value"> {
  /** Where the latest value of a secret was asked for, where that has several accounts. */
  readonly account: (name: string) => string | undefined;
  /** The host has refused the latest value of a secret: whether there is another account to try. */
  readonly refused: (name: string) => Promise<boolean>;
}

/** How requests are passed on. */
export interface ExchangeOptions extends Substitution, SecretValues {
  /** Why a request is not allowed; `undefined`: it is. */
  readonly refusal: (method: string, path: string) => string | undefined;
  /** Whether a placeholder in a body ends the request: not where agents send what they have seen to their own service. */
  readonly strict: boolean;
  /** Connects to the host. Throws, in words, where that cannot be. */
  readonly connect: () => Promise<HalfClosing>;
  readonly report: (exchanged: Exchanged) => void;
  /** Asked before bytes are passed on, as of a relay. */
  readonly gate?: (bytes: number) => Promise<void> | undefined;
  /** Who renews a login with requests to this path; `undefined`: none is renewed there. */
  readonly renewal?: (path: string) => Renew | undefined;
  /** Called with a placeholder that was seen in a body and passed on, once for each secret. */
  readonly seen?: (secret: string) => void;
}

/** Statuses by which a service says that it does not accept a login. */
const REFUSES: ReadonlySet<number> = new Set([401, 403]);
/** Most further accounts that are tried for one request. */
const MOST_ACCOUNTS = 8;
/** Most bytes of a refusal that is not passed on. */
const MAX_SKIPPED = 256 * 1024;

const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

/** Passes requests on until one side ends the connection. */
export async function passRequests(inside: HalfClosing, options: ExchangeOptions): Promise<void> {
  const exchange = new Exchange(inside, options);
  try {
    while (await exchange.next());
  } finally {
    exchange.close();
  }
}

/** What is known of one request while it is under way. */
interface Account {
  method: string;
  path: string;
  status: number;
  sent: number;
  received: number;
  readonly secrets: Set<string>;
  why?: string;
  stray?: string;
}

class Exchange {
  readonly #inside: HalfClosing;
  readonly #requests: Source;
  readonly #options: ExchangeOptions;
  /** Values that went out on this connection: the host may say them again at any time. */
  readonly #values = new Set<string>();
  /** Such texts in which they do not show. */
  readonly #packed = new Set<string>();
  /** Whether the box says no more. */
  #isLast = false;
  #outside: { readonly conn: HalfClosing; readonly answers: Source } | undefined;

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
      const refusal = this.#options.refusal(head.method, head.path);
      if (refusal !== undefined) throw new BadMessage(refusal, 403);
      return await this.#pass(head, account, () => answered = true);
    } catch (error) {
      // Before a request has come, it is the connection that fails.
      if (account.method === "" && !(error instanceof BadMessage)) throw error;
      account.why = error instanceof Error ? error.message : String(error);
      if (error instanceof StrayPlaceholder) account.stray = error.secret ?? "";
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
    return await Promise.race([reading, this.#outside.answers.stirs().then(() => undefined)]);
  }

  async #pass(head: RequestHead, account: Account, answering: () => void, tries = 0): Promise<boolean> {
    const how = this.#sameValues();
    const { head: changed, used, packed } = await substituted(head, how);
    for (const text of packed) this.#packed.add(text);
    const renew = head.method === "POST" ? this.#options.renewal?.(head.path) : undefined;
    if (renew) await this.#note(used, how, account);
    if (renew) return await this.#renew(changed, renew, account, answering);
    const change = head.framing.kind === "none" ? undefined : await bodyChange(head, how, (name) => {
      account.secrets.add(name);
    });
    await this.#note(used, how, account);
    for (const name of change?.replaced.length ? this.#namesIn(change) : []) {
      this.#values.add(await how.value(name));
    }
    const outside = this.#outside ??= await this.#connected();
    const asked = this.#values.size > 0 ? unpacked(changed) : changed;
    const sending = this.#send(asked, change, outside.conn, account);
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
      answer = await this.#receive(head, outside.answers, account, answering, again);
    } catch (error) {
      throw failed ?? error;
    }
    if (!answer) {
      await sending;
      return await this.#pass(head, account, answering, tries + 1);
    }
    if (answer.status === 101) {
      await this.#switch(outside);
      return false;
    }
    await sending;
    return !head.last && !answer.last;
  }

  /** Keeps which values go out. */
  async #note(names: readonly string[], { value }: Substitution, account: Account): Promise<void> {
    for (const name of names) {
      account.secrets.add(name);
      this.#values.add(await value(name));
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

  /** Asks for a body that is wanted before the host sees the request: the program may wait for that. */
  async #invite({ fields }: RequestHead): Promise<void> {
    if (valuesOf(fields, "expect").length > 0) await this.#write(this.#inside, bytesOf(CONTINUE));
  }

  /** Has a login renewed, which takes the whole request and the whole answer. */
  async #renew(head: RequestHead, renew: Renew, account: Account, answering: () => void): Promise<boolean> {
    await this.#invite(head);
    const body = await wholeText(bodyPieces(this.#requests, head.framing));
    account.sent = body.length;
    const fields = head.fields.filter(({ name }) =>
      !/^(content-length|transfer-encoding|expect)$/i.test(name)
    );
    const send = async (body: string): Promise<RenewalText> => {
      const { conn, answers } = this.#outside ??= await this.#connected();
      const bytes = new TextEncoder().encode(body);
      const length = { name: "Content-Length", value: String(bytes.length) };
      await this.#write(conn, requestBytes(unpacked({ ...head, fields: [...fields, length] })));
      await this.#write(conn, bytes);
      let answer: ResponseHead;
      do answer = await readResponse(answers, head.method); while (answer.status < 200);
      const type = valuesOf(answer.fields, "content-type")[0] ?? "text/plain";
      return { status: answer.status, type, body: await wholeText(bodyPieces(answers, answer.framing)) };
    };
    const type = valuesOf(head.fields, "content-type")[0]?.toLowerCase() ?? "";
    let answer = await renew({ type, body }, send);
    if (!answer) {
      // About another login than the one that is known here: nothing of that is put in.
      if (PLACEHOLDER.test(body)) {
        throw new StrayPlaceholder(undefined, `in the body of a request to ${this.#options.host}`);
      }
      answer = await send(body);
    }
    account.status = answer.status;
    answering();
    const mask = masks([...this.#values, ...this.#packed]);
    await this.#write(this.#inside, replacedOnce(mask, wholeAnswer(answer)));
    account.received = answer.body.length;
    return !head.last;
  }

  #namesIn({ replaced }: BodyChange): string[] {
    return this.#options.secrets.filter(({ placeholder }) => {
      const find = bytesOf(placeholder);
      return replaced.some((one) =>
        one.find.length === find.length && one.find.every((byte, at) => byte === find[at])
      );
    }).map(({ name }) => name);
  }

  async #connected(): Promise<{ conn: HalfClosing; answers: Source }> {
    try {
      const conn = await this.#options.connect();
      return { conn, answers: new Source(conn) };
    } catch (error) {
      throw new BadMessage(error instanceof Error ? error.message : String(error), 502);
    }
  }

  async #send(
    head: RequestHead,
    change: BodyChange | undefined,
    conn: HalfClosing,
    account: Account,
  ): Promise<void> {
    if (!change) return await this.#write(conn, requestBytes(head));
    const watched = change.strays.map(({ name, placeholder }): Replacement => ({
      find: bytesOf(placeholder),
      by: bytesOf(placeholder),
      found: () => this.#stray(name),
    }));
    const replacer = new StreamReplacer([...change.replaced, ...watched]);
    const pieces = bodyPieces(this.#requests, head.framing);
    if (change.replaced.length > 0 && head.framing.kind === "length") {
      await this.#invite(head);
      const body = await filledBody(pieces, replacer, head.framing.bytes);
      account.sent = body.length;
      const fields = withField(head.fields, "Content-Length", String(body.length))
        .filter(({ name }) => name.toLowerCase() !== "expect");
      await this.#write(conn, requestBytes({ ...head, fields }));
      return await this.#write(conn, body);
    }
    await this.#write(conn, requestBytes(head));
    for await (const piece of pieces) {
      const size = change.replaced.length > 0 ? SLICE : piece.length;
      for (let at = 0; at < piece.length; at += size) {
        const certain = replacer.push(piece.subarray(at, at + size));
        account.sent += certain.length;
        for (const part of framed(certain, head.framing)) await this.#write(conn, part);
      }
    }
    const rest = replacer.end();
    account.sent += rest.length;
    for (const part of [...framed(rest, head.framing), ...frameEnd(head.framing)]) {
      await this.#write(conn, part);
    }
  }

  #stray(name: string): void {
    if (this.#options.strict) {
      throw new StrayPlaceholder(name, `in the body of a request to ${this.#options.host}`);
    }
    this.#options.seen?.(name);
  }

  async #receive(
    { method, upgrades }: RequestHead,
    answers: Source,
    account: Account,
    answering: () => void,
    again: boolean,
  ): Promise<ResponseHead | undefined> {
    for (;;) {
      const head = await readResponse(answers, method);
      if (head.status === 101 && !(upgrades && asksForWebSocket(head.fields))) {
        throw new BadMessage("the host changed its protocol unasked", 502);
      }
      account.status = head.status;
      if (REFUSES.has(head.status) && account.secrets.size > 0) {
        const another = await this.#refused(account.secrets);
        if (another && again && !this.#isLast && await this.#skips(answers, head)) {
          this.#report(account);
          return undefined;
        }
      }
      const mask = masks([...this.#values, ...this.#packed]);
      const masked = mask.length === 0 ? responseBytes(head) : replacedOnce(mask, responseBytes(head));
      answering();
      await this.#write(this.#inside, masked);
      if (head.status < 200 && head.status !== 101) continue;
      await this.#pour(bodyPieces(answers, head.framing), mask, head.framing, account);
      return head;
    }
  }

  /** Whether another account is there for one of the secrets that the host did not accept. */
  async #refused(names: Iterable<string>): Promise<boolean> {
    let another = false;
    for (const name of names) another = await this.#options.refused(name) || another;
    return another;
  }

  /** Reads an answer that nobody is to see; false: it is too long for that, and nothing of it has been read. */
  async #skips(answers: Source, { framing, last }: ResponseHead): Promise<boolean> {
    if (last || framing.kind === "length" && framing.bytes > MAX_SKIPPED) return false;
    let length = 0;
    for await (const piece of bodyPieces(answers, framing)) {
      length += piece.length;
      if (length > MAX_SKIPPED) throw new BadMessage("its refusal of a secret is too long", 502);
    }
    return true;
  }

  async #pour(
    pieces: AsyncIterable<Uint8Array>,
    mask: readonly Replacement[],
    framing: Framing,
    account: Account,
  ): Promise<void> {
    const replacer = mask.length > 0 ? new StreamReplacer(mask) : undefined;
    for await (const piece of pieces) {
      const certain = replacer ? replacer.push(piece) : piece;
      account.received += certain.length;
      for (const part of framed(certain, framing)) await this.#write(this.#inside, part);
    }
    const rest = replacer?.end() ?? new Uint8Array();
    account.received += rest.length;
    for (const part of [...framed(rest, framing), ...frameEnd(framing)]) {
      await this.#write(this.#inside, part);
    }
  }

  /** From here on it is no HTTP any more. */
  async #switch({ conn, answers }: { conn: HalfClosing; answers: Source }): Promise<void> {
    const { gate } = this.#options;
    await relay(
      startingWith(this.#requests.rest(), this.#inside),
      startingWith(answers.rest(), conn),
      gate ? { gate } : {},
    );
  }

  async #answer(status: number, why: string): Promise<void> {
    await this.#write(
      this.#inside,
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

  async #write(conn: HalfClosing, bytes: Uint8Array): Promise<void> {
    const wait = this.#options.gate?.(bytes.length);
    if (wait) await wait;
    for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
  }
}
