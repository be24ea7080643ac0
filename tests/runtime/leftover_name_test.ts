import assert from "node:assert/strict";
import { baseDirs } from "../../lib/host/dirs.ts";
import { FactsFile } from "../../lib/runtime/cli/facts.ts";
import { Podman } from "../../lib/runtime/cli/podman.ts";
import { inFolder } from "../support/trees.ts";

/** What podman is asked where a plain `rm` fails, and an inspection answers this. */
async function asked(inspected: string): Promise<string[]> {
  let calls: string[] = [];
  await inFolder(async (folder) => {
    const program = `${folder}/podman`;
    await Deno.writeTextFile(
      program,
      `#!/bin/sh
echo "$*" >>"${folder}/calls"
case "$*" in
  "rm kanibako-l") echo "Error: container is mounted and cannot be removed without using force" >&2; exit 2 ;;
  "container inspect "*) ${inspected} ;;
esac
`,
      { mode: 0o755 },
    );
    const dirs = baseDirs((name) => name === "HOME" ? folder : undefined);
    const podman = new Podman(program, await FactsFile.open(dirs, Deno.execPath()), {
      profile: "/profile.json",
    });
    await podman.removeUnused("kanibako-l");
    calls = (await Deno.readTextFile(`${folder}/calls`)).trim().split("\n");
  });
  return calls;
}

Deno.test("C32: a name that only the engine's storage knows is freed, also where that is still mounted", async () => {
  const calls = await asked('echo "Error: no such container kanibako-l" >&2; exit 125');
  assert.deepEqual(calls.at(-1), "rm --force kanibako-l");
});

Deno.test("C32: a container that is there by now is not removed by force", async () => {
  const box = JSON.stringify([{ Id: "1", Name: "kanibako-l", Created: "", State: { Status: "running" } }]);
  const calls = await asked(`echo '${box}'`);
  assert.deepEqual(calls, ["rm kanibako-l", "container inspect kanibako-l"]);
});
