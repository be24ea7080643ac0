import assert from "node:assert/strict";
import { networkFile, networkLog, networkPending, networkRunFile } from "../../lib/config/box_state.ts";
import { readJson, writeJson } from "../../lib/host/store.ts";
import {
  NETWORK_FILE,
  NETWORK_PENDING,
  NETWORK_RUN_FILE,
  type NetworkFile,
  type NetworkPending,
  type NetworkRunFile,
} from "../../lib/net/network_file.ts";

const RULES: NetworkFile = {
  version: 1,
  rules: [{ text: "example.com", from: "system config" }],
  hosts: { "db.example.com": ["10.0.0.1"] },
  ca: ["/etc/ssl/corporate.pem"],
  proxy: { url: "http://proxy.example.com:3128" },
  limits: { connections: 256, rate: 100, bytesPerSecond: 0, bytes: 0 },
  ask: { when: "attached", waitMs: 60_000 },
};
const RUN: NetworkRunFile = { version: 1, run: "r1", rules: [] };
const PENDING: NetworkPending = {
  version: 1,
  names: [{ id: "a", host: "example.org", port: 443, since: 1, until: 2, waiting: 1 }],
};

Deno.test("the files of a filtered network are read as they were written, and in no other form", async () => {
  const state = await Deno.makeTempDir();
  try {
    await writeJson(networkFile(state), RULES);
    await writeJson(networkRunFile(state), RUN);
    await writeJson(networkPending(state), PENDING);
    assert.deepEqual(await readJson(networkFile(state), NETWORK_FILE), RULES);
    assert.deepEqual(await readJson(networkRunFile(state), NETWORK_RUN_FILE), RUN);
    assert.deepEqual(await readJson(networkPending(state), NETWORK_PENDING), PENDING);
    await Deno.writeTextFile(networkFile(state), JSON.stringify({ ...RULES, rules: "all" }));
    await assert.rejects(readJson(networkFile(state), NETWORK_FILE), /network\.json/);
    assert.equal(networkLog(state), `${state}/network.log`);
  } finally {
    await Deno.remove(state, { recursive: true });
  }
});
