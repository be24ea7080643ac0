// A secret with several accounts: which of them gives the value, and which is said to have done so.

import assert from "node:assert/strict";
import { type Account, accountsIn, AccountsInUse, valueOfFirst } from "../../lib/secret/accounts.ts";
import { parseOrigin } from "../../lib/secret/origin.ts";
import { keepSecret, readSecrets, secretAccounts, secretValue } from "../../lib/secret/store.ts";

/** Accounts with these values; `undefined`: it has none. */
function accounts(values: Readonly<Record<string, string | undefined>>): readonly Account[] {
  return Object.entries(values).map(([text, value]) => ({
    text,
    read: () => value === undefined ? Promise.reject(new Error(`${text} is empty`)) : Promise.resolve(value),
  }));
}

Deno.test("the first account that has a value gives it", async () => {
  assert.equal(await valueOfFirst("T", accounts({ a: undefined, b: "2", c: "3" })), "2");
  await assert.rejects(valueOfFirst("T", accounts({ a: undefined, b: undefined })), {
    message: "The secret T has no value: a is empty; b is empty.",
  });
});

Deno.test("each account of a keyring is one of its own", () => {
  const origins = [parseOrigin("secret-tool:host/me,work"), parseOrigin("pass:token")];
  assert.deepEqual(accountsIn("T", origins).map(({ text }) => text), [
    "secret-tool:host/me",
    "secret-tool:host/work",
    "pass:token",
  ]);
});

Deno.test("an account that was refused at one host is still the one at another", async () => {
  const used = new AccountsInUse(() => Promise.resolve(accounts({ a: "1", b: undefined, c: "3" })));
  assert.deepEqual(await used.value("T", "one"), { value: "1", account: "a" });
  assert.deepEqual(await used.value("T", "two"), { value: "1", account: "a" });
  assert.equal(await used.refused("T", "one", "a"), true);
  // Of two requests at the same time the second has nothing to move on from.
  assert.equal(await used.refused("T", "one", "a"), true);
  assert.deepEqual(await used.value("T", "one"), { value: "3", account: "c" });
  assert.deepEqual(await used.value("T", "two"), { value: "1", account: "a" });
  assert.equal(await used.refused("T", "one", "c"), false);
  assert.deepEqual(await used.value("T", "one"), { value: "1", account: "a" });
});

Deno.test("one account is not named", async () => {
  const used = new AccountsInUse(() => Promise.resolve(accounts({ a: "1" })));
  assert.deepEqual(await used.value("T", "one"), { value: "1" });
  assert.equal(await used.refused("T", "one", "a"), false);
});

Deno.test("values of the store are accounts by their names", async () => {
  const data = await Deno.makeTempDir();
  try {
    await keepSecret({ data }, "WORK", [{ kind: "value", value: "of-work" }]);
    await keepSecret({ data }, "HOME", [{ kind: "command", command: "echo of-home" }]);
    await keepSecret({ data }, "TOKEN", [parseOrigin("secret:GONE"), parseOrigin("secret:HOME")]);
    await keepSecret({ data }, "BOTH", [parseOrigin("secret:WORK"), parseOrigin("secret:HOME")]);
    await keepSecret({ data }, "TWICE", [parseOrigin("secret:BOTH")]);
    assert.equal(await secretValue({ data }, "TOKEN"), "of-home");
    const both = await secretAccounts({ data }, "BOTH");
    assert.deepEqual(await Promise.all(both.map(async ({ text, read }) => [text, await read()])), [
      ["secret:WORK", "of-work"],
      ["secret:HOME", "of-home"],
    ]);
    await assert.rejects(secretValue({ data }, "TWICE"), /secret:BOTH is made of other secrets/);
    assert.deepEqual((await readSecrets({ data })).map(({ name, origins }) => [name, origins.length]), [
      ["BOTH", 2],
      ["HOME", 1],
      ["TOKEN", 2],
      ["TWICE", 1],
      ["WORK", 1],
    ]);
    assert.throws(() => parseOrigin("secret:a b"), /cannot be the name of a secret/);
  } finally {
    await Deno.remove(data, { recursive: true });
  }
});
