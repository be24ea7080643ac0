import assert from "node:assert/strict";
import { networkLock } from "../../../lib/config/box_state.ts";
import { boxScope } from "../../../lib/app/config/box_scope.ts";
import { resetAllHere, resetHere, setHere } from "../../../lib/app/config/change.ts";
import { systemScope } from "../../../lib/app/config/system_scope.ts";
import { resetRules, setRules } from "../../../lib/app/network/change.ts";
import { boxNetwork, systemNetwork, viewNetwork, worksetNetwork } from "../../../lib/app/network/scope.ts";
import { askedAbout, decided, ruleFor } from "../../../lib/app/network/test.ts";
import { readPlace } from "../../../lib/config/read.ts";
import { KanibakoError } from "../../../lib/host/error.ts";
import { FileLock } from "../../../lib/host/store.ts";
import { sourceText } from "../../../lib/spec/source.ts";
import { AppWorld } from "../world.ts";
import { letsOut, running, writeNetworkFile } from "./world.ts";

Deno.test("a rule that is set at any level acts on the running boxes that it is about, and on no other", async () => {
  await using world = await AppWorld.make();
  const [api, web] = [await running(world, "api"), await running(world, "web")];
  const other = await running(world, "other", "open");
  const { host } = world;
  const box = await boxNetwork(host, api.path, "/");
  assert.deepEqual(await setRules(box, ["Example.com.", "db.example.com:5432"], "allow"), {
    rules: [{ rule: "example.com", was: undefined }, { rule: "db.example.com:5432", was: undefined }],
    refused: [],
    replaced: [],
    running: ["api", "web"],
    untrusting: [],
  });
  // Started without certificates.
  const read = await setRules(box, ["GET read.example.com/*"], "allow");
  assert.deepEqual([read.running, read.untrusting, read.replaced], [["api"], ["api"], []]);
  // What a preset allows is less with it, and that is said, once for each host.
  const narrow = ["GET,POST gitlab.com/me/project/*", "GET gitlab.com/x", "POST *.gitlab.com/x"];
  assert.deepEqual((await setRules(box, narrow, "allow")).replaced, [
    { host: "gitlab.com", preset: "git" },
    { host: "*.gitlab.com", preset: "git" },
  ]);
  assert.deepEqual((await setRules(box, ["gitlab.com"], "allow")).replaced, []);
  assert.deepEqual((await setRules(box, ["GET gitlab.com/y"], "allow")).replaced, []);
  await resetRules(box, [...narrow, "gitlab.com", "GET gitlab.com/y"]);
  assert.equal(await letsOut(api, "example.com"), "yes example.com");
  assert.equal(await letsOut(web, "example.com"), "no");
  await setRules(await boxNetwork(host, web.path, "/"), ["web.example.com"], "allow");
  // The rest of what each has is there too.
  assert.match(await letsOut(web, "api.anthropic.com"), /^yes/);
  assert.match(await letsOut(web, "github.com", 22), /^yes/);
  assert.equal(await letsOut(other, "github.com"), "no", "a box with an open network has no door");
  const all = await setRules(systemNetwork(host), ["example.com", "gist.github.com"], "refuse");
  assert.deepEqual(all.running, ["api", "web"]);
  assert.equal(
    await letsOut(api, "example.com"),
    "no !example.com",
    "what one level refuses, no other allows",
  );
  const { refused } = await setRules(box, ["example.com", "example.org"], "allow");
  assert.deepEqual(refused.map(({ rule, by, from }) => [rule, by, sourceText(from)]), [
    ["example.com", "!example.com", "system config"],
  ]);
  assert.equal(await letsOut(web, "example.com"), "no !example.com");
  assert.equal(await letsOut(api, "gist.github.com", 22), "no !gist.github.com");
  await resetRules(await worksetNetwork(host, "default", "/"), "all");
  assert.deepEqual((await resetRules(box, ["EXAMPLE.com"])).rules, [{ rule: "example.com", was: "allow" }]);
  assert.equal(await letsOut(api, "example.com"), "no !example.com");
  await assert.rejects(resetRules(box, ["example.com"]), /There is no rule example\.com at box api/);
});

Deno.test("of two that change rules at once, neither leaves a running box without what the other one set", async () => {
  await using world = await AppWorld.make();
  const api = await running(world, "api");
  const box = await boxNetwork(world.host, api.path, "/");
  const changing = await FileLock.acquire(networkLock(api.state));
  const late = setRules(box, ["one.example.com"], "allow");
  await new Promise((resolve) => setTimeout(resolve, 300));
  const file = `${api.metadata}/project.toml`;
  const text = await Deno.readTextFile(file);
  assert.match(text, /one\.example\.com/, "it is set, and is about to be written down");
  await Deno.writeTextFile(
    file,
    text.replace(/^"one\.example\.com" = .*$/m, '$&\n"two.example.com" = "refuse"'),
  );
  changing[Symbol.dispose]();
  await late;
  assert.equal(await letsOut(api, "one.example.com"), "yes one.example.com");
  assert.equal(await letsOut(api, "two.example.com"), "no !two.example.com");
});

Deno.test("T36: of several rules one that cannot be used keeps all from being set", async () => {
  await using world = await AppWorld.make();
  const api = await running(world, "api");
  const box = await boxNetwork(world.host, api.path, "/");
  await assert.rejects(setRules(box, ["good.example.com", "*.com"], "allow"), /top-level domain/);
  await assert.rejects(setRules(box, ["!good.example.com"], "allow"), /a ! refuses/);
  const set = [...(await readPlace(box.config.place)).keys()];
  assert.deepEqual(set.filter((name) => name.startsWith("network.")), []);
});

Deno.test("rules that are set as settings are the same: checked, in one form, at once in effect", async () => {
  await using world = await AppWorld.make();
  const api = await running(world, "api");
  const { host } = world;
  const box = boxScope(host, api);
  const set = await setHere(box, "network.rule.Example.COM:8443", "allow");
  assert.equal(set.name, "network.rule.example.com:8443");
  assert.equal(await letsOut(api, "example.com", 8443), "yes example.com:8443");
  assert.equal((await resetHere(box, "network.rule.EXAMPLE.com:8443")).reset, true);
  assert.equal(await letsOut(api, "example.com", 8443), "no");
  await assert.rejects(
    setHere(box, "network.rule.*.co.uk", "allow"),
    (error) => error instanceof KanibakoError && error.code === "bad-rule",
  );
  await setHere(systemScope(host), "network.presets", "");
  assert.equal(await letsOut(api, "github.com"), "no");
  assert.match(await letsOut(api, "api.anthropic.com"), /^yes/);
  await resetAllHere(systemScope(host), true);
  assert.match(await letsOut(api, "github.com"), /^yes/);
});

Deno.test("what an agent was started with stays when rules change, and a preset that there is not is not set", async () => {
  await using world = await AppWorld.make();
  const api = await running(world, "api");
  const { host } = world;
  await writeNetworkFile(api, "llm.example.com");
  await setRules(await boxNetwork(host, api.path, "/"), ["example.com", "@agent"], "allow");
  assert.equal(await letsOut(api, "llm.example.com"), "yes llm.example.com");
  assert.equal(await letsOut(api, "example.com"), "yes example.com");
  await setRules(await boxNetwork(host, api.path, "/"), ["llm.example.com"], "refuse");
  assert.equal(await letsOut(api, "llm.example.com"), "no !llm.example.com");
  await assert.rejects(setHere(systemScope(host), "network.presets", "@git @gti"), /there is no preset @gti/);
});

Deno.test("a rule that a file spells otherwise is changed in its place, not set twice", async () => {
  await using world = await AppWorld.make();
  const api = await running(world, "api");
  const file = `${api.metadata}/project.toml`;
  await Deno.writeTextFile(
    file,
    `${await Deno.readTextFile(file)}\n[network.rule]\n"GitHub.COM:22" = "allow"\n`,
  );
  const box = await boxNetwork(world.host, api.path, "/");
  const { rules } = await setRules(box, ["github.com:22"], "refuse");
  assert.deepEqual(rules, [{ rule: "github.com:22", was: "allow" }]);
  assert.match(await Deno.readTextFile(file), /"GitHub\.COM:22" = "refuse"\n$/);
  assert.equal(await letsOut(api, "github.com", 22), "no !github.com:22");
});

Deno.test("T10: rules that a box writes into a standalone project's own file widen nothing, whatever is set elsewhere", async () => {
  await using world = await AppWorld.make();
  const clone = await running(world, "clone", "filtered", "standalone");
  const { host } = world;
  await setRules(systemNetwork(host), ["example.com"], "allow");
  assert.match(await letsOut(clone, "example.com"), /^yes/);
  const file = `${clone.metadata}/project.toml`;
  const before = await Deno.readTextFile(file);
  await Deno.writeTextFile(file, `${before}\n[network.rule]\n"evil.example" = "allow"\n`);
  const { running: changed } = await setRules(systemNetwork(host), ["example.org"], "allow");
  assert.deepEqual(changed, []);
  assert.equal(await letsOut(clone, "evil.example"), "no");
  assert.match(
    world.ui.text,
    /The running box clone keeps the rules it has\. Cannot use \S+: it sets network\.rule\.evil\.example/,
  );
  await assert.rejects(
    viewNetwork(await boxNetwork(host, clone.path, "/")),
    /was not approved|changed since/,
  );
  // The user approves exactly that content.
  const { approveProject } = await import("../../../lib/app/config/approval.ts");
  await approveProject(host, clone.path, "/", true);
  assert.equal(await letsOut(clone, "evil.example"), "yes evil.example");
  assert.equal(await letsOut(clone, "example.org"), "yes example.org");
});

Deno.test("what would be decided is said with the rule and its source, and nothing is asked of the network", async () => {
  await using world = await AppWorld.make();
  const api = await running(world, "api");
  const { host } = world;
  await setHere(boxScope(host, api), "network", "filtered");
  const box = await boxNetwork(host, api.path, "/");
  await setRules(box, ["*.example.com"], "allow");
  await setRules(systemNetwork(host), ["x.example.com"], "refuse");
  const view = await viewNetwork(await boxNetwork(await world.open(), api.path, "/"));
  const says = (text: string) => {
    const { allowed, rule, source } = decided(view, askedAbout(text));
    return `${allowed ? "yes" : "no"} ${rule} ${source}`;
  };
  assert.equal(says("a.example.com"), "yes *.example.com box config");
  assert.equal(says("https://X.example.com:443/a?b"), "no !x.example.com system config");
  assert.equal(says("ssh://git@github.com/x"), "yes github.com:22,80,443 default");
  assert.equal(says("postgres://db.example.com"), "no undefined no rule is about it");
  assert.equal(sourceText(view.settings.network.from), "box config");
  // Rules on requests are about a page that is named, and about each method.
  await setRules(systemNetwork(host), ["GET p.example.net/v1/*"], "allow");
  await setRules(systemNetwork(host), ["POST p.example.net/v1/up"], "refuse");
  const pages = await viewNetwork(await boxNetwork(await world.open(), api.path, "/"));
  const allows = (text: string, method?: string) => decided(pages, askedAbout(text, method)).allowed;
  assert.deepEqual(
    [
      allows("p.example.net"),
      allows("https://p.example.net/v1/a"),
      allows("p.example.net/v2"),
      allows("https://p.example.net/v2"),
      allows("https://p.example.net/v1/../v2"),
      allows("https://p.example.net/v1/%61"),
      allows("p.example.net/v1/up", "post"),
      allows("p.example.net", "POST"),
      allows("https://x.example.net/a/../b"),
    ],
    [true, true, false, false, false, true, false, false, false],
  );
  const ruleAbout = (text: string, method?: string) => ruleFor(pages, askedAbout(text, method));
  assert.equal(ruleAbout("https://p.example.net/v2"), "GET p.example.net/v2");
  assert.equal(ruleAbout("p.example.net/v2", "post"), "POST p.example.net/v2");
  assert.equal(ruleAbout("https://z.example.net/v2"), "z.example.net");
  // A box that runs with another network than the settings say.
  await setHere(boxScope(host, api), "network", "open");
  const atWork = await viewNetwork(await boxNetwork(await world.open(), api.path, "/"));
  assert.equal(atWork.settings.network.value, "open");
  assert.equal(decided(atWork, askedAbout("x.example.com")).allowed, false);
  for (
    const wrong of ["1.2.3.4", "[::1]:80", "a b", "example.com:0", "example.com:x", "gopher://example.com"]
  ) {
    assert.throws(() => askedAbout(wrong), /Cannot test/, wrong);
  }
});
