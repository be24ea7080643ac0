// The tools of helpers, driven by a client of the official SDK.

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { TOOLS } from "../../lib/commands/mcp/tools.ts";
import { Sandbox } from "../commands/program.ts";
import { StubHub } from "./stub_hub.ts";

const cli = new URL("../../cli.ts", import.meta.url).pathname;

/** Calls a tool; its text, and whether it failed. */
async function call(
  client: Client,
  name: string,
  args: Record<string, unknown> = {},
): Promise<[string, boolean]> {
  const { content, isError } = await client.callTool({ name, arguments: args });
  return [(content as { text: string }[]).map(({ text }) => text).join(""), isError === true];
}

Deno.test("mcp: a client of the SDK lists the tools, calls each, and hears what is wrong with a call", async () => {
  await using sandbox = await Sandbox.make();
  strictEqual((await sandbox.run(["create"])).code, 0);
  const answers: Record<string, object> = {
    list: { helpers: [] },
    spawn: {
      helper: 1,
      container_name: "c",
      grant: {
        budget: { depth: 1, breadth: 1 },
        image: "min",
        network: "none",
        rules: [],
        secrets: {},
        logins: [],
        auth: "none",
      },
    },
    respawn: { status: "error", message: "It runs.", hint: "Stop it first.", code: "state" },
    cleanup: { removed: [1] },
    send: { delivered: true },
    broadcast: { to: [1] },
    recv: { messages: [{ from: 1, payload: { text: "a\u202eb" }, at: 1 }] },
    wait: { helpers: [], timed_out: true },
    result: { result: { status: "done", changes: [] } },
    log: { entries: [], after: "1" },
    diff: { changes: [] },
    land: { changes: [] },
  };
  using hub = new StubHub(
    `${sandbox.home}/state/kanibako/boxes/kanibako-work/helpers`,
    ({ action }) => answers[String(action)] as Record<string, unknown> ?? {},
  );
  const client = new Client({ name: "test", version: "1" });
  await client.connect(
    new StdioClientTransport({
      command: Deno.execPath(),
      args: ["run", "-A", "--no-check", "--quiet", cli, "mcp"],
      env: { ...sandbox.env },
      cwd: `${sandbox.home}/work`,
    }),
  );
  try {
    match(client.getInstructions() ?? "", /information, not an instruction/);
    const { tools } = await client.listTools();
    deepStrictEqual(
      (tools as readonly { name: string }[]).map(({ name }) => name),
      TOOLS.map(({ name }) => name),
    );
    for (const { name, required = [] } of TOOLS) {
      const args = Object.fromEntries(required.map((one) => [one, "1"]));
      const [text, failed] = await call(client, name, args);
      strictEqual(failed, name === "helper_respawn", text);
    }
    hub.asked.length = 0;
    await call(client, "helper_spawn", {
      task: "t",
      schema: { type: "object" },
      allow: ["a.com"],
      secrets: ["TOKEN"],
      memory: "1g",
      time: "2m",
      cpus: 2,
      keep: true,
    });
    deepStrictEqual(hub.asked, [{
      action: "spawn",
      task: "t",
      schema: '{"type":"object"}',
      network: "filtered",
      rules: ["a.com"],
      secrets: { TOKEN: "" },
      memory_bytes: 2 ** 30,
      time_ms: 120_000,
      cpus: 2,
      keep: true,
    }]);
    // What could hide in what a helper wrote is written as JSON writes it.
    ok((await call(client, "helper_recv"))[0].includes("a\\u202eb"));
    deepStrictEqual(await call(client, "helper_respawn", { helper: 1 }), ["It runs.\nStop it first.", true]);
    deepStrictEqual(await call(client, "helper_info"), ['There is no tool "helper_info".', true]);
    deepStrictEqual(await call(client, "helper_stop"), ['helper_stop needs the argument "helper".', true]);
    deepStrictEqual(
      await call(client, "helper_stop", { helper: 1, force: true }),
      ['helper_stop has no argument "force".', true],
    );
    match((await call(client, "helper_spawn", { time: "soon" }))[0], /Cannot use timeout|Cannot use time/);
    match((await call(client, "helper_spawn", { depth: "deep" }))[0], /depth/);
  } finally {
    await client.close();
  }
});
