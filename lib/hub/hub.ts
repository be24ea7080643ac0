/**
 * The hub of one director: takes questions, decides who may ask what, and answers. Who asks is a number that is the socket's, and never a
 * word of whoever asks.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { after } from "../host/timer.ts";
import type { Change, Changes, HelperLauncher, HelperWork } from "./launcher.ts";
import { Lifecycle } from "./lifecycle.ts";
import { type Limits, USUAL_LIMITS } from "./limits.ts";
import type { LogEntry } from "./log_entry.ts";
import type { Listener, Mail } from "./mailboxes.ts";
import { MessageLog } from "./message_log.ts";
import { LONGEST_WAIT_MS, Messages } from "./messages.ts";
import type { Grant, Helper } from "./record.ts";
import { actedOn, addressed } from "./rights.ts";
import { FairTurns } from "./turns.ts";
import { DIRECTOR, isActive, Tree } from "./tree.ts";
import type { Action, AnswerTo, Question, View } from "./words.ts";

/** What a hub is made of. */
export interface HubParts {
  /** What is known of helpers from before. */
  readonly helpers: readonly Helper[];
  /** The director's own. */
  readonly grant: Grant;
  /** The director's agent; empty: a shell. */
  readonly crab: string;
  /** When the director's own time is over, in milliseconds since 1970. Absent: it has no limit. */
  readonly endsAt?: number | undefined;
  readonly limits?: Partial<Limits>;
  readonly launcher: HelperLauncher;
  readonly work: HelperWork;
  /** The file of the log. */
  readonly log: string;
  save(helpers: readonly Helper[]): Promise<void>;
  /** Opens the sockets of a helper's box. */
  begun(helper: Helper): Promise<void> | void;
  /** Closes them. Also called where they were never opened. */
  ended(helper: Helper): void;
}

/** Who asks, and through what. */
export interface Asker {
  readonly number: number;
  /** Aborted when nobody waits for an answer any more. */
  readonly gone: AbortSignal;
  readonly listener: Listener;
  /** Called with what ends the listening, once. */
  listens(end: () => void): void;
  readonly isListening: boolean;
}

/** An answer. `mail`: what it takes to the asker, to be given back where it does not get there. */
export interface Reply {
  readonly json: string;
  readonly mail?: readonly Mail[];
}

/** Answers the questions of a tree. */
export class Hub implements AsyncDisposable {
  readonly #parts: HubParts;
  readonly #tree: Tree;
  readonly #log: MessageLog;
  #forks = 0;
  readonly #messages: Messages;
  readonly #lifecycle: Lifecycle;
  /** Of helpers whose questions take long. The director's wait for none of them. */
  readonly #turns = new FairTurns();
  readonly limits: Limits;

  constructor(parts: HubParts) {
    this.#parts = parts;
    const limits = this.limits = { ...USUAL_LIMITS, ...parts.limits };
    const tree = this.#tree = new Tree(parts.helpers);
    const log = this.#log = new MessageLog(parts.log, limits.logBytes);
    const messages = this.#messages = new Messages(tree, log, limits);
    this.#lifecycle = new Lifecycle({
      ...parts,
      tree,
      limits,
      log,
      save: (helpers) => parts.save(helpers),
      begun: (helper) => parts.begun(helper),
      ended: (helper) => parts.ended(helper),
      removed: ({ number }) => messages.forget(number),
    });
  }

  /** Goes on with the helpers there are. */
  resume(): Promise<void> {
    return this.#lifecycle.resume();
  }

  /** Lets go of everything. Helpers go on. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lifecycle.close();
    this.#log[Symbol.dispose]();
  }

  /** Answers one question. Never rejects. */
  ask(question: Question, asker: Asker): Reply | Promise<Reply> {
    try {
      const reply = this.#answer(question, asker);
      return reply instanceof Promise ? reply.catch(refusal) : reply;
    } catch (error) {
      return refusal(error);
    }
  }

  /** A listener has room again. */
  drained(number: number): void {
    this.#messages.flush(number);
  }

  /** Messages did not get to the box. */
  lost(number: number, mail: readonly Mail[]): void {
    this.#messages.putBack(number, mail);
  }

  #answer(question: Question, asker: Asker): Reply | Promise<Reply> {
    const { number } = asker;
    switch (question.action) {
      case "send":
        return this.#messages.send(number, question) ? DELIVERED : KEPT;
      case "broadcast":
        return ok("broadcast", { to: this.#messages.broadcast(number, question) });
      case "recv": {
        const mail = this.#messages.recv(number, question, asker.gone);
        return mail instanceof Promise ? mail.then(received) : received(mail);
      }
      case "register":
        if (question.helper_num !== undefined && question.helper_num !== number) {
          throw new KanibakoError(
            "not-you",
            `invalid helper_num: this is ${number}, not ${question.helper_num}`,
          );
        }
        return this.#listen(asker);
      case "listen":
        return this.#listen(asker);
      case "list":
        return ok("list", { helpers: this.#tree.below(number).map((one) => this.#view(one)) });
      case "log":
        return this.#readLog(number, question);
      default:
        return this.#act(question, asker);
    }
  }

  async #act(question: ActingQuestion, { number, gone }: Asker): Promise<Reply> {
    const { work } = this.#parts;
    const named = (helper: number | string) => actedOn(this.#tree, number, helper);
    const turn = <T>(act: () => Promise<T>) => number === DIRECTOR ? act() : this.#turns.take(number, act);
    switch (question.action) {
      case "spawn":
        return ok("spawn", spawned(await this.#lifecycle.spawn(number, question)));
      case "respawn":
        return ok("respawn", spawned(await this.#lifecycle.respawn(named(question.helper))));
      case "stop": {
        const helper = question.helper === undefined
          ? this.#inContainer(question.container_name)
          : named(question.helper);
        if (helper) await this.#lifecycle.stop(named(helper.number));
        return ok("stop", {});
      }
      case "cleanup": {
        const removed = await this.#lifecycle.cleanup(named(question.helper), question.cascade ?? false);
        return ok("cleanup", { removed });
      }
      case "wait": {
        const all = question.helpers.length === 0
          ? this.#tree.childrenOf(number)
          : question.helpers.map(named);
        return await this.#wait(all, question, gone);
      }
      case "result":
        return ok("result", { result: await turn(() => work.result(named(question.helper))) });
      case "diff":
        return ok("diff", listed(await turn(() => work.diff(named(question.helper)))));
      case "land": {
        const { helper, paths, plan, undo } = question;
        const landed = await turn(() =>
          work.land(named(helper), {
            ...paths ? { paths } : {},
            ...plan === undefined ? {} : { plan },
            ...undo === undefined ? {} : { undo },
          })
        );
        if (!plan) this.#log.control({ event: "land", helper: named(helper).number });
        return ok("land", { ...listed(landed), ...landed.undo === undefined ? {} : { undo: landed.undo } });
      }
      case "fork": {
        if (number !== DIRECTOR) {
          throw new KanibakoError("not-yours", "Only the first box can make a copy of its project.");
        }
        if (this.#forks >= MOST_FORKS) {
          throw new KanibakoError(
            "too-many",
            `This box has been forked ${MOST_FORKS} times since it started.`,
            {
              hint: "On the host there is no such limit: kanibako box fork NAME",
            },
          );
        }
        this.#forks++;
        const { path, name } = await work.fork(question.name).catch((error) => {
          this.#forks--;
          throw error;
        });
        this.#log.control({ event: "fork", name: question.name, path, new_name: name });
        return ok("fork", { path, name });
      }
    }
  }

  #inContainer(container: string | undefined): Helper | undefined {
    if (container === undefined) {
      throw new KanibakoError("usage", "missing container_name", { hint: "Name the helper." });
    }
    return this.#tree.all().find((one) => one.container === container);
  }

  #listen(asker: Asker): Reply {
    const { number } = asker;
    if (!asker.isListening) {
      this.#messages.count(number, 1);
      this.#log.control({ event: "register", helper: number });
      const end = this.#messages.listen(number, asker.listener);
      asker.listens(() => {
        end();
        this.#log.control({ event: "disconnect", helper: number });
      });
    }
    return OK;
  }

  #view(helper: Helper): View {
    const { number } = helper;
    // A list is to be short, whatever its helpers work on.
    const { schema: _schema, task, ...shown } = helper;
    return {
      ...shown,
      ...task === undefined
        ? {}
        : { task: task.length > SHOWN_TASK ? `${task.slice(0, SHOWN_TASK)}...` : task },
      peers: this.#tree.siblingsOf(helper).map((one) => one.number),
      connected: this.#messages.isConnected(number),
      waiting: this.#messages.waiting(number),
    };
  }

  #wait(
    helpers: readonly Helper[],
    { any = false, timeout_ms }: Pick<Extract<Question, { action: "wait" }>, "any" | "timeout_ms">,
    gone: AbortSignal,
  ): Promise<Reply> {
    // One that is removed meanwhile has ended.
    const now = () => helpers.map(({ number }) => this.#tree.get(number));
    const hasEnded = (one: Helper | undefined) => one === undefined || !isActive(one);
    const isOver = () => helpers.length === 0 || (any ? now().some(hasEnded) : now().every(hasEnded));
    const reply = (timed_out: boolean) => {
      const views = now().flatMap((one) => one ? [this.#view(one)] : []);
      return ok("wait", { helpers: views, timed_out });
    };
    if (isOver()) return Promise.resolve(reply(false));
    return new Promise((resolve) => {
      const end = (timedOut: boolean) => {
        stop();
        cancel();
        gone.removeEventListener("abort", leave);
        resolve(reply(timedOut));
      };
      const leave = () => end(true);
      const stop = this.#lifecycle.onChange(() => isOver() && end(false));
      const cancel = after(Math.min(timeout_ms ?? LONGEST_WAIT_MS, LONGEST_WAIT_MS), leave);
      gone.addEventListener("abort", leave, { once: true });
    });
  }

  #readLog(asker: number, { from, tail, after }: Extract<Question, { action: "log" }>): Reply {
    const about = from === undefined ? undefined : addressed(this.#tree, asker, from);
    const read = this.#log.read(after);
    // An earlier helper may have had its number.
    const since = about === undefined ? 0 : this.#tree.get(about)?.createdAt ?? 0;
    const entries = read.entries.filter((entry) =>
      this.#maySee(asker, entry) &&
      (about === undefined || subjectOf(entry) === about && Date.parse(entry.ts) >= since)
    );
    const shown = tail === undefined ? entries : tail === 0 ? [] : entries.slice(-tail);
    return ok("log", { entries: lastOf(shown), after: read.after });
  }

  /** A helper sees what it and those below it send and get, and what becomes of them. */
  #maySee(asker: number, entry: LogEntry): boolean {
    if (asker === DIRECTOR) return true;
    const isOwn = (number: number | undefined) =>
      number !== undefined && (number === asker || this.#tree.isBelow(number, asker));
    if (entry.type === "control") return isOwn(entry.helper);
    if (isOwn(entry.from)) return true;
    return entry.to === "all" ? this.#mayHear(entry.from, asker) : isOwn(entry.to);
  }

  #mayHear(from: number, asker: number): boolean {
    const own = this.#tree.get(asker);
    return from === DIRECTOR || from === own?.parent || this.#tree.get(from)?.parent === own?.parent ||
      this.#tree.isBelow(asker, from);
  }
}

type ActingQuestion = Exclude<
  Question,
  { action: "send" | "broadcast" | "recv" | "register" | "listen" | "list" | "log" }
>;

/** Most copies of its project that a box has made while its hub lives: each takes room, and stays. */
const MOST_FORKS = 16;

/** How much of a helper's task a list shows, in characters. */
const SHOWN_TASK = 200;
/** How much of the log one answer has, in characters. */
const MOST_SHOWN_LOG = 1024 * 1024;

const OK: Reply = { json: '{"status":"ok"}' };
const DELIVERED: Reply = { json: '{"status":"ok","delivered":true}' };
const KEPT: Reply = { json: '{"status":"ok","delivered":false}' };

function ok<A extends Action>(_action: A, answer: AnswerTo<A>): Reply {
  return { json: JSON.stringify({ status: "ok", ...answer }) };
}

/** A message, as it is sent: its content is JSON already. */
export function messageJson({ from, json, at }: Mail): string {
  return `{"from":${from},"payload":${json},"at":${at}}`;
}

function received(mail: readonly Mail[]): Reply {
  return { json: `{"status":"ok","messages":[${mail.map(messageJson).join(",")}]}`, mail };
}

function spawned({ number, container = "", grant }: Helper): AnswerTo<"spawn"> {
  return { helper: number, container_name: container, grant };
}

function subjectOf(entry: LogEntry): number | undefined {
  return entry.type === "message" ? entry.from : entry.helper;
}

/** The latest entries, as many as fit into an answer. */
function lastOf(entries: readonly LogEntry[]): LogEntry[] {
  let bytes = 0;
  let from = entries.length;
  while (from > 0 && (bytes += JSON.stringify(entries[from - 1]).length) <= MOST_SHOWN_LOG) from--;
  return entries.slice(from);
}

/** An error, as an answer. What is no error of ours has no words for others. */
export function refusal(error: unknown): Reply {
  const known = error instanceof KanibakoError;
  return {
    json: JSON.stringify({
      status: "error",
      message: known ? error.message : `The hub failed: ${error instanceof Error ? error.message : error}`,
      ...known && error.hints.length > 0 ? { hint: error.hints.join("\n") } : {},
      ...known ? { code: error.code } : {},
    }),
  };
}

function listed({ changes, leftOut }: Changes): { changes: Change[]; left_out?: number } {
  return { changes: [...changes], ...leftOut ? { left_out: leftOut } : {} };
}
