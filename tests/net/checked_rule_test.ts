import assert from "node:assert/strict";
import fc from "fast-check";
import { KanibakoError } from "../../lib/host/error.ts";
import { checkedRule } from "../../lib/net/checked_rule.ts";
import { parseRule } from "../../lib/net/rule.ts";

Deno.test("T36: a rule that is too wide or can never match is refused when it is set, with the reason", () => {
  for (
    const [text, why] of [
      ["*", /would allow everything/],
      ["*.com", /whole top-level domain/],
      ["*.co.uk", /everybody can have a name below co\.uk, so it is too wide/],
      ["*.github.io", /everybody can have a name below github\.io/],
      ["*.CO.UK.", /below co\.uk/],
      ["co.uk", /nobody is reached at the public suffix co\.uk, so it can never match/],
      ["com", /public suffix com/],
      ["192.168.1.1", /rules are about names/],
      ["192.168.1.1:5432", /rules are about names/],
      ["[fd00::1]:80", /rules are about names/],
      ["2130706433", /rules are about names/],
      ["localhost:5432", /localhost is the box/],
      ["host.kanibako", /names no port/],
      ["*.host.kanibako:80", /no such name/],
      ["other.kanibako", /no such name/],
      ["example.com:1-65535", /names 65535 ports/],
      ["example.com:0", /no port/],
      ["example.com:65536", /no port/],
      ["get example.com/x", /no list of methods/],
      ["example.com/x?y", /a path has no query/],
      ["@nothing", /no preset @nothing/],
      ["exa mple.com", /no list of methods/],
      ["-a.example.com", /no host name/],
    ] as const
  ) assert.throws(() => checkedRule(text), (error: Error) => why.test(error.message), text);
});

Deno.test("T36: a rule that says what somebody owns is taken, in its one form", () => {
  for (
    const [text, form] of [
      ["*.Example.CO.UK.", "*.example.co.uk"],
      ["github.io", "github.io"],
      ["me.github.io", "me.github.io"],
      ["*.me.github.io", "*.me.github.io"],
      ["buildserver", "buildserver"],
      ["*.internal", "*.internal"],
      ["bücher.example.com:443", "xn--bcher-kva.example.com:443"],
      ["host.kanibako:5432", "host.kanibako:5432"],
      ["!*.com", "!*.com"],
      ["!example.com:1-65535", "!example.com:1-65535"],
      ["@git", "@git"],
    ] as const
  ) assert.equal(checkedRule(text), form);
});

Deno.test("T36: whatever is written, a rule is refused with a reason or means the same when it is read again", () => {
  const word = fc.oneof(
    fc.string({ unit: fc.constantFrom(..."aA.*:-0159/@! ,[]%#ü\0\n"), maxLength: 24 }),
    fc.string({ unit: "grapheme", maxLength: 16 }),
    fc.domain(),
  );
  fc.assert(
    fc.property(word, (text) => {
      let form: string;
      try {
        form = checkedRule(text);
      } catch (error) {
        assert.ok(error instanceof KanibakoError && error.code === "bad-rule", `${text}: ${error}`);
        return;
      }
      assert.equal(checkedRule(form), form);
      const rule = parseRule(form);
      if (rule.kind === "host") assert.match(rule.host, /^[a-z0-9_.-]+$/);
    }),
    { numRuns: 5000 },
  );
});
