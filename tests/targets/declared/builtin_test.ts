import assert from "node:assert/strict";
import { BUILTIN, builtin } from "../../../targets/builtin.ts";
import { DECLARATION } from "../../../targets/declared/schema.ts";

for (const name of BUILTIN) {
  Deno.test(`the declaration of ${name} has the published form`, () => {
    const declared: unknown = JSON.parse(JSON.stringify(builtin(name)));
    const read = DECLARATION.safeParse(declared);
    assert.deepEqual(read.error?.issues ?? [], []);
    assert.deepEqual(read.data, declared);
    assert.equal(read.data?.name, name);
  });
}
