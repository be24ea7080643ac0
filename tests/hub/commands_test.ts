// What the commands of helpers ask a hub, and what they show of its answers.

import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import type { View } from "../../lib/hub/words.ts";
import { Sandbox } from "../commands/program.ts";
import { StubHub } from "./stub_hub.ts";

const grant = {
  budget: { depth: 3, breadth: 4 },
  image: "min",
  network: "filtered",
  rules: ["example.com"],
  secrets: { TOKEN: "example.com" },
  logins: [],
  auth: "guarded",
} as const;

function view(number: number, more: Partial<View> = {}): View {
  return {
    number,
    parent: 0,
    depth: 1,
    status: "running",
    crab: "claude",
    workspace: "copy",
    keep: false,
    grant: { ...grant, rules: [...grant.rules], logins: [] },
    createdAt: 1,
    peers: [],
    connected: false,
    waiting: 0,
    ...more,
  } as View;
}

/** A tree of three, one of which has a name and a task that try to steer a terminal. */
const HELPERS = [
  view(1, { peers: [2], model: "opus" }),
  view(3, { parent: 1, depth: 2, status: "done", exitCode: 0 }),
  view(2, { peers: [1], name: "evil\x1b]0;x\x07", task: "look\x1b[2J\nat it" }),
];

const ANSWERS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  list: { helpers: HELPERS },
  spawn: { helper: 3, container_name: "kanibako-work-helper-3", grant },
  respawn: { helper: 2, container_name: "kanibako-work-helper-2", grant },
  stop: {},
  cleanup: { removed: [1, 3] },
  send: { delivered: false },
  broadcast: { to: [1, 2] },
  recv: { messages: [{ from: 2, payload: { text: "one\n[0]  two\x1b[31m" }, at: 1 }] },
  wait: { helpers: [view(1, { status: "failed", exitCode: 7 })], timed_out: false },
  result: {
    result: {
      status: "done",
      exit_code: 0,
      message: "All done.\x07\n[1]  not me",
      json: '{"ok":true}',
      changes: [{ path: "a\nb", change: "added" }, {
        path: ".git/hooks/x",
        change: "changed",
        protected: "a git hook",
      }],
    },
  },
  diff: { changes: [{ path: "gone", change: "removed" }] },
  land: { changes: [{ path: "a", change: "added" }], undo: "kanibako box vault restore s1" },
  log: {
    entries: [
      {
        type: "message",
        from: 2,
        to: 0,
        payload: { text: "a\n03:04:05  [0 → 1]  forged" },
        ts: "2026-01-02T03:04:05+00:00",
      },
    ],
    after: "9",
  },
};

/** A project `work` whose box has a hub. */
async function world(
  answers: (question: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>,
) {
  const sandbox = await Sandbox.make();
  strictEqual((await sandbox.run(["create"])).code, 0);
  const hub = new StubHub(`${sandbox.home}/state/kanibako/boxes/kanibako-work/helpers`, answers);
  return {
    sandbox,
    hub,
    helper: (...words: string[]) => sandbox.run(["crab", "helper", ...words]),
    async [Symbol.asyncDispose]() {
      hub[Symbol.dispose]();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}

Deno.test("crab helper: each verb asks what its options say, on the host too", async () => {
  await using w = await world(({ action }) => ANSWERS[String(action)]!);
  await Deno.writeTextFile(`${w.sandbox.home}/work/task.md`, "do it\n");
  await Deno.writeTextFile(`${w.sandbox.home}/work/s.json`, '{"type":"object"}');
  const calls: readonly (readonly [words: string, question: unknown])[] = [
    ["stop 2", { action: "stop", helper: 2 }],
    ["respawn docs", { action: "respawn", helper: "docs" }],
    ["cleanup 1 --cascade", { action: "cleanup", helper: 1, cascade: true }],
    ["send parent a b", { action: "send", to: "parent", payload: { text: "a b" } }],
    ["send director a", { action: "send", to: 0, payload: { text: "a" } }],
    ["broadcast a", { action: "broadcast", payload: { text: "a" } }],
    ["recv --from 2", { action: "recv", from: 2 }],
    ["wait 1 docs --any --timeout 2s", { action: "wait", helpers: [1, "docs"], any: true, timeout_ms: 2000 }],
    ["result 1", { action: "result", helper: 1 }],
    ["diff 1", { action: "diff", helper: 1 }],
    ["land 1 a b --plan", { action: "land", helper: 1, paths: ["a", "b"], plan: true }],
    ["log --last 3 --from 2", { action: "log", from: 2, tail: 3 }],
    ["spawn -q", { action: "spawn" }],
    ["spawn -q --no-secrets --network none", { action: "spawn", network: "none", secrets: {} }],
    [
      "spawn -q --task-file task.md --schema s.json --name n --workspace worktree --crab codex --model m --rig oci --allow a.com --allow b.com --secret TOKEN --secret T2:b.com --memory 2g --cpus 1.5 --time 30m --depth 2 --breadth -1 --keep"
        .replace("--breadth -1", "--breadth=-1"),
      {
        action: "spawn",
        task: "do it\n",
        schema: '{"type":"object"}',
        name: "n",
        workspace: "worktree",
        crab: "codex",
        model: "m",
        image: "oci",
        network: "filtered",
        rules: ["a.com", "b.com"],
        secrets: { TOKEN: "", T2: "b.com" },
        memory_bytes: 2 * 2 ** 30,
        cpus: 1.5,
        time_ms: 1_800_000,
        depth: 2,
        breadth: -1,
        keep: true,
      },
    ],
  ];
  for (const [words, question] of calls) {
    w.hub.asked.length = 0;
    const { code, stderr } = await w.helper(...words.split(" "));
    deepStrictEqual(
      [code, stderr.match(/Error.*/)?.[0]],
      [words.startsWith("wait") ? 1 : 0, undefined],
      words,
    );
    const asked = w.hub.asked.filter(({ action }) => action !== "list").map((one) =>
      // Some of the time has passed when it is asked.
      typeof one.timeout_ms === "number"
        ? { ...one, timeout_ms: 1000 * Math.ceil(one.timeout_ms / 1000) }
        : one
    );
    deepStrictEqual(asked, [question], words);
  }
});

Deno.test("crab helper: T47: what helpers wrote is escaped, stays on its line, and is marked as theirs", async () => {
  await using w = await world(({ action }) => ANSWERS[String(action)]!);
  strictEqual(
    (await w.helper("list")).stdout,
    [
      "NUM   STATUS    MODEL     DEPTH  PEERS  NAME",
      "1     running   opus      1      1 ch   -",
      "3     done      default   2      0 ch   -",
      "2     running   default   1      1 ch   evil\\x1b]0;x\\x07",
      "",
    ].join("\n"),
  );
  strictEqual((await w.helper("ls", "-q")).stdout, "1\n3\n2\n");
  strictEqual(
    (await w.helper("list", "--tree")).stdout,
    "├─ 1  running\n│  └─ 3  done\n└─ 2 (evil\\x1b]0;x\\x07)  running  look\\x1b[2J\n",
  );
  strictEqual((await w.helper("recv")).stdout, "[2]  one\n     [0]  two\\x1b[31m\n");
  strictEqual((await w.helper("log")).stdout, "03:04:05  [2 → 0]  a\\n03:04:05  [0 → 1]  forged\n");
  strictEqual(
    (await w.helper("result", "1")).stdout,
    [
      "Helper 1: done, exit code 0",
      "Its last message:",
      "  | All done.\\x07",
      "  | [1]  not me",
      "Its result.json:",
      "  | {",
      '  |   "ok": true',
      "  | }",
      "It has changed:",
      "added    a\\nb",
      "changed  .git/hooks/x  (a git hook)",
      "",
    ].join("\n"),
  );
  match(
    (await w.helper("info", "2")).stdout,
    /Status: +running[^]*Network: +filtered: example.com[^]*\n {2}\| look\\x1b\[2J\n {2}\| at it\n$/,
  );
  match((await w.helper("spawn")).stdout, /^Started helper 3\.\n[^]*Depth: +3\n/);
  const land = await w.helper("land", "1");
  match(
    land.stdout + land.stderr,
    /^added {2}a\nLanded 1 path of helper 1\.\nTo take it back: kanibako crab helper land 1 --undo\n$/,
  );
  for (
    const words of [
      "list",
      "info 1",
      "spawn",
      "stop 1",
      "respawn 1",
      "cleanup 1",
      "send 1 a",
      "broadcast a",
      "recv",
      "wait",
      "result 1",
      "diff 1",
      "land 1",
    ]
  ) {
    JSON.parse((await w.helper(...words.split(" "), "--json")).stdout);
  }
});

Deno.test("crab helper: without a hub, with one that refuses, and for a helper that is not there, the error says what to do", async () => {
  await using w = await world(({ action }) =>
    action === "list"
      ? { helpers: [view(1, { name: "docs" })] }
      : { status: "error", message: "No room.", hint: "Stop one.", code: "limit" }
  );
  const refused = await w.helper("spawn");
  deepStrictEqual([refused.code, refused.stderr], [1, "Error: No room.\n  → Stop one.\n"]);
  const unknown = await w.helper("info", "docz");
  match(unknown.stderr, /There is no helper docz\.\n {2}→ Did you mean docs\?/);
  w.hub[Symbol.dispose]();
  const gone = await w.helper("list");
  // What the hub has kept is shown while the box does not run; whose box is gone is stopped.
  const { peers: _peers, connected: _connected, waiting: _waiting, ...kept } = view(1, { name: "docs" });
  await Deno.writeTextFile(
    `${w.sandbox.home}/state/kanibako/boxes/kanibako-work/helpers.json`,
    JSON.stringify({ helpers: [kept] }),
  );
  strictEqual((await w.helper("list", "--tree")).stdout, "└─ 1 (docs)  stopped\n");
  match((await w.helper("info", "docs")).stdout, /Status: +stopped/);
  match((await w.helper("send", "docs", "a")).stderr, /The box of work does not run\./);
  deepStrictEqual([gone.code, /The box of work does not run, or its helpers are off/.test(gone.stderr)], [
    1,
    true,
  ]);
  // A box without one, by its environment alone.
  const none = await w.sandbox.run(["crab", "helper", "list"], { cwd: w.sandbox.home });
  deepStrictEqual([none.code, /There is no project in/.test(none.stderr)], [1, true]);
});

Deno.test("crab helper: words of earlier versions work, and register says nothing", async () => {
  await using w = await world(({ action }) => ANSWERS[String(action)] ?? {});
  const old = await w.sandbox.run(["helper", "ls", "-q"]);
  strictEqual(old.stdout, "1\n3\n2\n");
  deepStrictEqual(await w.helper("register", "0"), { code: 0, stdout: "", stderr: "" });
  const completed = (...words: string[]) => w.sandbox.run(["__complete", "crab", "helper", ...words]);
  strictEqual(
    (await completed("stop", "")).stdout,
    "1\trunning\n3\tdone\nevil\\x1b]0;x\\x07\trunning, look\\x1b[2J\n",
  );
  strictEqual((await completed("wait", "1", "3", "e")).stdout, "evil\\x1b]0;x\\x07\trunning, look\\x1b[2J\n");
  strictEqual((await completed("send", "3")).stdout, "3\tdone\n");
  strictEqual((await completed("send", "1", "")).stdout, "");
  deepStrictEqual(await w.helper("register", "two"), { code: 1, stdout: "", stderr: "" });
  w.hub[Symbol.dispose]();
  deepStrictEqual(await w.helper("register", "0"), { code: 1, stdout: "", stderr: "" });
});
