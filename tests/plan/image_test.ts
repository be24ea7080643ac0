import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { AUTHORITIES_FILE } from "../../lib/plan/parts/image.ts";
import { planBox } from "../../lib/plan/plan.ts";
import { authorities } from "../../lib/session/authorities.ts";
import type { ImageFacts } from "../../lib/spec/image_facts.ts";
import { planInput } from "../support/plan_input.ts";

const FACTS: ImageFacts = {
  id: "1",
  own: false,
  architecture: "amd64",
  shell: "/busybox/sh",
  shellCopy: "/cache/images/1-sh",
  missing: [],
  tmux: false,
  bash: false,
  certificates: false,
  libc: "other",
  program: false,
};

Deno.test("an image whose shell is elsewhere has it where all look for it, and none of ours has anything", async () => {
  const shells = async (facts?: ImageFacts) =>
    planBox(await planInput(facts ? { facts } : {})).mounts.filter(({ destination }) =>
      destination === "/bin/sh"
    )
      .map((mount) => mount.type === "bind" && [mount.source, mount.readOnly]);
  deepStrictEqual(await shells(FACTS), [["/cache/images/1-sh", true]]);
  deepStrictEqual(await shells(), []);
});

Deno.test("a box whose image trusts nobody trusts whom this host trusts, unless its user says otherwise", async () => {
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, "-----BEGIN CERTIFICATE-----\\n");
    const handIn = new Map(await authorities(["/nonexistent", file]));
    strictEqual(handIn.size, 1);
    const input = await planInput({ facts: FACTS, handIn }, { env: ["SSL_CERT_FILE=/mine"] });
    const { env } = planBox(input);
    deepStrictEqual([env["SSL_CERT_FILE"]?.value, env["GIT_SSL_CAINFO"]?.value], [
      "/mine",
      `/run/kanibako/in/${AUTHORITIES_FILE}`,
    ]);
    strictEqual(planBox(await planInput({ facts: FACTS })).env["GIT_SSL_CAINFO"], undefined);
    deepStrictEqual(await authorities(["/nonexistent"]), []);
  } finally {
    await Deno.remove(file);
  }
});
