import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { run } from "../../lib/host/process.ts";
import { readRegistry, updateRegistry } from "../../lib/project/registry.ts";
import { Sandbox } from "../config/support.ts";
import { denoDir } from "../support/deno_dir.ts";

Deno.test("the registry is empty where there is none, and sorted when written", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  deepStrictEqual(await readRegistry(host), { projects: {}, worksets: {} });
  await updateRegistry(host, (draft) => {
    draft.projects["b"] = "/b";
    draft.projects["a"] = "/a";
  });
  const text = await Deno.readTextFile(host.system.paths.names);
  strictEqual(text.indexOf("a =") < text.indexOf("b ="), true);
  deepStrictEqual((await readRegistry(host)).projects, { a: "/a", b: "/b" });
});

Deno.test("a change that throws changes nothing", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  await updateRegistry(host, (draft) => void (draft.projects["a"] = "/a"));
  await rejects(updateRegistry(host, (draft) => {
    delete draft.projects["a"];
    throw new Error("no");
  }));
  deepStrictEqual((await readRegistry(host)).projects, { a: "/a" });
});

Deno.test("a damaged registry is an error, never an empty one", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  for (
    const text of ["x", "[other]\na = '/a'\n", "[projects]\na = 'relative'\n"]
  ) {
    await box.write(host.system.paths.names, text);
    await rejects(readRegistry(host), { code: "bad-file" });
    await rejects(updateRegistry(host, () => {}), { code: "bad-file" });
    strictEqual(await Deno.readTextFile(host.system.paths.names), text);
  }
});

Deno.test("F8: names of the earlier program that are none here stop no command, are not used, and are kept", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  await box.write(host.system.paths.names, "[projects]\n'..' = '/a'\n'My App' = '/m'\nok = '/o'\n");
  const { projects, unusable } = await readRegistry(host);
  deepStrictEqual([projects, unusable?.projects], [{ ok: "/o" }, { "..": "/a", "My App": "/m" }]);
  await updateRegistry(host, (draft) => void (draft.projects["new"] = "/n"));
  deepStrictEqual((await readRegistry(host)).unusable?.projects, { "..": "/a", "My App": "/m" });
  deepStrictEqual((await readRegistry(host)).projects, { ok: "/o", new: "/n" });
});

Deno.test("many processes register folders of one name at once, and none is lost", async () => {
  await using box = await Sandbox.make();
  const count = 10;
  const worker = new URL("./registry_worker.ts", import.meta.url).pathname;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const folders = await Promise.all(
    Array.from({ length: count }, (_, number) => box.folder(`${number}/app`)),
  );
  const results = await Promise.all(
    folders.map((folder) =>
      run([Deno.execPath(), "run", "-A", "--no-check", "--config", config, worker, folder], {
        env: { ...box.env(), DENO_DIR: denoDir() },
      })
    ),
  );
  for (const result of results) strictEqual(result.code, 0, result.stderr);
  const { projects } = await readRegistry(await box.open());
  deepStrictEqual(Object.values(projects).sort(), folders.sort());
  const expected = ["app", ...Array.from({ length: count - 1 }, (_, number) => `app-${number + 2}`)];
  deepStrictEqual(Object.keys(projects).sort(), expected.sort());
  deepStrictEqual(results.map(({ stdout }) => stdout.trim()).sort(), expected.sort());
});
