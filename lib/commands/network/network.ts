/**
 * The declarations of `box network`, `workset network` and `system network`: the same commands for one box, a group of them, or all.
 *
 * @module
 */

import {
  type Action,
  type Command,
  command,
  type Group,
  optionalWord,
  type OptionsFor,
  text,
  toggle,
  type Word,
  word,
} from "../command.ts";
import { json, project, projectFlag } from "../shared_options.ts";

/** Whose network a command is about. */
export type NetworkLevel = "box" | "workset" | "system";

/** What says whose network a command is about. */
export interface WhoseFlags {
  readonly project?: string;
  /** Of a workset. */
  readonly name?: string;
}

/** Options of `network show`. */
export interface ShowFlags extends WhoseFlags {
  readonly all: boolean;
  readonly presets: boolean;
  readonly json: boolean;
}

/** Options of `network allow` and `network deny`. */
export interface SetFlags extends WhoseFlags {
  readonly json: boolean;
}

/** Options of `network reset`. */
export interface ResetFlags extends WhoseFlags {
  readonly all: boolean;
  readonly json: boolean;
}

/** Options of `network test`. */
export interface TestFlags extends WhoseFlags {
  readonly method?: string;
  readonly json: boolean;
}

/** Options of `network log`. */
export interface LogFlags extends WhoseFlags {
  readonly follow: boolean;
  readonly refused: boolean;
  readonly lines?: string;
  readonly json: boolean;
}

/** Options of `network pending`. */
export interface PendingFlags extends WhoseFlags {
  readonly json: boolean;
}

/** Options of `network approve` and `network refuse`. */
export interface AnswerFlags extends WhoseFlags {
  readonly once: boolean;
  readonly box: boolean;
  readonly workset: boolean;
  readonly system: boolean;
  readonly json: boolean;
}

/** An action of each level. */
type Leveled<Flags, Words extends readonly unknown[]> = (level: NetworkLevel) => Action<Flags, Words>;

const RULE = { placeholder: "rule", brief: "A host, HOST:PORT, *.DOMAIN or @PRESET" } as const;
const RULES_HELP =
  `A rule is HOST, HOST:PORT, HOST:FROM-TO, *.DOMAIN for the names below a domain, or @PRESET. Without a
port it allows 80 and 443, and refuses all. A refusal wins over every other rule.`;

/** The commands for one level. */
export function networkGroup(level: NetworkLevel): Group {
  const at = LEVELS[level];
  const self = `kanibako ${level} network`;
  const load = <Flags, Words extends readonly unknown[]>(
    module: () => Promise<{ default: Leveled<Flags, Words> }>,
  ) =>
  async () => ({ default: (await module()).default(level) });
  const show: Command = command<ShowFlags, [who?: string]>({
    brief: `Show what ${at.whose} may reach, and by which rule`,
    description:
      `The rules are in effect where the network is filtered. To make it so: kanibako ${level} config${
        level === "workset" ? " WORKSET" : ""
      } network=filtered`,
    flags: optionsOf<ShowFlags>(level, {
      all: toggle("Spell out presets, rule by rule"),
      presets: toggle("Show the presets there are, and what is in each"),
      json,
    }),
    short: { ...at.short, a: "all" },
    positional: at.words as [Word & { readonly optional: true }],
    initialise: false,
    examples: [
      [`${self} show`, `show the rules of ${at.here}`],
      [`${self} show --presets`, "show what each preset opens"],
    ],
    load: load<ShowFlags, [who?: string]>(() => import("./show_action.ts")),
  });
  const allow: Command = command<SetFlags>({
    brief: `Let ${at.whose} reach hosts`,
    description: RULES_HELP,
    flags: optionsOf<SetFlags>(level, { json }),
    short: at.short,
    more: { ...RULE, required: true },
    suggestFor: ["add"],
    examples: [
      [`${self} allow api.example.com`, "allow a host on the ports 80 and 443"],
      [`${self} allow db.example.com:5432 @containers`, "allow a port, and a preset"],
    ],
    load: load<SetFlags, []>(() => import("./allow_action.ts")),
  });
  const deny: Command = command<SetFlags>({
    brief: `Keep ${at.whose} from reaching hosts, whatever else allows them`,
    description: RULES_HELP,
    flags: optionsOf<SetFlags>(level, { json }),
    short: at.short,
    more: { ...RULE, required: true },
    suggestFor: ["block"],
    examples: [[`${self} deny gist.github.com`, "refuse a host, also where a preset allows it"]],
    load: load<SetFlags, []>(() => import("./deny_action.ts")),
  });
  const reset: Command = command<ResetFlags>({
    brief: "Remove rules that were set here",
    flags: optionsOf<ResetFlags>(level, { all: toggle("Remove all that are set here"), json }),
    short: { ...at.short, a: "all" },
    more: RULE,
    suggestFor: ["unset"],
    examples: [[`${self} reset api.example.com`, "use the rules of other levels again"]],
    load: load<ResetFlags, []>(() => import("./reset_action.ts")),
  });
  const test: Command = command<TestFlags, [place: string]>({
    brief: "Show whether a connection would be allowed, and by which rule",
    description:
      "Opens no connection. The exit code is 0 when it would be allowed, 1 when it would be refused.",
    flags: optionsOf<TestFlags>(level, { method: text("M", "HTTP method of the request"), json }),
    short: at.short,
    positional: [word("host", "HOST, HOST:PORT or an address such as https://example.com/x")],
    initialise: false,
    examples: [[`${self} test github.com:22`, "see whether SSH to GitHub is allowed"]],
    load: load<TestFlags, [place: string]>(() => import("./test_action.ts")),
  });
  const log: Command = command<LogFlags, [who?: string]>({
    brief: `Show what ${at.whose} reached, and what was refused`,
    flags: optionsOf<LogFlags>(level, {
      follow: toggle("Go on showing what happens, until Ctrl-C"),
      refused: toggle("Only what was refused"),
      lines: text("N", "Show the last N events [default: 50]"),
      json: toggle("Print one JSON object per line"),
    }),
    short: { ...at.short, f: "follow" },
    positional: at.words as [Word & { readonly optional: true }],
    initialise: false,
    load: load<LogFlags, [who?: string]>(() => import("./log_action.ts")),
  });
  const pending: Command = command<PendingFlags, [who?: string]>({
    brief: "List names that wait for your answer",
    description: `A name that no rule is about waits where somebody can answer: see the setting network.ask.`,
    flags: optionsOf<PendingFlags>(level, { json }),
    short: at.short,
    positional: at.words as [Word & { readonly optional: true }],
    initialise: false,
    load: load<PendingFlags, [who?: string]>(() => import("./pending_action.ts")),
  });
  const answer = (verb: "approve" | "refuse"): Command =>
    command<AnswerFlags, [name?: string]>({
      brief: verb === "approve"
        ? "Allow a name that waits for your answer"
        : "Refuse a name that waits for your answer",
      description: verb === "approve"
        ? `${SEEN}\nThe ports 80 and 443 are allowed. Where another one was asked for, it alone is.`
        : WITHOUT,
      flags: optionsOf<AnswerFlags>(level, answerFlags),
      short: at.short,
      exclusive: ANSWERS_EXCLUDE,
      positional: [question],
      load: load<AnswerFlags, [name?: string]>(() =>
        verb === "approve" ? import("./approve_action.ts") : import("./refuse_action.ts")
      ),
    });
  return {
    kind: "group",
    brief: `Show and change what ${at.whose} may reach`,
    commands: {
      show,
      allow,
      deny,
      reset,
      test,
      log,
      pending,
      approve: answer("approve"),
      refuse: answer("refuse"),
    },
    aliases: { block: "deny" },
    default: "show",
    ...(level === "system" ? {} : { about: level === "box" ? "project" : "name" }),
  };
}

const WITHOUT =
  `Without a name, the newest question is answered. On a terminal you are asked, unless an option\nsays how long the answer applies.`;
const SEEN =
  `Without a name, you are asked about the newest question on the terminal: what is allowed is always shown\nor named.`;
const question = optionalWord("name", "Id or host, as network pending lists them [default: the newest]");
const answerFlags = {
  once: toggle("For the run that goes on [default]"),
  box: toggle("For every run of the box"),
  workset: toggle("For every box of the box's workset"),
  system: toggle("For every box"),
  json,
};
const ANSWERS_EXCLUDE: readonly (readonly ("once" | "box" | "workset" | "system")[])[] = [
  ["once", "box", "workset", "system"],
];

/** `kanibako approve`: the newest question of any box. */
export const approveName: Command = command<AnswerFlags, [name?: string]>({
  brief: "Answer a box that asks to reach a host",
  description: SEEN,
  flags: { project: projectFlag, ...answerFlags } as OptionsFor<AnswerFlags>,
  short: { p: "project" },
  exclusive: ANSWERS_EXCLUDE,
  positional: [question],
  examples: [
    ["kanibako approve", "see the newest question, and answer it"],
    ["kanibako approve api.example.com --box", "allow a host for every run of the box that asks"],
  ],
  load: async () => ({ default: (await import("./approve_action.ts")).default(undefined) }),
});

interface LevelWords {
  /** Who is meant, in a sentence. */
  readonly whose: string;
  readonly here: string;
  /** The option that says which; the system has none. */
  readonly flags: { readonly project?: typeof projectFlag; readonly name?: typeof projectFlag };
  readonly short: Readonly<Record<string, "project" | "name">>;
  /** The same as a word, for a command without others. */
  readonly words: readonly [ReturnType<typeof optionalWord>] | readonly [];
}

const WORKSET = "Name of a workset, or default [default: the workset of this folder]";

const LEVELS: Readonly<Record<NetworkLevel, LevelWords>> = {
  box: {
    whose: "a box",
    here: "this folder's box",
    flags: { project: projectFlag },
    short: { p: "project" },
    words: [project],
  },
  workset: {
    whose: "the boxes of a workset",
    here: "this folder's workset",
    flags: { name: text("NAME", WORKSET, "workset") },
    short: { n: "name" },
    words: [optionalWord("workset", WORKSET, "workset")],
  },
  system: {
    whose: "every box",
    here: "all boxes",
    flags: {},
    short: {},
    words: [],
  },
};

/** The options of a command, with the one that says whose network is meant; its level may have none. */
function optionsOf<Flags extends WhoseFlags>(
  level: NetworkLevel,
  flags: Omit<OptionsFor<Flags>, keyof WhoseFlags>,
): OptionsFor<Flags> {
  return { ...LEVELS[level].flags, ...flags } as OptionsFor<Flags>;
}
