/**
 * The tools: a name, what an agent reads of it, its arguments as JSON Schema, and what the hub is asked.
 *
 * @module
 */

import { anybody, type HelperHub, named } from "../../app/helper/hub_of.ts";
import { bytes } from "../../config/settings/types.ts";
import { parseValue } from "../../config/value.ts";
import { KanibakoError } from "../../host/error.ts";
import { parseDuration } from "../duration.ts";

/** Arguments, as an agent gives them. */
type Input = Readonly<Record<string, unknown>>;

/** One tool. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  /** Its arguments, each as JSON Schema. */
  readonly properties: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
  /** It changes nothing. */
  readonly readOnly?: boolean;
  /** Asks the hub. What it answers is given to the agent as JSON. */
  call(hub: HelperHub, input: Input): Promise<unknown>;
}

/** Longest a call waits where nothing is said: clients give up after a minute. */
const WAIT_MS = 50_000;

const text = (description: string) => ({ type: "string", description });
const number = (description: string) => ({ type: "number", description });
const flag = (description: string) => ({ type: "boolean", description });
const choice = (values: readonly string[], description: string) => ({
  type: "string",
  enum: values,
  description,
});
const texts = (description: string) => ({ type: "array", items: { type: "string" }, description });
const helper = text("Number or name of a helper.");

/** A text among arguments. Throws `bad-argument`. */
function textIn(input: Input, name: string): string {
  const value = input[name];
  // Agents give numbers of helpers as numbers.
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return value;
  throw new KanibakoError("bad-argument", `The argument ${JSON.stringify(name)} is no text.`);
}

function optional<T>(input: Input, name: string, read: (text: string) => T): T | undefined {
  return input[name] === undefined ? undefined : read(textIn(input, name));
}

function listIn(input: Input, name: string): string[] {
  const value = input[name] ?? [];
  if (!Array.isArray(value)) {
    throw new KanibakoError("bad-argument", `The argument ${JSON.stringify(name)} is no list.`);
  }
  return value.map(String);
}

/** Without what is absent: the hub refuses fields it does not know. */
function given<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

function waitMs(input: Input): number {
  return optional(input, "timeout", (one) => parseDuration("timeout", one)) ?? WAIT_MS;
}

/** All of them. */
export const TOOLS: readonly Tool[] = [
  {
    name: "helper_spawn",
    description:
      "Start a helper: an agent in a box of its own, with at most what this box has. With a task it works on that and ends; without, messages drive it. Answers its number.",
    properties: {
      task: text("What it is to do, complete: it knows nothing of this conversation."),
      schema: { type: "object", description: "JSON Schema that the result.json it writes has to fit." },
      name: text("A name for it."),
      workspace: choice(
        ["empty", "copy", "worktree", "shared-ro"],
        "Its folder: empty, a copy of this workspace, a git worktree on its own branch, or this workspace read-only.",
      ),
      crab: text("Another agent, such as codex."),
      model: text("The model it uses."),
      image: text("Another rig or image."),
      network: choice(["none", "filtered", "open"], "Its network."),
      allow: texts("With a filtered network: only these of the rules of this box."),
      secrets: texts("Only these of the secrets of this box, by name."),
      memory: text("Limit of memory, such as 2g."),
      cpus: number("Limit of processors."),
      time: text("It is stopped after this time, such as 30m."),
      depth: number("Depth to count from; it gets one less."),
      breadth: number("How many helpers it may start."),
      keep: flag("Keep it when the director ends."),
    },
    call: (hub, input) => {
      const { schema, allow, secrets, cpus, depth, breadth, keep } = input;
      const plain = Object.fromEntries(
        ["task", "name", "workspace", "crab", "model", "image", "network"].map((
          name,
        ) => [name, optional(input, name, (one) => one)]),
      );
      return hub.ask(
        "spawn",
        given({
          ...plain,
          schema: schema === undefined ? undefined : JSON.stringify(schema),
          network: plain.network ?? (allow === undefined ? undefined : "filtered"),
          rules: allow === undefined ? undefined : listIn(input, "allow"),
          secrets: secrets === undefined
            ? undefined
            : Object.fromEntries(listIn(input, "secrets").map((name) => [name, ""])),
          memory_bytes: optional(
            input,
            "memory",
            (one) => Number(parseValue({ name: "memory", type: bytes }, one)),
          ),
          cpus,
          time_ms: optional(input, "time", (one) => parseDuration("time", one)),
          depth,
          breadth,
          keep,
        }) as never,
      );
    },
  },
  {
    name: "helper_list",
    description: "List the helpers of this box, and theirs, with their states.",
    properties: {},
    readOnly: true,
    call: (hub) => hub.ask("list", {}),
  },
  {
    name: "helper_wait",
    description:
      "Wait until helpers have ended, or with any until one of them has. Answers after 50 s at the latest unless a timeout is given; timed_out then says to call it again.",
    properties: {
      helpers: texts("Numbers or names. Absent: all helpers of this box."),
      any: flag("Until one of them has ended."),
      timeout: text("Such as 30s or 10m."),
    },
    readOnly: true,
    call: (hub, input) =>
      hub.ask("wait", {
        helpers: listIn(input, "helpers").map(named),
        any: input.any === true,
        timeout_ms: waitMs(input),
      }),
  },
  {
    name: "helper_result",
    description: "Show what a helper came to: exit code, last message, result.json, and changed files.",
    properties: { helper },
    required: ["helper"],
    readOnly: true,
    call: (hub, input) => hub.ask("result", { helper: named(textIn(input, "helper")) }),
  },
  {
    name: "helper_diff",
    description: "List the paths that a helper has added, changed or removed since it started.",
    properties: { helper },
    required: ["helper"],
    readOnly: true,
    call: (hub, input) => hub.ask("diff", { helper: named(textIn(input, "helper")) }),
  },
  {
    name: "helper_land",
    description:
      "Take over what a helper has changed into this workspace: all of it, or nothing. Paths changed on both sides are refused.",
    properties: {
      helper,
      paths: texts("Only these files and folders."),
      plan: flag("Only show what would be done."),
    },
    required: ["helper"],
    call: (hub, input) =>
      hub.ask("land", {
        helper: named(textIn(input, "helper")),
        plan: input.plan === true,
        ...(input.paths === undefined ? {} : { paths: listIn(input, "paths") }),
      }),
  },
  {
    name: "helper_send",
    description: "Send a message to a helper, or from a helper to its parent or a sibling.",
    properties: {
      to: text("Number or name of a helper, or parent, or director."),
      text: text("The message."),
    },
    required: ["to", "text"],
    call: (hub, input) =>
      hub.ask("send", { to: anybody(textIn(input, "to")), payload: { text: textIn(input, "text") } }),
  },
  {
    name: "helper_broadcast",
    description: "Send a message to each box around that this one may send to.",
    properties: { text: text("The message.") },
    required: ["text"],
    call: (hub, input) => hub.ask("broadcast", { payload: { text: textIn(input, "text") } }),
  },
  {
    name: "helper_recv",
    description:
      "Take the messages that have come for this box, or with wait wait for one, for 50 s at most.",
    properties: {
      wait: flag("Wait until there is one."),
      timeout: text("With wait: no longer than this, such as 30s."),
      from: text("Only those of this box."),
    },
    call: (hub, input) =>
      hub.ask("recv", {
        ...(input.from === undefined ? {} : { from: anybody(textIn(input, "from")) }),
        ...(input.wait === true ? { wait_ms: waitMs(input) } : {}),
      }),
  },
  {
    name: "helper_log",
    description: "Show the log of messages, starts and ends.",
    properties: {
      from: text("Only what this box sent and what happened to it."),
      tail: number("Only the last so many."),
    },
    readOnly: true,
    call: (hub, input) =>
      hub.ask("log", {
        ...(input.from === undefined ? {} : { from: anybody(textIn(input, "from")) }),
        ...(typeof input.tail === "number" ? { tail: input.tail } : {}),
      }),
  },
  {
    name: "helper_stop",
    description: "Stop a helper, and the helpers it has started.",
    properties: { helper },
    required: ["helper"],
    call: (hub, input) => hub.ask("stop", { helper: named(textIn(input, "helper")) }),
  },
  {
    name: "helper_respawn",
    description: "Start a helper again that has ended, with its folder as it is.",
    properties: { helper },
    required: ["helper"],
    call: (hub, input) => hub.ask("respawn", { helper: named(textIn(input, "helper")) }),
  },
  {
    name: "helper_cleanup",
    description: "Stop a helper and delete its folders. Work of it that has not landed is lost.",
    properties: { helper, cascade: flag("Also the helpers it has started.") },
    required: ["helper"],
    call: (hub, input) =>
      hub.ask("cleanup", { helper: named(textIn(input, "helper")), cascade: input.cascade === true }),
  },
];
