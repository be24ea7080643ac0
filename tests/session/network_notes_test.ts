import assert from "node:assert/strict";
import { networkLog, networkPending } from "../../lib/config/box_state.ts";
import { writeJson } from "../../lib/host/store.ts";
import { NetworkLog } from "../../lib/net/log.ts";
import { noteNetwork } from "../../lib/session/network_notes.ts";
import type { Session } from "../../lib/session/gather.ts";

Deno.test("names that nobody answered for, and limits that acted, are noted once; what still waits is not", async () => {
  const state = await Deno.makeTempDir();
  try {
    const notes: { code: string; values: Record<string, unknown> }[] = [];
    const session = {
      host: { ui: { note: (note: typeof notes[number]) => notes.push(note) } },
      project: { state, name: "app" },
      request: {},
    } as unknown as Session;
    await noteNetwork(session);
    assert.deepEqual(notes, []);
    const now = Date.now();
    const name = (host: string, port: number, until: number) => ({
      id: host,
      host,
      port,
      since: now - 1000,
      until,
      waiting: 0,
    });
    const names = [
      name("waits.example", 443, now + 60_000),
      ...Array.from({ length: 8 }, (_, at) => name(`n${at}.example`, at === 0 ? 5432 : 0, now - 500)),
    ];
    await writeJson(networkPending(state), { version: 1, names });
    {
      using log = new NetworkLog(networkLog(state), "r1");
      log.write({ kind: "limit", limit: "connections" });
    }
    await noteNetwork(session);
    assert.deepEqual(notes.map(({ code, values }) => [code, values]), [
      ["network-unanswered", {
        name: "app",
        hosts: ["n0.example:5432", ...[1, 2, 3, 4, 5].map((at) => `n${at}.example`)],
        more: 2,
      }],
      ["network-limits", { name: "app", limits: ["connections"] }],
    ]);
    await noteNetwork(session);
    assert.equal(notes.length, 2);
    // A file that cannot be read is no reason not to open a box.
    await Deno.writeTextFile(networkPending(state), "{");
    await noteNetwork(session);
    assert.equal(notes.length, 2);
  } finally {
    await Deno.remove(state, { recursive: true });
  }
});
