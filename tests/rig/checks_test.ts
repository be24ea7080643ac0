import assert from "node:assert/strict";
import { checkScript } from "../support/rig_checks.ts";

function run(script: string): { readonly code: number; readonly lines: readonly string[] } {
  const { code, stdout } = new Deno.Command("sh", { args: ["-c", script] }).outputSync();
  return { code, lines: new TextDecoder().decode(stdout).trimEnd().split("\n") };
}

Deno.test("each check of a template is a line, works in a folder of its own, and one that fails says what it said", () => {
  const sound = checkScript({ checks: ["touch a && echo 'it''s'", "! test -e a"], vendors: [] });
  assert.deepEqual(run(sound), { code: 0, lines: ["ok: touch a && echo 'it''s'", "ok: ! test -e a"] });
  const broken = checkScript({ checks: ["echo why >&2; exit 3", "true"], vendors: [] });
  assert.deepEqual(run(broken), { code: 1, lines: ["FAILED: echo why >&2; exit 3", "why", "ok: true"] });
});

Deno.test("what a vendor gives is checked where it is there; left out is what its host did not give, and nothing else", async () => {
  const records = await Deno.makeTempDir();
  try {
    const of = (name: string, checks: string[]) => ({ name, gives: "", checks });
    await Deno.writeTextFile(`${records}/here`, "here\n");
    await Deno.writeTextFile(`${records}/away`, "skipped: x.test cannot be reached\n");
    await Deno.writeTextFile(`${records}/broken`, "skipped: the installer of x.test failed\n");
    const vendors = [of("here", ["true"]), of("away", ["false"])];
    assert.deepEqual(run(checkScript({ checks: ["true"], vendors }, records)), {
      code: 0,
      lines: ["ok: true", "ok: true", "left out: away (skipped: x.test cannot be reached)"],
    });
    const { code, lines } = run(
      checkScript({ checks: [], vendors: [of("broken", []), of("none", ["true"])] }, records),
    );
    assert.equal(code, 1);
    assert.equal(lines[0], "FAILED: broken (skipped: the installer of x.test failed)");
    assert.match(lines[1]!, /^FAILED: none \(/);
    assert.equal(run(checkScript({ checks: [], vendors: [of("here", ["false"])] }, records)).code, 1);
  } finally {
    await Deno.remove(records, { recursive: true });
  }
});
