// What a project's own agent may say of logins: it came with the project, and a stranger may have written it.

import assert from "node:assert/strict";
import { builtin } from "../../../targets/builtin.ts";
import { problemsIn } from "../../../targets/declared/check.ts";
import type { Declaration } from "../../../targets/declared/schema.ts";

const PLAIN: Declaration = { name: "mine", title: "Mine", install: "x" };
const PAGE = builtin("claude").log_in!.page!;

Deno.test("no browser says yes for an agent that came with a project", () => {
  const asks = { ...PLAIN, log_in: { words: ["login"], page: PAGE } };
  assert.match(problemsIn(asks, "project").join(), /^log_in\.page: having your browser say yes is only for/);
  assert.deepEqual(problemsIn(asks, "user"), []);
  // What says nothing of this machine is its own affair.
  assert.deepEqual(problemsIn({ ...PLAIN, log_in: { words: ["login"], port: 1455 } }, "project"), []);
});
