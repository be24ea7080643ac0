// Helpers from their first task to what lands, with real boxes. The director is a script.

import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { until, User } from "../support/program.ts";
import { namedServices } from "../support/services/host.ts";
import { expiredLogin } from "../support/services/logins.ts";

/** What each helper does: it waits for one message, does what that says in its folder, and says that it is done. */
const WORK = [
  "task=$(kanibako crab helper recv --wait --timeout 120s --json | jq -r '.[0].payload.text')",
  'sh -ec "$task"',
  'kanibako crab helper send --quiet parent "done: $task"',
].join("; ");

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** A director that runs, and commands in it. */
async function director(...commands: (readonly [words: string, input?: string])[]) {
  const user = await User.make();
  for (const [words, input = ""] of commands) await user.ok(words.split(" "), { input });
  const cwd = await user.folder();
  for (const [path, text] of [["a.txt", "a"], ["b.txt", "b"], ["shared.txt", "ours"]]) {
    await Deno.writeTextFile(`${cwd}/${path}`, `${text}\n`);
  }
  await user.ok(["shell", "--persistent", "--", "sleep", "600"], { cwd });
  const inBox = (script: string) => user.run(["shell", "--", "sh", "-c", script], { cwd });
  return {
    user,
    cwd,
    inBox,
    /** A verb in the director's box: its output. An error where it fails. */
    helper: async (words: string, code = 0) => {
      const outcome = await inBox(`kanibako crab helper ${words}`);
      strictEqual(outcome.code, code, `${words}: ${outcome.stdout}${outcome.stderr}`);
      return outcome;
    },
    text: (path: string) => Deno.readTextFile(`${cwd}/${path}`),
    [Symbol.asyncDispose]: () => user[Symbol.asyncDispose](),
  };
}

Deno.test("helpers work in copies, three of four land, one conflicts, one that was killed is respawned, and nothing is left", async () => {
  await using it = await director();
  const { user, cwd, helper } = it;
  const spawn = `spawn -q --crab= --workspace copy --task ${quoted(WORK)}`;
  for (const number of [1, 2, 3, 4]) strictEqual((await helper(spawn)).stdout, `${number}\n`);
  match((await helper("list")).stdout, /^NUM +STATUS +MODEL +DEPTH +PEERS\n1 +running +default +1 +3 ch\n/);
  // The fourth is killed before it has done anything. Whoever asks hears of it.
  const view = async (number: number) =>
    JSON.parse((await user.run(["crab", "helper", "info", String(number), "--json"], { cwd })).stdout);
  await user.engine("kill", "--signal", "KILL", (await view(4)).container);
  await until(async () => (await view(4)).status === "failed");
  await helper("respawn 4 --quiet");
  strictEqual((await view(4)).status, "running");
  // Tasks.
  const tasks = [
    `echo one >one.txt; echo '{"ok": true}' >result.json; chmod 755 a.txt`,
    "mkdir -p sub/two; echo two >sub/two/two.txt; rm b.txt",
    "echo theirs >shared.txt",
    "echo four >four.txt; ln -s four.txt link; mkfifo pipe",
  ];
  for (const [at, task] of tasks.entries()) await helper(`send ${at + 1} ${quoted(task)}`);
  await Deno.writeTextFile(`${cwd}/shared.txt`, "changed here\n");
  await helper("wait --timeout 100s");
  // Results, as they were sent and as they are asked for.
  const said = JSON.parse((await helper("recv --json")).stdout);
  deepStrictEqual(
    said.map(({ from, payload }: { from: number; payload: { text: string } }) => [from, payload.text])
      .sort(([a]: [number], [b]: [number]) => a - b),
    tasks.map((task, at) => [at + 1, `done: ${task}`]),
  );
  const result = JSON.parse((await helper("result 1 --json")).stdout);
  deepStrictEqual([result.status, result.exitCode, result.result], ["done", 0, { ok: true }]);
  // Three land, from the box and from the host; the third conflicts, and nothing of it lands.
  match(
    (await helper("diff 2")).stdout,
    /^removed +b\.txt\nadded +sub\n|^removed +b\.txt\nadded +sub\/two\/two\.txt\n/m,
  );
  await helper("land 1");
  await helper("land 2 --plan");
  strictEqual(await it.text("b.txt"), "b\n");
  match((await helper("land 2")).stderr, /^Landed 4 paths of helper 2\.\n/m);
  await helper("land 2 --undo");
  strictEqual(await it.text("b.txt"), "b\n");
  await helper("land 2");
  match((await helper("diff 3")).stdout, /^conflicting +shared\.txt\n$/);
  match((await helper("land 3", 1)).stderr, /shared\.txt/);
  strictEqual((await user.run(["crab", "helper", "land", "4"], { cwd })).code, 0);
  deepStrictEqual(
    [
      await it.text("one.txt"),
      await it.text("sub/two/two.txt"),
      await it.text("shared.txt"),
      await it.text("four.txt"),
    ],
    ["one\n", "two\n", "changed here\n", "four\n"],
  );
  strictEqual(await Deno.readLink(`${cwd}/link`), "four.txt");
  strictEqual((await Deno.stat(`${cwd}/a.txt`)).mode! & 0o777, 0o755);
  for (const gone of ["b.txt", "pipe"]) {
    strictEqual(await Deno.lstat(`${cwd}/${gone}`).then(() => true, () => false), false, gone);
  }
  match(
    (await helper("log")).stdout,
    /\[spawn\] helper 1[^]*\[0 → 1\] {2}echo one[^]*\[1 → 0\] {2}done: echo one/,
  );
  await helper("cleanup 1");
  strictEqual((await helper("list -q")).stdout, "2\n3\n4\n");
  // The project is forked while its box runs, by the box.
  const fork = await it.inBox("kanibako crab fork idea");
  deepStrictEqual([fork.code, fork.stdout], [
    0,
    `Forked this project to ${cwd}.idea, as ${cwd.split("/").at(-1)}.idea.\n`,
  ]);
  strictEqual(await Deno.readTextFile(`${cwd}.idea/one.txt`), "one\n");
  // They end with their director.
  await user.ok(["stop"], { cwd });
  await until(async () => (await user.containers()).length === 0);
});

Deno.test("T44: a helper of a helper asks for a network and a secret that its parent has not: it is refused, and gets what its parent has", async () => {
  await using it = await director(
    ["system config network=filtered"],
    ["system network allow example.com"],
    ["secret set TOKEN", "its value"],
    ["system config secret.TOKEN=example.com"],
  );
  const { helper } = it;
  // The director's own is passed on; a child is asked to go without.
  await helper(
    "spawn -q --crab= --name child --network none --task 'kanibako crab helper recv --wait --timeout 100s'",
  );
  const inChild = `spawn -q --crab= --name asker --network none --no-secrets --task ${
    quoted([
      "for more in '--network filtered' '--network open' '--allow example.org' '--secret TOKEN' '--depth 60'; do",
      "kanibako crab helper spawn --crab= $more --task true && echo started",
      "done 2>&1",
      "kanibako crab helper spawn -q --crab= --task true && kanibako crab helper wait --timeout 60s",
    ].join("\n"))
  }`;
  await helper(inChild);
  await helper("wait asker --timeout 60s");
  const { message } = JSON.parse((await helper("result asker --json")).stdout);
  match(message, /network[^]*network[^]*example\.org[^]*TOKEN[^]*depth/i);
  strictEqual(/started/.test(message), false, message);
  match(message, /\d+ {2}done {2}0/);
  await helper("send child bye --quiet");
});

const shell = new Deno.Command("sh", { args: ["-c", "command -v claude"], stdout: "null" });
const noClaude = !(await shell.output()).success;

Deno.test({
  name: "the real claude starts the real claude as a helper by its tools, waits for it and lands its work" +
    (noClaude ? " (it is not installed here)" : ""),
  ignore: noClaude,
  fn: async () => {
    await using services = await namedServices();
    await using user = await User.make({ env: services.env });
    await user.configure(
      'box.network = "filtered"',
      'box.crab = "claude"',
      'auth = "guarded"',
      'network.ask = "off"',
      "network.presets = []",
      "spawn.guide = true",
      `network.ca = [${JSON.stringify(services.ca)}]`,
    );
    const { files } = expiredLogin("claude");
    for (const [name, text] of Object.entries(files)) {
      const file = `${user.home}/${name}`;
      await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true, mode: 0o700 });
      await Deno.writeTextFile(file, text, { mode: 0o600 });
    }
    const cwd = await user.folder();
    await user.ok(["shell", "--persistent", "--", "sleep", "600"], { cwd });
    const task = 'write /home/agent/workspace/made.txt saying "by a helper"';
    const tool = (name: string, input: object) =>
      `call <mcp__kanibako__helper_${name} ${JSON.stringify(input)}>`;
    const prompt = [
      tool("spawn", { task, workspace: "copy" }),
      tool("wait", { helpers: ["1"] }),
      tool("result", { helper: "1" }),
      tool("land", { helper: "1" }),
    ].join(", then ");
    const servers = JSON.stringify({ mcpServers: { kanibako: { command: "kanibako", args: ["mcp"] } } });
    const words = [
      "env",
      "ENABLE_TOOL_SEARCH=false",
      "MCP_CONNECTION_NONBLOCKING=0",
      "MCP_CONNECT_TIMEOUT_MS=60000",
      "claude",
      "--print",
      "--mcp-config",
      servers,
      "--allowedTools",
      "mcp__kanibako",
      "--",
    ];
    const { code, stdout, stderr } = await user.run(["shell", "--", ...words, prompt], { cwd });
    strictEqual(code, 0, stdout + stderr);
    const shown = await user.ok(["crab", "helper", "result", "1", "--json"], { cwd });
    const made = await Deno.readTextFile(`${cwd}/made.txt`).catch(() => undefined);
    strictEqual(made, "by a helper\n", stdout + stderr + shown);
    const result = JSON.parse(shown);
    match(result.message, /That was all\./);
    match(
      await user.ok(["shell", "--", "sh", "-c", "head -2 ~/.claude/skills/kanibako-helpers/SKILL.md"], {
        cwd,
      }),
      /name: kanibako-helpers/,
    );
  },
});
