/**
 * What is asked of a hub, and what it answers: the same objects as frames (`lib/wire`, socket `hub`) and as lines of JSON (socket
 * `helper.sock`, the older face). Who asks is decided by the socket alone; no field says it.
 *
 * Every answer is `{ status: "ok", ... }` or `{ status: "error", message, hint?, code? }`, in order. To a connection that listens, the
 * hub also sends `{ event: "message", from, payload, at }`.
 *
 * A helper may act on its own descendants, and send to its parent, its siblings and its descendants. The director, and the user on the
 * host (who asks as the director, through a socket in the director's state), may act on all.
 *
 * @module
 */

import {
  type Check,
  type Checked,
  either,
  flag,
  integer,
  listOf,
  number,
  type Of,
  oneOf,
  optional,
  shape,
  type Shaped,
  tableOf,
  text,
  wrong,
} from "../host/light_schema.ts";
import { CHANGE, RESULT } from "./launcher.ts";
import { MAX_BRIEF, MAX_RULES, MAX_SECRETS } from "./limits.ts";
import { LOG_ENTRY } from "./log_entry.ts";
import { GRANT, HELPER, type Helper, WORKSPACE } from "./record.ts";

/** A whole number that is no less than `least`. */
function from(least: number): Check<number> {
  return (value) =>
    Number.isSafeInteger(value) && (value as number) >= least
      ? { ok: true, value: value as number }
      : wrong(`expected a whole number from ${least}`);
}

const anything: Check<unknown> = (value) =>
  value === undefined ? wrong("expected a value") : { ok: true, value };
/** A name, a rule and the like. */
const brief: Check<string> = (value) => {
  const read = text(value);
  return read.ok && read.value.length > MAX_BRIEF ? wrong(`expected at most ${MAX_BRIEF} characters`) : read;
};
/** Each is compared with each of the parent's. */
const rules: Check<string[]> = (value) => {
  const read = listOf(brief)(value);
  return read.ok && read.value.length > MAX_RULES ? wrong(`expected at most ${MAX_RULES} rules`) : read;
};
const secrets: Check<Record<string, string>> = (value) => {
  const read = tableOf(brief)(value);
  return read.ok && Object.keys(read.value).length > MAX_SECRETS
    ? wrong(`expected at most ${MAX_SECRETS} secrets`)
    : read;
};
const positive: Check<number> = (value) =>
  Number.isFinite(value) && (value as number) > 0 ? number(value) : wrong("expected a number above 0");

/** A helper, by its number or its name. */
const NAMED: Check<number | string> = either(text, from(1));
/** Anybody in the tree; also `"parent"`, and 0 or `"director"` for the box at the top. */
const ANYBODY: Check<number | string> = either(text, from(0));

/** What a new helper is to be. What is absent is as with its parent. */
const SPAWN = {
  /** The number it is to have; 0 or absent: the next one that is free. */
  helper_num: optional(from(0)),
  name: optional(brief),
  /** The agent's id; empty: a shell. */
  crab: optional(brief),
  model: optional(brief),
  image: optional(brief),
  /** What its own budget is counted from, as if it were its parent's: it gets one level less. */
  depth: optional(from(-1)),
  breadth: optional(from(-1)),
  network: optional(oneOf("none", "filtered", "open")),
  /** Rules of a filtered network. */
  rules: optional(rules),
  /** Secrets by name, each with where it goes. Empty: as with its parent. */
  secrets: optional(secrets),
  memory_bytes: optional(positive),
  cpus: optional(positive),
  pids: optional(from(1)),
  time_ms: optional(from(1)),
  auth: optional(oneOf("none", "guarded", "shared")),
  workspace: optional(WORKSPACE),
  /** What it works on, without a person. Absent: messages drive it. */
  task: optional(text),
  /** A JSON Schema, as text, that its `result.json` must fit. */
  schema: optional(text),
  keep: optional(flag),
};

/** The fields of each action. */
const ACTIONS = {
  /** From here on messages are sent to this connection. Refused where the number is somebody else's. Answer: {}. */
  register: { helper_num: optional(from(0)) },
  /** The same, without a number. */
  listen: {},
  /** Answer: `{ helper, container_name, grant }`. */
  spawn: SPAWN,
  /** Ends its descendants, too. Answer: {}. */
  stop: { helper: optional(NAMED), container_name: optional(text) },
  /** Starts one again that has ended. Answer: `{ helper, container_name, grant }`. */
  respawn: { helper: NAMED },
  /** Stops it and removes its folders. `cascade`: those of its descendants, too. Answer: `{ removed: number[] }`. */
  cleanup: { helper: NAMED, cascade: optional(flag) },
  /** Own descendants, parents first. Answer: `{ helpers: View[] }`. */
  list: {},
  /** Answer: `{ delivered }`; false: it waits in the mailbox of `to`. */
  send: { to: ANYBODY, payload: anything },
  /** To its parent, its siblings and its own helpers; the director's to all helpers. Answer: `{ to: number[] }`. */
  broadcast: { payload: anything },
  /** Takes messages out of its own mailbox. Answer: `{ messages }`. */
  recv: { wait_ms: optional(from(0)), from: optional(ANYBODY), max: optional(from(1)) },
  /** Until they have ended, or with `any` one of them. None named: all of one's own. Answer: `{ helpers: View[], timed_out }`. */
  wait: { helpers: listOf(NAMED), any: optional(flag), timeout_ms: optional(from(0)) },
  /** Answer: `{ result }`, see `launcher.ts`. */
  result: { helper: NAMED },
  /** What was sent and done. Answer: `{ entries, after }`; `after`: where to go on, past rotations. */
  log: { from: optional(ANYBODY), tail: optional(from(0)), after: optional(text) },
  /** Answer: `{ changes, left_out? }`, see `launcher.ts`. */
  diff: { helper: NAMED },
  /** `undo`: takes back what landed last of it. Answer: `{ changes, left_out?, undo? }`. */
  land: { helper: NAMED, paths: optional(listOf(text)), plan: optional(flag), undo: optional(flag) },
  /** A copy of the director's project, as one of its own. Answer: `{ path, name }`. */
  fork: { name: text },
} as const;

/** What can be asked. */
export type Action = keyof typeof ACTIONS;
/** The fields of an action, as they are asked. */
export type Fields<A extends Action> = Shaped<(typeof ACTIONS)[A]>;
/** A question, with its fields checked. */
export type Question = { readonly [A in Action]: { readonly action: A } & Fields<A> }[Action];
/** What is asked for with a new helper. */
export type SpawnRequest = Fields<"spawn">;

/** The actions, as words. */
export const ACTION_NAMES = Object.keys(ACTIONS) as readonly Action[];

const strict = checks("refused");
const lenient = checks();

function checks(others?: "refused"): ReadonlyMap<string, Check<Record<string, unknown>>> {
  return new Map(
    Object.entries(ACTIONS).map(([action, fields]) => [
      action,
      shape({ action: text, ...fields } as Record<string, Check<unknown>>, others),
    ]),
  );
}

/** Reads a question. `others`: what becomes of fields that the action does not have. */
export function questionOf(value: unknown, others: "refused" | "ignored"): Checked<Question> {
  const action = typeof value === "object" && value !== null && Object.hasOwn(value, "action")
    ? (value as { action: unknown }).action
    : undefined;
  const known = typeof action === "string"
    ? (others === "refused" ? strict : lenient).get(action)
    : undefined;
  if (!known) return wrong("unknown action", ["action"]);
  return known(value) as Checked<Question>;
}

/** A message, as it is pushed and as it is taken out. */
export const MESSAGE = shape({
  /** Who sent it, by the socket through which it came. */
  from: integer,
  payload: anything,
  /** Milliseconds since 1970. */
  at: integer,
});
export type Message = Of<typeof MESSAGE>;

/** The answer to `spawn` and `respawn`. */
const SPAWNED = shape({ helper: from(1), container_name: text, grant: GRANT });

/** A helper, as it is shown: its record, and what is so at this moment. */
export interface View extends Helper {
  /** Its siblings. */
  readonly peers: readonly number[];
  /** Whether it listens for messages. */
  readonly connected: boolean;
  /** How many messages wait for it. */
  readonly waiting: number;
}

/** {@link View} as it is read. */
const VIEW: Check<View> = (value) => {
  const helper = HELPER(value);
  if (!helper.ok) return helper;
  const now = shape({ peers: listOf(integer), connected: flag, waiting: integer })(value);
  return now.ok ? { ok: true, value: { ...helper.value, ...now.value } } : now;
};

const VIEWS = shape({ helpers: listOf(VIEW) });
const NOTHING = shape({});
const NUMBERS = listOf(integer);

/** What is answered to each action, beside its status. */
export const ANSWERS = {
  register: NOTHING,
  listen: NOTHING,
  spawn: SPAWNED,
  stop: NOTHING,
  respawn: SPAWNED,
  cleanup: shape({ removed: NUMBERS }),
  list: VIEWS,
  send: shape({ delivered: flag }),
  broadcast: shape({ to: NUMBERS }),
  recv: shape({ messages: listOf(MESSAGE) }),
  wait: shape({ helpers: listOf(VIEW), timed_out: flag }),
  result: shape({ result: RESULT }),
  log: shape({ entries: listOf(LOG_ENTRY), after: text }),
  diff: shape({ changes: listOf(CHANGE), left_out: optional(integer) }),
  land: shape({ changes: listOf(CHANGE), left_out: optional(integer), undo: optional(text) }),
  fork: shape({ path: text, name: text }),
} as const satisfies Record<Action, Check<unknown>>;

/** The answer to an action. */
export type AnswerTo<A extends Action> = Of<(typeof ANSWERS)[A]>;

/** An answer, before its own fields are looked at. */
export const STATUS = either(
  shape({ status: oneOf("ok") }),
  shape({ status: oneOf("error"), message: text, hint: optional(text), code: optional(text) }),
);
