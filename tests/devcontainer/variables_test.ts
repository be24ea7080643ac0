import assert from "node:assert/strict";
import { substitute } from "../../lib/devcontainer/variables.ts";

const VARIABLES = {
  localWorkspaceFolder: "/home/me/my project",
  containerWorkspaceFolder: "/workspaces/my project",
  devcontainerId: "0abc",
  localEnv: (name: string) => ({ EDITOR: "vi" })[name],
};

Deno.test("substitute puts in what variables stand for, wherever there is a text", () => {
  const { value } = substitute({
    a: "${localWorkspaceFolder}/x",
    b: ["${localWorkspaceFolderBasename}", 1, true, null],
    c: { d: "${containerWorkspaceFolder}|${containerWorkspaceFolderBasename}|${devcontainerId}" },
  }, VARIABLES);
  assert.deepEqual(value, {
    a: "/home/me/my project/x",
    b: ["my project", 1, true, null],
    c: { d: "/workspaces/my project|my project|0abc" },
  });
});

Deno.test("substitute leaves what only the box knows, and what is no variable", () => {
  const text = "${containerEnv:PATH}:${unknown} $HOME ${}";
  assert.equal(substitute(text, VARIABLES).value, text);
});

Deno.test("substitute names all variables of the host, and puts in only those that are answered", () => {
  const text = "${localEnv:EDITOR} ${env:EDITOR} [${localEnv:AWS_SECRET_ACCESS_KEY}] ${localEnv:NO:a:b}";
  assert.deepEqual(substitute(text, VARIABLES), {
    value: "vi vi [] a",
    localEnv: ["AWS_SECRET_ACCESS_KEY", "EDITOR", "NO"],
  });
});

Deno.test("substitute does not look into what it has put in", () => {
  const variables = { ...VARIABLES, localEnv: () => "${devcontainerId}" };
  assert.equal(substitute("${localEnv:A}", variables).value, "${devcontainerId}");
});

Deno.test("substitute refuses a variable of the host without a name, as the reference does", () => {
  assert.throws(() => substitute("${localEnv}", VARIABLES), { code: "bad-devcontainer" });
  assert.equal(substitute("[${localEnv:}]", VARIABLES).value, "[]");
});

Deno.test("substitute refuses a text that looks like the mark of a variable", () => {
  for (const value of ["\u0001HOME\u0001", { "\u0001": "a" }, ["a\u0001"]]) {
    assert.throws(() => substitute(value, VARIABLES), { code: "bad-devcontainer" });
  }
});
