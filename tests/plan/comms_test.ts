import assert from "node:assert/strict";
import { commsOf } from "../../lib/plan/comms.ts";
import { planBox } from "../../lib/plan/plan.ts";
import { PROFILES } from "../../lib/spec/profiles.ts";
import { DEFAULT, fromFile } from "../../lib/spec/source.ts";
import type { Settings } from "../../lib/config/settings.ts";
import { planInput } from "../support/plan_input.ts";

const SET = fromFile("system", "config");

/** What a box with these settings has. */
async function comms(
  network: "none" | "filtered" | "open",
  value: boolean,
  isSet: boolean,
  profile: keyof typeof PROFILES = "standard",
  role: "box" | "scratch" = "box",
) {
  const { box, settings } = await planInput();
  const given = {
    comms: { value, from: isSet ? SET : DEFAULT, level: isSet ? "system" : "default" },
    network: { value: network, from: DEFAULT, level: "default" },
  } as unknown as Settings;
  return commsOf("/data/comms", { ...box, role }, { ...settings, ...given }, PROFILES[profile]);
}

Deno.test("a box has the folder for messages with an open network, and otherwise only where that is set", async () => {
  assert.deepEqual(await comms("open", true, false), {
    folder: "/data/comms",
    mailbox: "app",
    from: DEFAULT,
  });
  for (const network of ["none", "filtered"] as const) {
    assert.equal(await comms(network, true, false), undefined, network);
    assert.equal((await comms(network, true, true))?.mailbox, "app", network);
  }
  assert.equal(await comms("open", false, true), undefined);
});

Deno.test("a profile that keeps a box to its own folders keeps it from messages, too, and so has a box of no project none", async () => {
  for (const profile of ["moderate", "restrictive", "paranoid"] as const) {
    assert.equal(await comms("open", true, true, profile), undefined, profile);
  }
  assert.equal((await comms("open", true, true, "strict"))?.mailbox, "app");
  assert.equal(await comms("open", true, true, "standard", "scratch"), undefined);
});

Deno.test("the plan shows the folder for messages and names the box's mailbox, or has neither", async () => {
  const shown = planBox(await planInput({ comms: { folder: "/data/comms", mailbox: "app", from: SET } }));
  const mount = shown.mounts.find(({ destination }) => destination === "/home/agent/comms");
  assert.deepEqual(mount && "source" in mount && [mount.source, mount.readOnly, mount.from], [
    "/data/comms",
    false,
    SET,
  ]);
  assert.equal(shown.env["KANIBAKO_MAILBOX"]?.value, "app");
  const without = planBox(await planInput());
  assert.equal(without.mounts.some(({ destination }) => destination === "/home/agent/comms"), false);
  assert.equal(without.env["KANIBAKO_MAILBOX"], undefined);
});
