import assert from "node:assert/strict";
import { denoDir } from "../support/deno_dir.ts";
import { engine, User } from "../support/program.ts";

const root = decodeURIComponent(new URL("../..", import.meta.url).pathname);

Deno.test("the examples of the library's documentation run as they are written", async () => {
  await using user = await User.make();
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-check", "--doc", `${root}mod.ts`],
    env: {
      ...user.env,
      KANIBAKO_ENGINE: engine,
      NO_COLOR: "1",
      DENO_DIR: denoDir(),
    },
    clearEnv: true,
    stdin: "null",
  }).output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assert.equal(code, 0, said);
  assert.match(said, /ok \| 2 passed \| 0 failed/);
});
