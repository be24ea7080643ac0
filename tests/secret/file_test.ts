// Files with placeholders: where they may be, and what a template comes to.

import assert from "node:assert/strict";
import { filledTemplate, parseSecretFileFlag, parseSecretFiles } from "../../lib/secret/file.ts";

Deno.test("a file of a secret is one of the box's own home", () => {
  assert.deepEqual(parseSecretFiles("TOKEN", "~/.npmrc:~/templates/npmrc, /home/agent/.token,conf/key"), [
    { path: ".npmrc", template: "~/templates/npmrc" },
    { path: ".token" },
    { path: "conf/key" },
  ]);
  assert.deepEqual(parseSecretFiles("TOKEN", ""), []);
  assert.deepEqual(parseSecretFileFlag("TOKEN", "/home/me"), { name: "TOKEN", files: [] });
  assert.deepEqual(parseSecretFileFlag("TOKEN=/home/me/.npmrc:/etc/npmrc.in", "/home/me"), {
    name: "TOKEN",
    files: [{ path: ".npmrc", template: "/etc/npmrc.in" }],
  });
  for (
    const wrong of [
      "/etc/passwd",
      "../x",
      "a/../../x",
      "~",
      "~/",
      "~other/x",
      "workspace/.env",
      "~/share-rw/x",
      "a\nb",
      "x:template",
      "x:",
    ]
  ) {
    assert.throws(() => parseSecretFiles("TOKEN", wrong), { code: "bad-secret" }, wrong);
  }
  for (const wrong of ["TOKEN=", "TOKEN=a,b", "=x", "a b=x", "TOKEN=/home/you/x"]) {
    assert.throws(() => parseSecretFileFlag(wrong, "/home/me"), { code: "bad-secret" }, wrong);
  }
});

Deno.test("a template gets placeholders, and nothing else of it changes", () => {
  const placeholders = new Map([["TOKEN", "kanibako-secret-1"], ["OTHER", "kanibako-secret-$&"]]);
  const fill = (text: string) => filledTemplate(text, { path: "t", name: "TOKEN", placeholders });
  assert.equal(
    fill("a={{VALUE}}\nb={{TOKEN}} {{OTHER}} {{ VALUE }} {{unknown}} $& \\1"),
    "a=kanibako-secret-1\nb=kanibako-secret-1 kanibako-secret-$& {{ VALUE }} {{unknown}} $& \\1",
  );
  assert.throws(() => fill("no marker {{OTHER}}"), { code: "bad-template" });
  assert.throws(() => fill("{{VALUE}}\0"), { code: "bad-template" });
});
