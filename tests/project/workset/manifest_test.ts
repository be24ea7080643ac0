import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { readManifest, updateManifest } from "../../../lib/project/membership/manifest.ts";
import { Sandbox } from "../../config/support.ts";

Deno.test("a manifest is read as it was written, members sorted", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const root = await box.folder("ws");
  await box.write(`${root}/workset.toml`, 'name = "ws"\ncreated = "2026-01-02T03:04:05Z"\n');
  const member = (name: string) => ({ name, sourcePath: `/src/${name}`, placement: "link" as const });
  await updateManifest(
    host,
    root,
    (now) => ({ ...now, groupAuth: false, members: [member("b"), member("a")] }),
  );
  deepStrictEqual(await readManifest(root), {
    name: "ws",
    created: "2026-01-02T03:04:05Z",
    groupAuth: false,
    members: [member("a"), member("b")],
  });
});

Deno.test("older manifests are understood: auth as a word, dates, projects without a placement", async () => {
  await using box = await Sandbox.make();
  const root = await box.folder("ws");
  await box.write(
    `${root}/workset.toml`,
    'name = "ws"\ncreated = 2026-01-02T03:04:05Z\nauth = "distinct"\n[[projects]]\nname = "app"\nsource_path = "/x/app"\n',
  );
  const { groupAuth, created, members } = await readManifest(root);
  strictEqual(groupAuth, false);
  strictEqual(created, "2026-01-02T03:04:05.000Z");
  deepStrictEqual(members, [{ name: "app", sourcePath: "/x/app", placement: "own" }]);
});

for (
  const [what, text] of [
    ["no name", "group_auth = true"],
    ["an auth that is neither word", 'name = "ws"\nauth = "perhaps"'],
    ["a group_auth that is a text", 'name = "ws"\ngroup_auth = "false"'],
    ["an unknown key", 'name = "ws"\nowner = "me"'],
    ["a project whose name leads away", 'name = "ws"\n[[projects]]\nname = "../x"\nplacement = "own"'],
    ["two projects of one name", 'name = "ws"\n[[projects]]\nname = "a"\n[[projects]]\nname = "a"'],
    [
      "a link to a relative path",
      'name = "ws"\n[[projects]]\nname = "a"\nplacement = "link"\nsource_path = "x"',
    ],
    ["a link to the root", 'name = "ws"\n[[projects]]\nname = "a"\nplacement = "link"\nsource_path = "/"'],
    ["an unknown placement", 'name = "ws"\n[[projects]]\nname = "a"\nplacement = "elsewhere"'],
  ] as const
) {
  Deno.test(`a manifest with ${what} is an error that names the file`, async () => {
    await using box = await Sandbox.make();
    const root = await box.folder("ws");
    await box.write(`${root}/workset.toml`, `${text}\n`);
    await rejects(readManifest(root), (error: { code: string; message: string }) => {
      strictEqual(error.code, "bad-file");
      return error.message.includes(`${root}/workset.toml`);
    });
  });
}

Deno.test("a change that throws changes nothing, and many at once lose nothing", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const root = await box.folder("ws");
  await box.write(`${root}/workset.toml`, 'name = "ws"\ncreated = "now"\n');
  await rejects(
    updateManifest(host, root, () => {
      throw new Error("no");
    }),
  );
  strictEqual(await Deno.readTextFile(`${root}/workset.toml`), 'name = "ws"\ncreated = "now"\n');
  await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      updateManifest(host, root, (now) => ({
        ...now,
        members: [...now.members, { name: `p${index}`, sourcePath: "", placement: "own" }],
      }))),
  );
  strictEqual((await readManifest(root)).members.length, 12);
});

Deno.test("F8: a project of the earlier program whose name is none here does not damage its workset, and is kept", async () => {
  await using box = await Sandbox.make();
  const root = await box.folder("ws");
  const host = await box.open();
  const odd = ["Paper A", "../x"].map((name) => `[[projects]]\nname = "${name}"\nsource_path = "/s"\n`);
  await box.write(`${root}/workset.toml`, `name = "ws"\n${odd.join("")}[[projects]]\nname = "ok"\n`);
  deepStrictEqual((await readManifest(root)).members.map(({ name }) => name), ["ok"]);
  const member = { name: "new", sourcePath: "/n", placement: "own" } as const;
  await updateManifest(host, root, (now) => ({ ...now, members: [...now.members, member] }));
  const now = await readManifest(root);
  deepStrictEqual(now.members.map(({ name }) => name), ["new", "ok"]);
  deepStrictEqual(now.unusable?.map(({ name }) => name), ["Paper A", "../x"]);
});
