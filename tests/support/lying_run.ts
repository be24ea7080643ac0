/**
 * A run whose runtime and mailbox say what a test wants: for what host code does about a box that lies.
 *
 * @module
 */

import type { RunRecord } from "../../lib/run/record.ts";
import type { Run } from "../../lib/run/run.ts";
import { LABEL_RUN } from "../../lib/runtime/labels.ts";
import type { ExecOutcome } from "../../lib/runtime/runtime.ts";

/** What is so, and what is said of it. */
export interface Lies {
  /** Whether the runtime says that the box runs. `undefined`: it does not answer. */
  runs: boolean | undefined;
  /** Whether somebody holds the box's end of the mailbox. */
  alive: boolean;
  /** Whether a process of the box is seen to hold it. */
  inhabited: boolean;
  /** What the box has left. */
  readonly left: Record<string, string>;
  /** How a call into it ends. */
  called: ExecOutcome;
  lifetime: RunRecord["lifetime"];
}

/** Such a run, and what was done with it. */
export interface LyingRun extends AsyncDisposable {
  readonly run: Run;
  /** In order: `remove`, `mailbox.remove`, `event KIND`. */
  readonly done: readonly string[];
}

/** Makes one. */
export async function lyingRun(lies: Partial<Lies> = {}): Promise<LyingRun> {
  const said: Lies = {
    runs: true,
    alive: true,
    inhabited: false,
    left: {},
    called: { kind: "ended", code: 0 },
    lifetime: "persistent",
    ...lies,
  };
  const state = await Deno.makeTempDir();
  const done: string[] = [];
  const record: RunRecord = {
    run: "r1",
    box: "app",
    runtime: "fake",
    place: {},
    image: "",
    lifetime: said.lifetime,
    phase: "running",
    agent: "",
    sharedAuth: false,
    conversation: false,
    services: {},
    startedAt: Date.now(),
  };
  const did = (what: string) => {
    done.push(what);
    return Promise.resolve();
  };
  const run = {
    host: { events: ({ kind }: { kind: string }) => void done.push(`event ${kind}`), ui: { note: () => {} } },
    box: "app",
    state,
    record,
    runtime: {
      kind: "fake",
      exec: () => ({
        outcome: Promise.resolve(said.called),
        signal: () => Promise.resolve(),
        abandon: () => {},
      }),
      inspect: () =>
        said.runs === undefined ? Promise.reject(new Error("the runtime does not answer")) : Promise.resolve({
          id: "1",
          name: "app",
          running: said.runs,
          exitCode: 5,
          labels: { [LABEL_RUN]: record.run },
        }),
      remove: () => did("remove"),
    },
    mailbox: {
      take: (name: string) => {
        const text = said.left[name];
        return Promise.resolve(text === undefined ? undefined : new TextEncoder().encode(text));
      },
      alive: () => Promise.resolve(said.alive),
      isInhabited: () => Promise.resolve(said.inhabited),
      hasBegun: () => Promise.resolve(true),
      remove: () => did("mailbox.remove"),
    },
  } as unknown as Run;
  return { run, done, [Symbol.asyncDispose]: () => Deno.remove(state, { recursive: true }) };
}
