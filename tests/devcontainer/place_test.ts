import assert from "node:assert/strict";
import { placeOf, whyNotBeside } from "../../lib/devcontainer/place.ts";

const PROJECT = "/home/me/shop";

Deno.test("the workspace is where workspaceFolder says", () => {
  const cases: readonly [string | undefined, string | undefined, string | undefined, string | undefined][] = [
    // workspaceFolder, workspaceMount, place, at
    [undefined, undefined, undefined, undefined],
    ["/workspaces/shop", undefined, "/workspaces/shop", undefined],
    ["/workspaces/shop/web/", undefined, "/workspaces/shop", "/workspaces/shop/web"],
    ["/code", undefined, "/code", undefined],
    ["/code/web", `source=${PROJECT},target=/code,type=bind`, "/code", "/code/web"],
    [undefined, `type=bind,src=${PROJECT},dst=/code,consistency=cached`, "/code", undefined],
  ];
  for (const [workspaceFolder, workspaceMount, place, at] of cases) {
    const found = placeOf({
      ...workspaceFolder === undefined ? {} : { workspaceFolder },
      ...workspaceMount === undefined ? {} : { workspaceMount },
    }, PROJECT);
    assert.deepEqual(
      [found.place, found.at, found.notes],
      [place, at, []],
      `${workspaceFolder} ${workspaceMount}`,
    );
  }
});

Deno.test("a place that is the box's own, or another folder of the machine, is refused with its reason", () => {
  for (
    const workspaceFolder of [
      "/",
      "/etc/x",
      "/usr/src/app",
      "/home/agent/code",
      "/home",
      "/run/x",
      "/a/../b",
      "rel",
    ]
  ) {
    const { place, notes } = placeOf({ workspaceFolder }, PROJECT);
    assert.equal(place, undefined, workspaceFolder);
    assert.equal(notes.length, 1, workspaceFolder);
  }
  const { place, notes } = placeOf({ workspaceMount: "source=/home/me,target=/code,type=bind" }, PROJECT);
  assert.equal(place, undefined);
  assert.match(notes[0]!, /shown its own project/);
  assert.deepEqual(
    placeOf({ workspaceFolder: "/else", workspaceMount: `source=${PROJECT},target=/code` }, PROJECT),
    {
      place: "/code",
      notes: ['workspaceFolder has no effect: "/else" is not in the project.'],
    },
  );
});

Deno.test("no folder of the project, and none around it, is mounted a second time to be written", () => {
  for (const source of ["/home/me/shop", "/home/me/shop/.git", "/home/me"]) {
    assert.match(whyNotBeside(source, "/home/me/shop", false)!, /without what protects it/);
    assert.equal(whyNotBeside(source, "/home/me/shop", true), undefined);
  }
  assert.equal(whyNotBeside("/home/me/shop2", "/home/me/shop", false), undefined);
});
