// What a command writes is what arrives, byte for byte, through the program itself.

import assert from "node:assert/strict";
import { program, until, User } from "../support/program.ts";

/** Invalid as UTF-8, and incomplete at its end. */
const SAID = Uint8Array.of(97, 0xff, 0x80, 0, 98, 10, 0xe2, 0x82);
const PRINT = "printf 'a\\377\\200\\000b\\n\\342\\202'";

/** Runs a script in the box of a folder; both streams as files have them. */
async function streams(user: User, cwd: string, script: string): Promise<[Uint8Array, Uint8Array]> {
  const words = [...program, "shell", "--", "sh", "-c", script];
  const outcome = await user.call(["sh", "-c", '"$@" >out 2>err', "sh", ...words], { cwd });
  assert.equal(outcome.code, 0, outcome.stderr);
  return [await Deno.readFile(`${cwd}/out`), await Deno.readFile(`${cwd}/err`)];
}

Deno.test("C11: a foreground box and a command in a running one pass bytes on as they are", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  // What this host needs is learned, and said, at the first run.
  await user.ok(["shell", "--", "true"], { cwd });
  const script = `${PRINT}; ${PRINT} >&2`;
  assert.deepEqual(await streams(user, cwd, script), [SAID, SAID]);
  await user.ok(["shell", "--persistent", "--", "sleep", "600"], { cwd });
  await until(async () => (await user.runRecords()).length === 1);
  assert.deepEqual(await streams(user, cwd, script), [SAID, SAID]);
});
