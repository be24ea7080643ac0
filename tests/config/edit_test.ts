import { rejects, strictEqual } from "node:assert/strict";
import { applyEdits, editConfig } from "../../lib/config/edit.ts";
import { readConfig } from "../../lib/config/file.ts";
import { Sandbox } from "./support.ts";

const TEXT = `# mine
[box] # the box
image = "oci"   # keep this
pids = 99

[resource_overrides]
"a.b" = "project"
`;

Deno.test("applyEdits keeps comments and what it was not asked to change", async () => {
  const text = await applyEdits(TEXT, [{ path: ["box", "image"], value: "min" }]);
  strictEqual(text.includes("# mine\n[box] # the box\n"), true);
  strictEqual(text.includes("# keep this"), true);
  strictEqual(text.includes('image = "min"'), true);
  strictEqual(text.includes('"a.b" = "project"'), true);
});

Deno.test("applyEdits leaves a text alone that says so already", async () => {
  strictEqual(await applyEdits(TEXT, [{ path: ["box", "pids"], value: 99 }]), TEXT);
  strictEqual(await applyEdits(TEXT, [{ path: ["box", "cpus"], value: undefined }]), TEXT);
});

Deno.test("editConfig sets typed values, also in a file that is not there yet, and takes them out again", async () => {
  await using box = await Sandbox.make();
  const file = `${box.root}/work/project.toml`;
  const lock = `${box.root}/state/lock`;
  const edit = (path: string[], value: string | boolean | number | undefined) =>
    editConfig(file, "box", [{ path, value }], lock);
  strictEqual(await edit(["box", "share_images"], false), true);
  strictEqual(await edit(["crab", "model"], ""), true);
  strictEqual(await edit(["resource_overrides", "x/y.z"], "project"), true);
  const read = await readConfig(file, "box");
  strictEqual(read.values["box.share_images"], false);
  strictEqual(read.values["model"], "");
  strictEqual(read.resources["x/y.z"], "project");
  strictEqual(await edit(["crab", "model"], undefined), true);
  strictEqual(await edit(["crab", "model"], undefined), false);
  strictEqual((await readConfig(file, "box")).values["model"], undefined);
});

Deno.test("editConfig writes nothing that the schema refuses", async () => {
  await using box = await Sandbox.make();
  const file = await box.write("work/project.toml", TEXT);
  const edits = [{ path: ["box", "pids"], value: 100 }, { path: ["box", "frob"], value: 1 }];
  await rejects(editConfig(file, "box", edits, `${box.root}/state/lock`), { code: "bad-file" });
  strictEqual(await Deno.readTextFile(file), TEXT);
});

Deno.test("edits by many at once are all kept", async () => {
  await using box = await Sandbox.make();
  const file = `${box.root}/work/project.toml`;
  await Promise.all(
    Array.from(
      { length: 20 },
      (_, number) =>
        editConfig(
          file,
          "box",
          [{ path: ["shared", `c${number}`], value: ".cache/x" }],
          `${box.root}/state/lock`,
        ),
    ),
  );
  strictEqual(Object.keys((await readConfig(file, "box")).shared).length, 20);
});

Deno.test("editConfig keeps the file's permissions", async () => {
  await using box = await Sandbox.make();
  const file = await box.write("work/project.toml", TEXT);
  await Deno.chmod(file, 0o640);
  await editConfig(file, "box", [{ path: ["box", "pids"], value: 100 }], `${box.root}/state/lock`);
  strictEqual((await Deno.stat(file)).mode! & 0o777, 0o640);
});
