// What of a director's settings a helper has.

import assert from "node:assert/strict";
import { resolveSettings } from "../../lib/config/resolve.ts";
import { underGrant } from "../../lib/session/under_grant.ts";
import { Sandbox } from "../config/support.ts";

Deno.test("T44 a helper uses no key of the ssh agent, and has files of granted secrets only", async () => {
  await using box = await Sandbox.make();
  const host = await box.open(
    '[ssh]\n"git.test" = "~/.ssh/id.pub"\n[secret]\nA = "a.test"\nB = "b.test"\n[secret_file]\nA = ".a"\nB = ".b"\n',
  );
  const place = { mode: "default", path: "/w/app", metadata: `${host.system.paths.boxes}/app` } as const;
  const all = await resolveSettings(host, place, undefined, {});
  assert.deepEqual([Object.keys(all.ssh), Object.keys(all.secretFiles)], [["git.test"], ["A", "B"]]);
  const grant = {
    budget: { depth: 0, breadth: 0 },
    image: "oci",
    network: "filtered",
    rules: [],
    secrets: { A: "a.test" },
    auth: "none",
    logins: [],
  };
  const helper = { helper: { grant }, has: { security: "strict", autonomous: true } };
  const settings = underGrant(all, helper as unknown as Parameters<typeof underGrant>[1]);
  assert.deepEqual([settings.ssh, Object.keys(settings.secretFiles)], [{}, ["A"]]);
});
