import assert from "node:assert/strict";
import fc from "fast-check";
import { hostName, writtenHostName } from "../../lib/wire/host_name.ts";
import { Policy } from "../../lib/net/policy.ts";
import { parseRule } from "../../lib/net/rule.ts";
import { fromPart } from "../../lib/spec/source.ts";

function policy(...rules: string[]): Policy {
  return new Policy(rules.map((text) => ({ text, from: fromPart("test") })));
}

function allows(p: Policy, host: string, port = 443, more: { method?: string; path?: string } = {}): boolean {
  const name = hostName(host);
  return name !== undefined && p.decide({ host: name, port, ...more }).allowed;
}

Deno.test("T35: a host name has one form, and what could be read as something else is none", () => {
  assert.equal(hostName("GitHub.COM."), "github.com");
  assert.equal(hostName("a_b.example.com"), "a_b.example.com");
  for (
    const text of [
      "",
      ".",
      "a..b",
      "example.com..",
      "exa mple.com",
      "example.com\0.evil.tld",
      "example.com\r\nHost: evil",
      "user@example.com",
      "example.com%00",
      "127.0.0.1",
      "2130706433",
      "0x7f000001",
      "0177.0.0.1",
      "1.2.3.0x4",
      "[::1]",
      "::ffff:127.0.0.1",
      "fe80::1%eth0",
      "-a.com",
      "a-.com",
      "ex\u0430mple.com",
      "a".repeat(64) + ".com",
      `${"a.".repeat(130)}com`,
    ]
  ) assert.equal(hostName(text), undefined, JSON.stringify(text));
});

Deno.test("T35: a name a person writes in another script is the one that travels, and its look-alike another one", () => {
  assert.equal(writtenHostName("bücher.example"), "xn--bcher-kva.example");
  assert.equal(writtenHostName("g\u0456thub.com"), "xn--gthub-n2e.com");
  assert.equal(writtenHostName("１２７.0.0.1"), undefined);
  assert.equal(writtenHostName("ex\u2024ample.com") === writtenHostName("example.com"), false);
  assert.equal(writtenHostName("é@evil.com"), undefined);
});

Deno.test("rules are read and written in one form", () => {
  for (
    const [text, form] of [
      ["GitHub.com", "github.com"],
      ["*.GitHub.com.", "*.github.com"],
      ["db.example.com:5432", "db.example.com:5432"],
      ["example.com:1000-2000,443", "example.com:1000-2000,443"],
      ["! *.example.com", "!*.example.com"],
      ["HEAD,GET example.com/docs/*", "GET,HEAD example.com/docs/*"],
      ["@git", "@git"],
      ["!@ai", "!@ai"],
      ["bücher.example", "xn--bcher-kva.example"],
    ] as const
  ) {
    assert.equal(parseRule(text).text, form);
    assert.equal(parseRule(form).text, form);
  }
});

Deno.test("T36: a rule that is no rule is refused with what is wrong with it", () => {
  for (
    const [text, why] of [
      ["*", /would allow everything/],
      ["a*.example.com", /stands for whole labels/],
      ["*.*.example.com", /stands for whole labels/],
      ["10.0.0.1", /is an address/],
      ["10.0.0.1:80", /is an address/],
      ["[::1]:80", /is an address/],
      ["https://example.com/x", /is a URL/],
      ["example.com:0", /no port/],
      ["example.com:70000", /no port/],
      ["example.com:20-10", /are none/],
      ["get example.com", /no list of methods/],
      ["GET example.com/a/../b", /can never match/],
      ["GET example.com/a*b", /stands at its end/],
      ["a b c", /too many words/],
      ["@", /a preset is/],
      ["", /no host name/],
    ] as const
  ) assert.throws(() => parseRule(text), (error: Error) => why.test(error.message), text);
});

Deno.test("T36: a name that only looks like an allowed one is not", () => {
  const p = policy("github.com", "*.example.com");
  assert.ok(allows(p, "github.com") && allows(p, "a.example.com") && allows(p, "a.b.example.com"));
  for (
    const host of ["evilgithub.com", "github.com.evil.tld", "www.github.com", "example.com", "aexample.com"]
  ) {
    assert.equal(allows(p, host), false, host);
  }
});

Deno.test("ports are 443 and 80 where a rule names none, and those it names else", () => {
  const p = policy("a.com", "b.com:5432", "c.com:1000-1002");
  assert.deepEqual([80, 443, 22, 8080].map((port) => allows(p, "a.com", port)), [true, true, false, false]);
  assert.deepEqual([443, 5432].map((port) => allows(p, "b.com", port)), [false, true]);
  assert.deepEqual(p.portsOf(hostName("c.com")!), [1000, 1001, 1002]);
  assert.deepEqual(p.portsOf(hostName("nobody.com")!), []);
});

Deno.test("a refusal that names no port is about all of them", () => {
  const p = policy("a.com:22", "*.b.com:22", "!a.com", "!x.b.com:443");
  assert.deepEqual([22, 80, 443].map((port) => allows(p, "a.com", port)), [false, false, false]);
  assert.equal(allows(p, "x.b.com", 22), true);
});

Deno.test("a refusal wins over any permission, and of permissions the one that says most is named", () => {
  const p = policy("*.example.com", "!secret.example.com", "api.example.com", "api.example.com:443");
  assert.equal(allows(p, "secret.example.com"), false);
  assert.equal(
    p.decide({ host: hostName("secret.example.com")!, port: 443 }).by?.rule.text,
    "!secret.example.com",
  );
  assert.equal(
    p.decide({ host: hostName("api.example.com")!, port: 443 }).by?.rule.text,
    "api.example.com:443",
  );
  assert.equal(p.decide({ host: hostName("www.example.com")!, port: 443 }).by?.rule.text, "*.example.com");
});

Deno.test("rules on methods and paths allow those alone", () => {
  const p = policy("GET,HEAD api.example.com/v1/*", "!DELETE docs.example.com/*", "docs.example.com");
  assert.ok(allows(p, "api.example.com", 443, { method: "GET", path: "/v1/x" }));
  assert.equal(allows(p, "api.example.com", 443, { method: "POST", path: "/v1/x" }), false);
  assert.equal(allows(p, "api.example.com", 443, { method: "GET", path: "/v2" }), false);
  // A connection is allowed for the sake of what may be asked for on it.
  assert.deepEqual([allows(p, "api.example.com"), allows(p, "docs.example.com")], [true, true]);
  assert.deepEqual(
    ["api.example.com", "docs.example.com", "www.example.com"].map((host) =>
      p.readsRequests({ host: hostName(host)!, port: 443 })
    ),
    [true, true, false],
  );
  assert.ok(allows(p, "docs.example.com", 443, { method: "GET", path: "/" }));
  assert.equal(allows(p, "docs.example.com", 443, { method: "DELETE", path: "/" }), false);
});

Deno.test("T39 a rule of the user's for some requests to a host stands in the place of what a preset says of it", () => {
  const from = fromPart("test");
  const preset = (name: string, ...rules: string[]) => rules.map((text) => ({ text, preset: name, from }));
  const own = (...rules: string[]) => rules.map((text) => ({ text, from }));
  const git = preset("git", "github.com:22,80,443", "*.github.com:22,80,443");
  const mine = own("GET,POST github.com/me/project.git/*");
  const p = new Policy([...git, ...mine]);
  const push = (path: string) => ({ method: "POST", path: `${path}/git-receive-pack` });
  assert.ok(allows(p, "github.com", 443, push("/me/project.git")));
  assert.equal(allows(p, "github.com", 443, push("/me/other.git")), false);
  assert.equal(allows(p, "github.com", 80, push("/me/other.git")), false);
  // Of other hosts and ports the preset still says what it says.
  assert.ok(allows(p, "api.github.com", 443, push("/x")));
  assert.ok(allows(p, "github.com", 22) && allows(p, "github.com"));
  // A whole host that the user allows is allowed whole, and so is what the agent needs.
  assert.ok(
    allows(new Policy([...git, ...mine, ...own("github.com")]), "github.com", 443, push("/me/other")),
  );
  assert.ok(
    allows(new Policy([...preset("agent", "github.com"), ...mine]), "github.com", 443, push("/me/other")),
  );
  // A refusal of some requests leaves what the preset allows.
  const without = new Policy([...git, ...own("!POST github.com/me/*")]);
  assert.ok(allows(without, "github.com", 443, push("/you/x")));
  assert.equal(allows(without, "github.com", 443, push("/me/x")), false);
});

Deno.test("T36: whatever the rules, only what one of them names is allowed", () => {
  const label = fc.constantFrom("a", "b", "example", "com", "evil", "x-y");
  const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join("."));
  // What is below a whole top-level domain can be refused, and not allowed.
  const rule = fc.tuple(fc.boolean(), fc.boolean(), name).map(([no, below, host]) =>
    `${no ? "!" : ""}${below && (no || host.includes(".")) ? "*." : ""}${host}`
  );
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 6 }), name, (rules, host) => {
      const matches = (text: string) => {
        const bare = text.replace("!", "");
        return bare.startsWith("*.") ? host.endsWith(bare.slice(1)) : host === bare;
      };
      const expected = rules.some((text) => !text.startsWith("!") && matches(text)) &&
        !rules.some((text) => text.startsWith("!") && matches(text));
      assert.equal(allows(policy(...rules), host), expected);
    }),
    { numRuns: 2000 },
  );
});
