// Every option of a session against a box that runs: an option that is not in the table below fails the first test.

import { deepStrictEqual, match, ok, strictEqual, throws } from "node:assert/strict";
import {
  flagSettings,
  type SessionFlags,
  sessionOptions,
} from "../../lib/commands/box/session/session_flags.ts";
import { parseConfig } from "../../lib/config/file.ts";
import { settingsFrom } from "../../lib/config/resolve.ts";
import type { FlagSettings } from "../../lib/config/settings.ts";
import { SETTINGS } from "../../lib/config/settings/all.ts";
import type { RunRecord } from "../../lib/run/record.ts";
import type { SessionRequest } from "../../lib/session/gather.ts";
import { againstRunning, ignoredLine, keptSettings, refusal } from "../../lib/session/running_options.ts";
import { underProfile } from "../../lib/config/under_profile.ts";
import { fromFile } from "../../lib/spec/source.ts";
import { withOwnLogin } from "../../lib/session/own_login.ts";
import { Sandbox } from "../config/support.ts";

/** What becomes of an option where a box runs: when its session is joined, and when a command is called into it. */
type Fate =
  /** An error. */
  | "refused"
  /** A warning. */
  | "ignored"
  /** It does what it says, or there is nothing that it would change. */
  | "acts"
  /** Elsewhere: it is warned of or refused before a box is looked for. */
  | "elsewhere";

/** A value that the box does not have, and one that it has. Toggles: `true`. */
const OPTIONS: Readonly<Record<string, { joined: Fate; called?: Fate; other: unknown; same?: unknown }>> = {
  new: { joined: "ignored", other: true },
  continue: { joined: "acts", other: true },
  resume: { joined: "ignored", other: true },
  autonomous: { joined: "acts", other: true },
  secure: { joined: "refused", other: true },
  model: { joined: "ignored", other: "haiku", same: "opus" },
  crab: { joined: "refused", other: "codex", same: "claude" },
  persistent: { joined: "acts", called: "acts", other: true },
  // A session that stays is not joined for now: that is an error of its own, before options are compared.
  ephemeral: { joined: "refused", called: "refused", other: true },
  env: { joined: "ignored", called: "acts", other: ["A=1"] },
  // What it is for a filtered network, see below.
  secret: { joined: "refused", called: "refused", other: ["TOKEN:example.com"] },
  secretFile: { joined: "refused", called: "refused", other: ["TOKEN"] },
  ssh: { joined: "refused", called: "refused", other: ["github.com=~/.ssh/id.pub"] },
  allow: { joined: "refused", called: "refused", other: ["example.com"] },
  image: { joined: "refused", called: "refused", other: "min", same: "oci" },
  security: { joined: "refused", called: "refused", other: "nested", same: "strict" },
  network: { joined: "refused", called: "refused", other: "none", same: "open" },
  memory: { joined: "refused", called: "refused", other: "1g", same: "512m" },
  gitAccess: { joined: "refused", called: "refused", other: "write", same: "none" },
  maxDuration: { joined: "refused", called: "refused", other: "8h", same: "none" },
  idleTimeout: { joined: "ignored", other: "2h", same: "none" },
  cpus: { joined: "refused", called: "refused", other: "1", same: "none" },
  record: { joined: "acts", called: "acts", other: "/tmp/session.cast" },
  noStdin: { joined: "acts", called: "acts", other: true },
  publish: { joined: "acts", called: "acts", other: ["3000"] },
  pids: { joined: "refused", called: "refused", other: "99", same: "2048" },
  noHelpers: { joined: "refused", called: "refused", other: true },
  shareImages: { joined: "ignored", called: "ignored", other: true },
  browser: { joined: "ignored", called: "ignored", other: true },
  noAutoAuth: { joined: "elsewhere", called: "elsewhere", other: true },
  entrypoint: { joined: "refused", called: "acts", other: "/bin/sh" },
  engine: { joined: "refused", called: "refused", other: "docker", same: "podman" },
  distinctAuth: { joined: "elsewhere", called: "elsewhere", other: true },
  plan: { joined: "elsewhere", called: "elsewhere", other: true },
  json: { joined: "elsewhere", called: "elsewhere", other: true },
};

function record(has: Readonly<Record<string, string>> | undefined): RunRecord {
  return {
    run: "r1",
    box: "kanibako-app",
    runtime: "podman",
    place: {},
    image: "localhost/kanibako-oci:latest",
    lifetime: "persistent",
    phase: "running",
    agent: "claude",
    sharedAuth: true,
    conversation: true,
    services: {},
    ...(has ? { has } : {}),
    startedAt: 0,
  };
}

function settings(flags: FlagSettings) {
  return settingsFrom([], undefined, flags);
}

/** A box started with the defaults, `strict`, a memory limit and a model. */
function running(): RunRecord {
  const started = settings({ memory: "512m", model: "opus" });
  return record(keptSettings(started, undefined, {
    "box.crab": "claude",
    "box.security": "strict",
    "persistence": "persistent",
  }));
}

async function against(
  options: Readonly<Record<string, unknown>>,
  call: boolean,
  { words = [], run = running(), sameImage = false }: {
    words?: readonly string[];
    run?: RunRecord;
    sameImage?: boolean;
  } = {},
) {
  await using sandbox = await Sandbox.make();
  const flags = flagSettings(options as unknown as SessionFlags);
  const { engine, entrypoint } = options as { engine?: string; entrypoint?: string };
  const request: SessionRequest = {
    host: await sandbox.open(),
    cwd: "/",
    kind: call ? "shell" : "agent",
    flags,
    words,
    ...(engine === undefined ? {} : { engine }),
    ...(entrypoint === undefined ? {} : { entrypoint }),
  };
  return againstRunning(request, settings(flags), run, { call, sameImage });
}

function fate({ refused, ignored }: Awaited<ReturnType<typeof against>>): Fate {
  ok(refused.length === 0 || ignored.length === 0);
  return refused.length > 0 ? "refused" : ignored.length > 0 ? "ignored" : "acts";
}

Deno.test("what an agent is asked for one text is its own, and what asks for another box is refused", async () => {
  await using sandbox = await Sandbox.make();
  const prompt = {
    text: "x",
    format: "text",
    stdout: () => {},
    stderr: () => {},
    signals: false,
    begun: () => {},
  } as const;
  const asked = async (options: object) => {
    const flags = flagSettings(options as unknown as SessionFlags);
    const request: SessionRequest = {
      host: await sandbox.open(),
      cwd: "/",
      kind: "agent",
      flags,
      words: ["--more"],
      prompt,
    };
    return fate(againstRunning(request, settings(flags), running(), { call: true, sameImage: false }));
  };
  for (
    const acts of [
      { new: true },
      { continue: true },
      { secure: true },
      { model: "haiku" },
      { env: ["A=1"] },
      { ephemeral: true },
    ]
  ) {
    strictEqual(await asked(acts), "acts", JSON.stringify(acts));
  }
  for (const refused of [{ network: "none" }, { crab: "codex" }, { memory: "1g" }]) {
    strictEqual(await asked(refused), "refused", JSON.stringify(refused));
  }
});

Deno.test("F1: no option of a session is without a fate where a box runs", () => {
  const [start, shell] = [sessionOptions("start").flags, sessionOptions("shell").flags];
  deepStrictEqual(Object.keys(OPTIONS).sort(), Object.keys(start).sort());
  deepStrictEqual(
    Object.entries(OPTIONS).filter(([, { called }]) => called !== undefined).map(([name]) => name).sort(),
    Object.keys(shell).sort(),
  );
});

Deno.test("--allow acts on a running box with a filtered network, and is refused where there are no rules", async () => {
  const started = settings({ network: "filtered" });
  const run = record(keptSettings(started, undefined, { persistence: "persistent" }));
  for (const call of [true, false]) {
    strictEqual(fate(await against({ allow: ["example.com"] }, call, { run })), "acts");
    const { refused } = await against({ allow: ["example.com"] }, call);
    deepStrictEqual(refused, [{ option: "--allow", has: "network open" }]);
  }
});

for (const [name, { joined, called, other, same }] of Object.entries(OPTIONS)) {
  Deno.test(`F1, D3: --${name} against a running box: ${joined} by a session${called ? `, ${called} by a call` : ""}`, async () => {
    const acts = (fate: Fate) => fate === "elsewhere" ? "acts" : fate;
    strictEqual(fate(await against({ [name]: other }, false)), acts(joined));
    if (called) strictEqual(fate(await against({ [name]: other }, true)), acts(called));
    if (same === undefined) return;
    strictEqual(fate(await against({ [name]: same }, false)), "acts", "what the box has");
    if (called) strictEqual(fate(await against({ [name]: same }, true)), "acts", "what the box has");
  });
}

Deno.test("F1: what is left to be dealt with elsewhere is: what never acts, the plan, and the login of a new project", () => {
  const elsewhere = Object.entries(OPTIONS).filter(([, { joined }]) => joined === "elsewhere").map(([name]) =>
    name
  );
  const missing = Object.values(SETTINGS.flags).flatMap(({ missing, flag }) =>
    missing !== undefined && flag !== undefined && "toggles" in flag ? Object.keys(flag.toggles) : []
  );
  deepStrictEqual(elsewhere.sort(), [...missing, "distinctAuth", "plan", "json"].sort());
});

Deno.test("F1: every option that promises safety is refused, also by a box of which nothing more is known", async () => {
  const safe = Object.entries(OPTIONS).filter(([name]) => SETTINGS.flags[name]?.safety || name === "secure");
  strictEqual(safe.length, 11);
  for (const [name, { other, same }] of safe) {
    if (name !== "autonomous") strictEqual(fate(await against({ [name]: other }, false)), "refused", name);
    const unknown = await against({ [name]: same ?? other }, false, { run: record(undefined) });
    deepStrictEqual([fate(unknown), unknown.refused[0]?.has], ["refused", undefined], name);
  }
  // What is known of every run is still compared.
  for (const same of [{ persistent: true }, { crab: "claude" }]) {
    strictEqual(fate(await against(same, false, { run: record(undefined) })), "acts");
  }
});

Deno.test("what a box has of a time limit is said by the name of its setting", async () => {
  const { refused } = await against({ maxDuration: "1h" }, true);
  deepStrictEqual(refused, [{ option: "--max-duration", has: "no box.max_duration" }]);
});

Deno.test("D4: words after -- that a running session cannot use are refused, and those of a call act", async () => {
  const words = ["-p", "do it"];
  const joined = await against({}, false, { words });
  deepStrictEqual(joined.refused, [{ option: "the arguments after --", has: undefined }]);
  deepStrictEqual(await against({}, true, { words }), { refused: [], ignored: [], changed: [] });
});

Deno.test("F1: a rig by another name of the same image, and the program that the session runs, are what the box has", async () => {
  strictEqual(
    fate(await against({ image: "localhost/kanibako-oci:latest" }, true, { sameImage: true })),
    "acts",
  );
  const run = record({ ...running().has, entrypoint: "bash" });
  strictEqual(fate(await against({ entrypoint: "bash" }, false, { run })), "acts");
  strictEqual(fate(await against({ entrypoint: "zsh" }, false, { run })), "refused");
  strictEqual(fate(await against({ entrypoint: "bash" }, false, { run, words: ["-x"] })), "refused");
});

Deno.test("F1: the refusal says what the box has, what needs a new box, and how to stop it by its name", async () => {
  const one = refusal("work/api", await against({ network: "none" }, true))!;
  strictEqual(one.exitCode, 1);
  strictEqual(
    one.message,
    "The box work/api is already running with network open, and --network needs a new box.",
  );
  strictEqual(one.hints[0], "Stop it first: kanibako stop work/api");
  const several = {
    network: "none",
    memory: "1g",
    cpus: "1",
    security: "nested",
    secure: true,
    crab: "codex",
  };
  match(
    refusal("api", await against(several, false))!.message,
    /with --autonomous, crab claude, security strict, network open, memory 512m and no cpus limit, and --secure, --crab, --security, --network, --memory and --cpus need/,
  );
  strictEqual(
    refusal("api", await against({}, false, { words: ["-p"] }))!.message,
    "The box api is already running, and the arguments after -- need a new box.",
  );
  strictEqual(refusal("api", await against({ network: "open" }, true)), undefined);
});

Deno.test("D3: the line for what is passed over names the box to stop", async () => {
  strictEqual(
    ignoredLine("api", await against({ new: true, env: ["A=1"] }, false)),
    "The box api is already running, so --new and --env were ignored. To apply them, stop it first: kanibako stop api",
  );
  strictEqual(ignoredLine("api", await against({ env: ["A=1"] }, true)), undefined);
});

Deno.test("--distinct-auth is refused where the project uses the host's login, and true where it does not", () => {
  const project = { name: "app", exists: true, sharedAuth: true } as Parameters<typeof withOwnLogin>[0];
  throws(() => withOwnLogin(project), { code: "login-shared" });
  strictEqual(withOwnLogin({ ...project, sharedAuth: false }).sharedAuth, false);
  strictEqual(withOwnLogin({ ...project, exists: false }).sharedAuth, false);
});

/** Settings as a box's own file has them. */
async function configured(text: string) {
  const from = fromFile("box", "config");
  const config = await parseConfig(text, "/f", "box");
  return settingsFrom(
    [{ level: "box", from, file: "/f", config, env: { entries: {}, from, file: "/f" } }],
    undefined,
    {},
  );
}

Deno.test("F1: what promises safety and was configured since is named at each join, unless it was given by option at the start", async () => {
  const request = { flags: {}, words: [], kind: "shell" } as unknown as SessionRequest;
  const changed = async (text: string, run = running()) =>
    againstRunning(request, await configured(`[box]\n${text}\n`), run, { call: true, sameImage: false })
      .changed;
  deepStrictEqual(await changed("network = 'none'"), [
    "box.network is now none (box config), but the running box has network open.",
  ]);
  // The memory limit was an option of the start.
  deepStrictEqual(await changed("memory = '1g'"), []);
  deepStrictEqual(await changed("memory = '1g'", record({ ...running().has, options: "" })), [
    "box.memory is now 1g (box config), but the running box has memory 512m.",
  ]);
  deepStrictEqual((await changed("security = 'standard'")).length, 1);
  // A setting that is no option, too.
  deepStrictEqual(await changed("[report]\nprotect = 'hooks'"), [
    "report.protect is now hooks (box config), but the running box has report.protect none.",
  ]);
  deepStrictEqual(await changed("security = 'strict'\nnetwork = 'open'"), []);
  deepStrictEqual(await changed("network = 'none'", record(undefined)), []);
});

Deno.test("F1: what follows from a profile that was an option of the start is no change at a later join", async () => {
  const host = { networks: new Set(["none", "open"] as const), locale: {} };
  const { settings: started } = underProfile(settings({ security: "paranoid" }), "paranoid", host);
  const real = { "box.security": "paranoid", "persistence": "persistent" };
  const run = record(keptSettings(started, undefined, real));
  strictEqual(run.has?.["box.network"], "none");
  const request = { flags: {}, words: [], kind: "shell" } as unknown as SessionRequest;
  const joined = (text: string) =>
    configured(text).then((now) => againstRunning(request, now, run, { call: true, sameImage: false }));
  deepStrictEqual(await joined(""), { refused: [], ignored: [], changed: [] });
  // Where the profile came from a file, and is gone from it, all that it set is named.
  const { settings: filed } = underProfile(
    await configured("[box]\nsecurity = 'paranoid'\n"),
    "paranoid",
    host,
  );
  const later = record(keptSettings(filed, undefined, real));
  const { changed } = againstRunning(request, await configured("[box]\nnetwork = 'open'\n"), later, {
    call: true,
    sameImage: false,
  });
  deepStrictEqual(changed.map((text) => text.split(" ")[0]), ["box.network", "box.pids"]);
});
