import assert from "node:assert/strict";
import { keepSecret, readSecrets } from "../../lib/secret/store.ts";

Deno.test("a secret is new until there is one of its name, whatever that is", async () => {
  const data = await Deno.makeTempDir();
  try {
    for (const name of ["constructor", "toString", "TOKEN"]) {
      assert.equal(await keepSecret({ data }, name, [{ kind: "value", value: "one" }]), false, name);
      assert.equal(await keepSecret({ data }, name, [{ kind: "value", value: "two" }]), true, name);
    }
    assert.deepEqual((await readSecrets({ data })).map(({ name }) => name), [
      "TOKEN",
      "constructor",
      "toString",
    ]);
    assert.equal((await Deno.stat(`${data}/secrets.json`)).mode! & 0o777, 0o600);
  } finally {
    await Deno.remove(data, { recursive: true });
  }
});
