// What a template or a configuration puts into a box before its command.

import { deepEqual, equal, match } from "node:assert/strict";
import { preparedCommand } from "../../../lib/app/run/box_command.ts";
import { BOX_IN } from "../../../lib/spec/box_paths.ts";

/** Runs prepared words here, with the folder that is handed in and all that is written below a folder of the test. */
async function perform(
  folder: string,
  argv: readonly string[],
  settings: Parameters<typeof preparedCommand>[1],
): Promise<{ code: number; stdout: string; stderr: string }> {
  const prepared = preparedCommand(argv, settings);
  await Deno.mkdir(`${folder}/in`, { recursive: true });
  for (const [name, { content }] of prepared.handIn ?? []) {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await Deno.writeFile(`${folder}/in/${name}`, bytes);
  }
  const [program, ...args] = prepared.argv.map((word) => word.replaceAll(BOX_IN, `${folder}/in`));
  const { code, stdout, stderr } = await new Deno.Command(program!, { args }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("a command alone is run as it is", () => {
  deepEqual(preparedCommand(["npm", "test"], {}), { argv: ["npm", "test"] });
});

Deno.test("files are put into a box with their bytes and modes, then the script runs, then the command with its own words", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const content = new Uint8Array([0, 39, 34, 10, 255]);
    const files = [
      { path: `${folder}/a b/it's`, content, mode: 0o640 },
      { path: `${folder}/x`, content: new TextEncoder().encode("y"), mode: 0o755 },
    ];
    const { code, stdout, stderr } = await perform(
      folder,
      ["sh", "-c", 'printf "%s|" "$@"; exit 7', "sh", "a b", "$HOME"],
      { files, initScript: `echo init; [ -f "${folder}/x" ]` },
    );
    deepEqual([code, stdout, stderr], [7, "a b|$HOME|", "init\n"]);
    deepEqual(await Deno.readFile(files[0]!.path), content);
    equal((await Deno.stat(files[0]!.path)).mode! & 0o777, 0o640);
    equal((await Deno.stat(files[1]!.path)).mode! & 0o777, 0o755);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a script that fails, and a file that cannot be put, end the run before the command", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const failed = await perform(folder, ["echo", "ran"], { initScript: "exit 3" });
    deepEqual([failed.code, failed.stdout], [3, ""]);
    match(failed.stderr, /the script of this run failed/);
    await Deno.writeTextFile(`${folder}/file`, "");
    const refused = await perform(folder, ["echo", "ran"], {
      files: [{ path: `${folder}/file/below`, content: new Uint8Array(), mode: 0o644 }],
    });
    deepEqual([refused.code, refused.stdout], [126, ""]);
    match(refused.stderr, /cannot put .*\/file\/below into the box/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
