import assert from "node:assert/strict";
import { KanibakoError } from "../../lib/host/error.ts";
import { type Asked, grantFor } from "../../lib/hub/grant.ts";
import { aGrant } from "./example.ts";

const asked = (fields: Partial<Asked> = {}): Asked => ({ crab: "claude", ...fields });

function refused(fields: Partial<Asked>, parent = aGrant()): string {
  try {
    grantFor(parent, asked(fields));
  } catch (error) {
    if (error instanceof KanibakoError) return error.message.replace(/^[^:]*: |\.$/g, "");
    throw error;
  }
  return "";
}

Deno.test("grantFor: without a wish a helper has what its parent has, one level less", () => {
  const parent = aGrant({ memoryBytes: 4e9, cpus: 2, pids: 100, timeMs: 1000 });
  assert.deepEqual(grantFor(parent, asked()), { ...parent, budget: { depth: 3, breadth: 4 } });
});

Deno.test("grantFor: the budget is counted as if it were the parent's own", () => {
  const budget = (fields: Partial<Asked>, depth = 4, breadth = 4) =>
    grantFor(aGrant({ budget: { depth, breadth } }), asked(fields)).budget;
  assert.deepEqual(budget({ depth: 2, breadth: 3 }), { depth: 1, breadth: 3 });
  assert.deepEqual(budget({}, -1, -1), { depth: -1, breadth: -1 });
  assert.deepEqual(budget({ depth: 2 }, -1), { depth: 1, breadth: 4 });
  assert.equal(refused({ depth: 5, breadth: 9 }), "depth 5 (of 4); breadth 9 (of 4)");
  assert.equal(refused({ depth: -1 }), "depth -1 (of 4)");
  for (const one of [{ parent: 0, depth: undefined }, { parent: 3, depth: 0 }]) {
    const parent = aGrant({ budget: { depth: one.parent, breadth: 4 } });
    const wish = one.depth === undefined ? {} : { depth: one.depth };
    assert.throws(() => grantFor(parent, asked(wish)), { code: "no-depth" });
  }
});

Deno.test("grantFor: all that is too much is named at once", () => {
  assert.equal(
    refused({
      network: "open",
      secrets: { OTHER: "", TOKEN: "evil.example" },
      memory_bytes: 2 ** 31,
      cpus: 3,
      pids: 11,
      time_ms: 2000,
      auth: "shared",
      crab: "codex",
      image: "x",
    }, aGrant({ memoryBytes: 2 ** 30, cpus: 2, pids: 10, timeMs: 1000, images: ["y"] })),
    "the rig x; the network open (of filtered); the secret OTHER; the secret TOKEN for evil.example; " +
      "2 GiB of memory (of 1 GiB); 3 processors (of 2); 11 processes (of 10); 2 s (of 1 s); " +
      "a login that is shared (of guarded); the login of codex (of claude)",
  );
});

Deno.test("grantFor: less is granted as it was asked for", () => {
  const grant = grantFor(
    aGrant({ memoryBytes: 4e9, images: ["other"] }),
    asked({
      network: "none",
      secrets: {},
      memory_bytes: 1e9,
      cpus: 1,
      time_ms: 5,
      auth: "none",
      crab: "codex",
      image: "other",
    }),
  );
  assert.deepEqual(grant, {
    budget: { depth: 3, breadth: 4 },
    image: "other",
    images: ["other"],
    network: "none",
    rules: aGrant().rules,
    secrets: {},
    memoryBytes: 1e9,
    cpus: 1,
    timeMs: 5,
    auth: "none",
    logins: ["claude"],
  });
});

Deno.test("grantFor: rules lie within the parent's, whose refusals stay", () => {
  const parent = aGrant({
    rules: ["*.example.org:443", "GET,POST git.example.com/team/*", "!bad.example.org", "plain.example.com"],
  });
  const rules = (...wanted: string[]) => grantFor(parent, asked({ rules: wanted })).rules;
  assert.deepEqual(rules("api.example.org:443"), ["api.example.org:443", "!bad.example.org"]);
  assert.deepEqual(rules("GET git.example.com/team/x", "!api.example.org"), [
    "GET git.example.com/team/x",
    "!api.example.org",
    "!bad.example.org",
  ]);
  assert.deepEqual(rules("*.deep.example.org:443").length, 2);
  assert.deepEqual(rules(), ["!bad.example.org"]);
  const over: readonly string[] = [
    "example.org:443",
    "api.example.org",
    "api.example.org:8443",
    "*.org",
    "evil.com",
    "git.example.com",
    "DELETE git.example.com/team/x",
    "GET git.example.com/other/x",
    "GET git.example.com/*",
    "*.plain.example.com",
    "@git",
  ];
  for (const rule of over.filter((one) => one !== "*.org" && one !== "@git")) {
    assert.equal(refused({ rules: [rule] }, parent), `the rule ${rule}`, rule);
  }
  assert.match(refused({ rules: ["@git"] }, parent), /^the rule github\.com/);
  assert.throws(() => grantFor(parent, asked({ rules: ["*.org"] })), { code: "bad-rule" });
});

Deno.test("grantFor: who has an open network may be given any rules, who has none may not", () => {
  const open = aGrant({ network: "open", rules: [] });
  const grant = grantFor(open, asked({ rules: ["a.example.com"] }));
  assert.deepEqual([grant.network, grant.rules], ["filtered", ["a.example.com"]]);
  const none = aGrant({ network: "none", rules: [] });
  assert.equal(
    refused({ network: "filtered", rules: ["a.example.com"] }, none),
    "the network filtered (of none); the rule a.example.com",
  );
  assert.throws(() => grantFor(none, asked({ rules: ["a.example.com"] })), { code: "usage" });
});

Deno.test("grantFor: a secret goes to no more places, and in no other field", () => {
  const parent = aGrant({ secrets: { TOKEN: "api.example.com x-key, b.example.com" } });
  const where = (text: string) => grantFor(parent, asked({ secrets: { TOKEN: text } })).secrets.TOKEN;
  assert.equal(where(""), "api.example.com x-key, b.example.com");
  assert.equal(where("b.example.com"), "b.example.com");
  for (
    const text of ["api.example.com", "b.example.com body", "b.example.com:8443", "c.example.com"]
  ) {
    assert.equal(refused({ secrets: { TOKEN: text } }, parent), `the secret TOKEN for ${text}`);
  }
  assert.equal(refused({ secrets: { constructor: "" } }, parent), "the secret constructor");
});

Deno.test("grantFor: a limit of the parent's is in effect where none was asked for, and one where it has none", () => {
  assert.equal(grantFor(aGrant({ cpus: 2 }), asked()).cpus, 2);
  assert.equal(grantFor(aGrant(), asked({ cpus: 2 })).cpus, 2);
  assert.equal("cpus" in grantFor(aGrant(), asked()), false);
});
