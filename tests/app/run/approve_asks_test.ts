import assert from "node:assert/strict";
import { approvedAsks } from "../../../lib/app/run/approve_asks.ts";
import type { Host } from "../../../lib/config/system.ts";
import type { RunAsks } from "../../../lib/rig/choose/types.ts";
import { type Note, silentUi } from "../../../lib/spec/ui.ts";
import { TestUser } from "../../rig/world.ts";

const ASKS: RunAsks = {
  path: "agentkernel.toml",
  digest: "one",
  asked: new Map([["network.ports", "80:80"], ["sandbox.init_script", "x".repeat(300)]]),
  settings: { ports: ["80:80"] },
};

/** A user who answers so, or is not there; notes are kept. */
function answering(host: Host, answer: string | undefined, notes: Note[]): Host {
  const ui = {
    ...silentUi,
    attended: answer !== undefined,
    note: (note: Note) => void notes.push(note),
    choose: () => Promise.resolve(answer as never),
  };
  return { ...host, ui };
}

Deno.test("approvedAsks: a yes is kept for this content in this folder, and for nothing else", async () => {
  await using user = await TestUser.create();
  const notes: Note[] = [];
  const [asked, nobody] = [answering(user.host, "yes", notes), answering(user.host, undefined, notes)];
  assert.equal(await approvedAsks(nobody, "/p", ASKS), false, "nobody has said yes yet");
  assert.equal(await approvedAsks(asked, "/p", ASKS), true);
  notes.length = 0;
  assert.equal(await approvedAsks(nobody, "/p", ASKS), true);
  assert.deepEqual(notes, [], "not a word about what is approved");
  assert.equal(await approvedAsks(nobody, "/q", ASKS), false);
  assert.equal(await approvedAsks(nobody, "/p", { ...ASKS, digest: "two" }), false);
  assert.equal(await approvedAsks(nobody, "/p", ASKS), true, "a no to another content takes nothing back");
});

Deno.test("approvedAsks: a no is for one run, and a run can be given up", async () => {
  await using user = await TestUser.create();
  const notes: Note[] = [];
  assert.equal(await approvedAsks(answering(user.host, "no", notes), "/p", ASKS), false);
  assert.equal(notes[0]!.code, "run-asks");
  await assert.rejects(approvedAsks(answering(user.host, "stop", notes), "/p", ASKS), { code: "aborted" });
  assert.equal(await approvedAsks(answering(user.host, undefined, notes), "/p", ASKS), false);
});

Deno.test("approvedAsks: what is left out is named, each key with a value that is cut", async () => {
  await using user = await TestUser.create();
  const notes: Note[] = [];
  await approvedAsks(answering(user.host, undefined, notes), "/p", ASKS);
  const { level, code, values } = notes[0]!;
  assert.deepEqual([level, code], ["warning", "run-asks-left-out"]);
  const { lines } = values as { lines: readonly string[] };
  assert.match(lines[0]!, /^network\.ports = "80:80": this machine listens/);
  assert.match(lines[1]!, /^sandbox\.init_script = "x{200}\.\.\." \(\d+ characters more\)/);
});

Deno.test("approvedAsks: what is to be approved is shown whole", async () => {
  await using user = await TestUser.create();
  const notes: Note[] = [];
  assert.equal(await approvedAsks(answering(user.host, "no", notes), "/p", ASKS), false);
  const { lines } = notes[0]!.values as { lines: readonly string[] };
  assert.match(
    lines[1]!,
    new RegExp(`= "x{${ASKS.asked.get("sandbox.init_script")!.length}}": the box runs`),
  );
});
