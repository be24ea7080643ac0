import assert from "node:assert/strict";
import { placeWorkspaceLink } from "../../lib/session/workspace_link.ts";
import type { BoxSpec } from "../../lib/spec/box_spec.ts";

const at = (workdir: string) => ({ workdir, user: { kind: "keep-id" } }) as unknown as BoxSpec;
const IN_HOME = at("/home/agent/workspace");

Deno.test("C06: ~/workspace leads to the project, whatever was there before, and nothing of the box's own is lost", async () => {
  const home = await Deno.makeTempDir({ prefix: "kanibako-link-" });
  const [place, elsewhere] = [`${home}/workspace`, `${home}/elsewhere`];
  try {
    await Deno.mkdir(elsewhere);
    await Deno.writeTextFile(`${elsewhere}/kept`, "");
    assert.equal(placeWorkspaceLink(home, at("/src/a")), undefined);
    assert.equal(Deno.readLinkSync(place), "/src/a");
    assert.equal(placeWorkspaceLink(home, at("/src/a")), undefined);
    // The project moved; the box led the link elsewhere.
    for (const target of ["/src/b", elsewhere]) {
      placeWorkspaceLink(home, at("/src/a"));
      await Deno.remove(place);
      await Deno.symlink(target, place);
      assert.equal(placeWorkspaceLink(home, at("/src/a")), undefined);
      assert.equal(Deno.readLinkSync(place), "/src/a");
    }
    assert.deepEqual(Array.from(Deno.readDirSync(elsewhere), ({ name }) => name), ["kept"]);
    // Back home: an engine would follow the link.
    assert.equal(placeWorkspaceLink(home, IN_HOME), undefined);
    assert.throws(() => Deno.lstatSync(place), Deno.errors.NotFound);
    // The place of an earlier mount is empty.
    await Deno.mkdir(place);
    assert.equal(placeWorkspaceLink(home, at("/src/a")), undefined);
    assert.equal(Deno.readLinkSync(place), "/src/a");
    await Deno.remove(place);
    await Deno.mkdir(place);
    await Deno.writeTextFile(`${place}/own`, "");
    assert.match(placeWorkspaceLink(home, at("/src/a"))!, /its home has something of its own there/);
    assert.equal(placeWorkspaceLink(home, IN_HOME), undefined);
    assert.ok(Deno.lstatSync(`${place}/own`).isFile);
    await Deno.remove(place, { recursive: true });
    await Deno.writeTextFile(place, "a file");
    assert.match(placeWorkspaceLink(home, at("/src/a"))!, /something of its own/);
    assert.equal(await Deno.readTextFile(place), "a file");
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
