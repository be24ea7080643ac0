import { deepEqual, rejects } from "node:assert/strict";
import { KanibakoError } from "../../lib/host/error.ts";
import type { Run } from "../../lib/run/run.ts";
import type { Started } from "../../lib/runtime/runtime.ts";
import type { Prepared } from "../../lib/session/prepare.ts";
import { startWithRig } from "../../lib/session/start_with_rig.ts";
import { pause } from "../../lib/host/timer.ts";
import { RecordingUi } from "../support/recording_ui.ts";

/** What is said of a start that takes `tookMs`, where more than 100 ms are slow. */
async function said(tookMs: number, result: () => Started): Promise<readonly string[]> {
  const ui = new RecordingUi();
  const runtime = {
    kind: "podman",
    start: async () => {
      await pause(tookMs);
      return result();
    },
  };
  const session = { host: { ui, dirs: { state: "/none" } }, runtime, settings: {} };
  const prepared = { session, plan: {} } as unknown as Prepared;
  await startWithRig(prepared, { mailbox: {} } as Run, { kind: "none" }, 100).catch(() => {});
  await pause(150);
  return ui.notes.map(({ code }) => code);
}

Deno.test("C33: a rig that is damaged is named, with the command that makes it again", async () => {
  const session = {
    host: { ui: new RecordingUi(), dirs: { state: "/none" } },
    runtime: {
      kind: "podman",
      start: () => Promise.reject(new KanibakoError("rig-damaged", "Files are missing.")),
    },
    settings: { image: { value: "min" } },
  };
  const prepared = { session, plan: {} } as unknown as Prepared;
  await rejects(
    startWithRig(prepared, { mailbox: {} } as Run, { kind: "none" }),
    (error: KanibakoError) =>
      /rig min is damaged/.test(error.message) &&
      error.hints[0] === "Make it again: kanibako rig rebuild min",
  );
});

Deno.test("T44: what a helper names as its rig is not fetched by this host, which would tell its registry", async () => {
  const ui = new RecordingUi();
  const session = {
    host: { ui, dirs: { state: "/none" } },
    runtime: { kind: "podman", start: () => Promise.resolve({ kind: "no-image" }) },
    settings: { image: { value: "registry.invalid/said:x" } },
    request: { standIn: { role: "helper" } },
  };
  const prepared = { session, plan: {} } as unknown as Prepared;
  await rejects(
    startWithRig(prepared, { mailbox: {} } as Run, { kind: "none" }),
    (error: KanibakoError) =>
      error.code === "no-rig" && /registry\.invalid\/said:x is not on this machine/.test(error.message),
  );
  deepEqual(ui.notes, []);
});

const started = (): Started => ({ kind: "detached", id: "1" });

Deno.test("a start that the engine takes long for says so while it waits, once", async () => {
  deepEqual(await said(250, started), ["start-slow"]);
});

Deno.test("a quick start, and one that fails quickly, say nothing of time", async () => {
  deepEqual(await said(1, started), []);
  deepEqual(
    await said(1, () => {
      throw new Error("no");
    }),
    [],
  );
});
