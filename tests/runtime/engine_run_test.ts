import assert from "node:assert/strict";
import { HeldErrors } from "../../lib/runtime/cli/engine_run.ts";

function held(
  ...pieces: string[]
): { shown: string[]; complaint: (code: number, ofBox?: () => boolean) => Promise<string> } {
  const shown: string[] = [];
  const errors = new HeldErrors((text) => shown.push(text));
  for (const piece of pieces) errors.push(piece);
  return { shown, complaint: (code, ofBox) => errors.settle(code, ofBox) };
}

Deno.test("HeldErrors keeps an engine's complaint back for the diagnosis", async () => {
  const run = held("Error: localhost/x: ", "image not known\n");
  assert.deepEqual(run.shown, []);
  assert.equal(await run.complaint(125), "Error: localhost/x: image not known");
  const docker = held(
    "docker: Error response from daemon: x.\n",
    "\nRun 'docker run --help' for more information\n",
  );
  assert.equal(await docker.complaint(125), "docker: Error response from daemon: x.");
});

Deno.test("HeldErrors lets the box's own words through at once", async () => {
  const run = held("npm ERR! missing script\n", "Error: later\n");
  assert.deepEqual(run.shown, ["npm ERR! missing script\n", "Error: later\n"]);
  assert.equal(await run.complaint(1), "");
});

Deno.test("HeldErrors shows words that looked like the engine's when the command succeeded", async () => {
  const run = held("Error: just a line of the tool\n");
  assert.equal(await run.complaint(0), "");
  assert.deepEqual(run.shown, ["Error: just a line of the tool\n"]);
});

Deno.test("HeldErrors gives the box its words back when they only read like the engine's", async () => {
  const run = held("Error: no such container\n");
  assert.equal(await run.complaint(125, () => true), "");
  assert.deepEqual(run.shown, ["Error: no such container\n"]);
});

Deno.test("HeldErrors keeps everything back until the command has begun, where that is said", async () => {
  let shown = "";
  const show = (text: string) => void (shown += text);
  const ended = new HeldErrors(show, true);
  ended.push("unable to upgrade to tcp, received 500\n");
  assert.equal(await ended.settle(1), "unable to upgrade to tcp, received 500");
  assert.equal(shown, "");
  const ran = new HeldErrors(show, true);
  ran.push("a warning of the engine\n\u0001beg");
  assert.equal(shown, "");
  ran.push("un\nError: the tool's own\n");
  ran.push("more\n");
  assert.equal(await ran.settle(1), "");
  assert.equal(ran.begun, true);
  assert.equal(shown, "a warning of the engine\nError: the tool's own\nmore\n");
});

Deno.test("HeldErrors knows when nobody reads the output any more, and shows nothing of the engine's about it", async () => {
  let shown = "";
  const errors = new HeldErrors((text) => void (shown += text));
  errors.push("warning: the tool's own\n");
  errors.push("Error: attaching to container d0: write /dev/stdout: broken pipe\n");
  assert.equal(await errors.settle(126), "");
  assert.equal(errors.readerGone, true);
  assert.equal(shown, "warning: the tool's own\n");
  const other = new HeldErrors((text) => void (shown += text));
  other.push("Error: no such container\n");
  assert.equal(other.readerGone, false);
  assert.equal(await other.settle(125), "Error: no such container");
});
