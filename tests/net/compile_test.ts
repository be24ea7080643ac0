import assert from "node:assert/strict";
import { compileRules, type RulesInput } from "../../lib/net/compile.ts";
import { Policy } from "../../lib/net/policy.ts";
import { checkedRule } from "../../lib/net/checked_rule.ts";
import { PRESETS } from "../../lib/net/presets/all.ts";
import { parseRule } from "../../lib/net/rule.ts";
import { rulesIn, writtenRules } from "../../lib/net/written_rules.ts";
import { hostName } from "../../lib/wire/host_name.ts";
import { DEFAULT, fromFile, fromPart, sourceText } from "../../lib/spec/source.ts";
import { targets } from "../../targets/discover.ts";

const BOX = fromFile("box", "config");
const SYSTEM = fromFile("system", "config");

function input(
  rules: Record<string, "allow" | "refuse"> = {},
  more: Partial<RulesInput> = {},
  presets: readonly string[] = ["@git", "@packages"],
): RulesInput {
  return {
    settings: {
      presets: { value: presets, level: "default", from: DEFAULT },
      rules: Object.fromEntries(
        Object.entries(rules).map(([text, value]) => [text, { value, level: "box", from: BOX } as const]),
      ),
    },
    agents: [{ name: "claude", hosts: ["api.anthropic.com"] }],
    registries: [{ rule: "mirror.example.com:8443", from: fromPart("your ~/.npmrc") }],
    ...more,
  };
}

function decides(from: RulesInput) {
  const policy = new Policy(rulesIn(writtenRules(compileRules(from))));
  return (host: string, port = 443) => {
    const { allowed, by } = policy.decide({ host: hostName(host)!, port });
    return `${allowed ? "yes" : "no"} ${by?.rule.text ?? "-"} ${by ? sourceText(by.from) : "-"}`;
  };
}

Deno.test("a filtered network without any rule allows what the agent needs, @git and @packages", () => {
  const asked = decides(input());
  assert.equal(asked("api.anthropic.com"), "yes api.anthropic.com target claude");
  assert.equal(asked("github.com", 22), "yes github.com:22,80,443 default");
  assert.equal(asked("pypi.org"), "yes pypi.org default");
  assert.equal(asked("mirror.example.com", 8443), "yes mirror.example.com:8443 your ~/.npmrc");
  assert.equal(asked("mirror.example.com"), "no - -");
  assert.equal(asked("example.org"), "no - -");
});

Deno.test("a rule adds to the presets, a refusal takes away from them, and each keeps its source", () => {
  const asked = decides(
    input({ "db.example.com:5432": "allow", "gist.github.com": "refuse", "@ai": "allow" }),
  );
  assert.equal(asked("db.example.com", 5432), "yes db.example.com:5432 box config");
  assert.equal(asked("gist.github.com", 22), "no !gist.github.com box config");
  assert.equal(asked("api.github.com"), "yes *.github.com:22,80,443 default");
  assert.equal(asked("api.openai.com"), "yes *.openai.com box config");
});

Deno.test("without presets @agent alone stays, and a refused preset refuses each of its hosts", () => {
  const asked = decides(input({}, {}, []));
  assert.equal(asked("api.anthropic.com"), "yes api.anthropic.com target claude");
  assert.equal(asked("github.com"), "no - -");
  const refused = decides(input({ "@git": "refuse", "github.com:22": "allow" }));
  assert.match(refused("github.com", 22), /^no !github.com/);
  assert.match(refused("pypi.org"), /^yes/);
  // What the user's own configuration names is opened with @packages, and is not refused with it.
  assert.match(decides(input({ "@packages": "refuse" }))("mirror.example.com", 8443), /^no -/);
});

Deno.test("T36: a rule of a file that cannot be used is an error that says where it stands", () => {
  for (
    const [text, why] of [
      ["*.com", /whole top-level domain.*It is set in box config\./],
      ["10.0.0.1:5432", /rules are about names/],
      ["post api.example.com/v1/*", /no list of methods/],
      ["api.example.com/v1/../*", /the path can never match/],
      ["@gti", /there is no preset @gti/],
      ["!evil.example", /Cannot use/],
    ] as const
  ) {
    assert.throws(
      () => compileRules(input({ [text]: "allow" })),
      (error: Error) => why.test(error.message),
      text,
    );
  }
  assert.throws(
    () => compileRules(input({}, {}, ["@gti"])),
    /no preset @gti\. It is set in default, network\.presets/,
  );
});

Deno.test("every preset and every agent names rules that can be used, each in its one form and once", () => {
  const lists = [
    ...Object.entries(PRESETS).map(([name, { rules }]) => [name, rules] as const),
    ...targets().map(({ name, hosts }) => [name, hosts] as const),
  ];
  for (const [name, rules] of lists) {
    // One public suffix is meant: its names are given by GitHub, and its pages and downloads are nowhere else.
    for (const text of rules) {
      const form = text === "*.githubusercontent.com" ? parseRule(text).text : checkedRule(text);
      assert.equal(form, text, name);
    }
    assert.equal(new Set(rules).size, rules.length, name);
  }
  for (const name of ["agent", "git", "packages", "containers", "ai", "hosts", "registries", "custom"]) {
    assert.ok(name === "agent" || Object.hasOwn(PRESETS, name), name);
  }
  // These two ask whatever service their user has chosen, and no other.
  const without = targets().filter(({ hasBinary, hosts }) => hasBinary && hosts.length === 0);
  assert.deepEqual(without.map(({ name }) => name).sort(), ["aider", "goose"]);
});

Deno.test("a registry that a preset opens already makes no rule of its own, one on another port does", () => {
  const from = fromPart("your ~/.npmrc");
  const rules = ["some.debian.org", "jsr.io", "some.debian.org:8443", "debian.org"];
  const texts = compileRules(input({}, { registries: rules.map((rule) => ({ rule, from })) }))
    .filter((rule) => rule.from === from).map(({ text }) => text);
  assert.deepEqual(texts, ["some.debian.org:8443", "debian.org"]);
});

Deno.test("rules of the system and of a box stand beside each other", () => {
  const { settings, ...others } = input({ "example.com": "allow" });
  const rules = {
    ...settings.rules,
    "example.org": { value: "allow", level: "system", from: SYSTEM } as const,
  };
  const asked = decides({ ...others, settings: { ...settings, rules } });
  assert.equal(asked("example.com"), "yes example.com box config");
  assert.equal(asked("example.org"), "yes example.org system config");
});
