/** What a security profile does to settings and to plans. What it gives in a running box is in `tests/escape/profiles_test.ts`. */

import assert from "node:assert/strict";
import { effectiveSettings } from "../../lib/config/effective.ts";
import { parseConfig } from "../../lib/config/file.ts";
import { settingsFrom } from "../../lib/config/resolve.ts";
import type { FlagSettings, Settings } from "../../lib/config/settings.ts";
import { BOX_SETTINGS } from "../../lib/config/settings/box.ts";
import { planBox } from "../../lib/plan/plan.ts";
import { chooseSecurity, profileName } from "../../lib/plan/security.ts";
import { type UnderProfile, underProfile } from "../../lib/config/under_profile.ts";
import type { Network, SecurityName } from "../../lib/spec/box_spec.ts";
import { gainsNothing, PROFILES } from "../../lib/spec/profiles.ts";
import { fromFile, sourceText } from "../../lib/spec/source.ts";
import { planInput } from "../support/plan_input.ts";

const NAMES = Object.keys(PROFILES) as SecurityName[];
const ALL_NETWORKS = new Set<Network["kind"]>(["none", "filtered", "open"]);

async function under(
  file: string,
  flags: FlagSettings,
  { networks = ALL_NETWORKS, locale = {}, env = {} }: {
    networks?: ReadonlySet<Network["kind"]>;
    locale?: Record<string, string>;
    env?: Record<string, string>;
  } = {},
): Promise<UnderProfile> {
  const from = fromFile("system", "config");
  const config = await parseConfig(file, "/f", "system");
  const level = {
    level: "system" as const,
    from,
    file: "/f",
    config,
    env: { entries: env, from: fromFile("system", "env"), file: "/env" },
  };
  const settings = settingsFrom([level], undefined, flags);
  return underProfile(settings, profileName(settings.security, true), { networks, locale });
}

const shown = ({ value, from }: Settings["network"] | Settings["pids"]) => [value, sourceText(from)];

Deno.test("the setting box.security names every profile, and files none that opens the kernel", () => {
  const { choices = [], perRun = [] } = BOX_SETTINGS.security.type;
  assert.deepEqual([...choices, ...perRun].sort(), ["", ...NAMES].sort());
  for (const name of NAMES) {
    assert.equal(perRun.includes(name), PROFILES[name].seccomp === "engine", name);
  }
});

Deno.test("where root of the box is root of the host, every profile that is weaker than strict is refused", () => {
  const weaker = NAMES.filter((name) => !gainsNothing(PROFILES[name]));
  assert.deepEqual(weaker.sort(), ["minimal", "nested", "standard"]);
  const from = fromFile("system", "config");
  for (const value of NAMES) {
    const choose = () => chooseSecurity({ value, level: "system", from }, false);
    if (weaker.includes(value)) assert.throws(choose, { code: "security" }, value);
    else assert.equal(choose().profile, value);
    assert.equal(chooseSecurity({ value, level: "system", from }, true).profile, value);
  }
});

Deno.test("a profile gives defaults, and says so", async () => {
  const { settings, beyond } = await under('box.security = "paranoid"\n', {});
  assert.deepEqual(beyond, []);
  assert.deepEqual(shown(settings.network), ["filtered", "default of the profile paranoid"]);
  assert.deepEqual(shown(settings.pids), [300, "default of the profile paranoid"]);
  const none = await under("", { security: "restrictive" });
  assert.deepEqual(shown(none.settings.network), ["none", "default of the profile restrictive"]);
  // Where the runtime has no filtered network, the narrower one that it has.
  const poor = await under("", { security: "paranoid" }, { networks: new Set(["none", "open"]) });
  assert.equal(poor.settings.network.value, "none");
  for (const name of ["permissive", "moderate", "strict", "standard", "nested", "minimal"]) {
    const { settings } = await under("", { security: name });
    assert.deepEqual([shown(settings.network), shown(settings.pids)], [["open", "default"], [
      2048,
      "default",
    ]]);
  }
});

Deno.test("what is set narrows a profile further, from a file and by option", async () => {
  const file = await under('[box]\nsecurity = "paranoid"\nnetwork = "none"\npids = 64\n', {});
  assert.deepEqual(file.beyond, []);
  assert.deepEqual(shown(file.settings.network), ["none", "system config"]);
  assert.deepEqual(shown(file.settings.pids), [64, "system config"]);
  const call = await under("", { security: "paranoid", network: "none", pids: "300" });
  assert.deepEqual(call.beyond, []);
  assert.deepEqual(shown(call.settings.pids), [300, "--pids flag"]);
});

Deno.test("a file that asks for more than the profile allows gets the profile's, with a warning that names it", async () => {
  const { settings, beyond } = await under(
    '[box]\nsecurity = "restrictive"\nnetwork = "filtered"\npids = 501\n',
    {},
  );
  assert.deepEqual(shown(settings.network), ["none", "profile restrictive"]);
  assert.deepEqual(shown(settings.pids), [500, "profile restrictive"]);
  assert.deepEqual(beyond.map(({ refusal }) => refusal), [undefined, undefined]);
  assert.match(
    beyond[0]!.text,
    /restrictive \(system config\).* network filtered \(system config\) does not apply/,
  );
  assert.match(beyond[1]!.text, /at most pids 500, so pids 501 /);
});

Deno.test("an option that asks for more than the profile allows is refused, whoever set the profile, and no plan has it", async () => {
  for (
    const [file, flags] of [["", { security: "restrictive" }], [
      'box.security = "restrictive"\n',
      {},
    ]] as const
  ) {
    const wide = { ...flags, network: "open", pids: "2048" };
    const { beyond } = await under(file, wide);
    assert.deepEqual(beyond.map(({ refusal }) => refusal?.code), ["security", "security"]);
    assert.match(beyond[0]!.refusal!.message, /--network flag: open/);
    assert.match(beyond[1]!.refusal!.message, /--pids flag: 2048/);
  }
  // Even where nobody looks at the refusal.
  const given = await planInput({}, { security: "restrictive", network: "open", pids: "2048" });
  const plan = planBox(given);
  assert.deepEqual([plan.network.kind, plan.limits.pids], ["none", 500]);
  const open = planBox(await planInput({}, { security: "strict", network: "open", pids: "2049" }));
  assert.deepEqual([open.network.kind, open.limits.pids], ["open", 2049]);
});

Deno.test("variables: a profile takes those of files out by name, never one of the call, and none silently", async () => {
  const env = { API_TOKEN: "t0p", EDITOR: "vi" };
  const locale = { LANG: "de_DE.UTF-8", LC_ALL: "$(evil)" };
  const with_ = (security: SecurityName) =>
    under("", { security, env: ["CALL=1"] }, { env, locale }).then(({ settings, beyond }) => ({
      names: Object.keys(settings.env).sort(),
      said: beyond.map(({ text }) => text).join("\n"),
    }));
  for (const name of ["restrictive", "paranoid"] as const) {
    const { names, said } = await with_(name);
    assert.deepEqual(names, ["CALL", "EDITOR"]);
    assert.match(said, new RegExp(`${name} leaves out variables of files: API_TOKEN\\.`));
    assert.doesNotMatch(said, /t0p|EDITOR|CALL/);
  }
  for (const name of NAMES.filter((name) => PROFILES[name].environment === "configured")) {
    assert.deepEqual(await with_(name), { names: ["API_TOKEN", "CALL", "EDITOR"], said: "" }, name);
  }
  // A language that is none is not handed on.
  assert.deepEqual(await with_("permissive"), { names: ["API_TOKEN", "CALL", "EDITOR", "LANG"], said: "" });
});

Deno.test("folders: a profile takes out what boxes share, and leaves what is copied once", async () => {
  const file = `[system.path.share_rw]\nbuild = "build:~/build"\n[system.path.seeded]\nrc = "~/rc:~/.rc"\n` +
    `[shared]\npip = ".cache/pip"\nnpm = ""\n[resource_overrides]\n"plugins/" = "shared"\n`;
  for (const name of ["moderate", "restrictive", "paranoid"] as const) {
    const { settings, beyond } = await under(file, { security: name });
    assert.deepEqual(Object.keys(settings.binds), ["system.path.seeded.rc"]);
    assert.deepEqual([settings.caches, settings.agentCaches], [{}, {}]);
    assert.match(
      beyond.map(({ text }) => text).join("\n"),
      /leaves out what boxes share: system\.path\.share_rw\.build, shared\.pip and resource\.plugins\/\./,
    );
  }
  const { settings, beyond } = await under(file, { security: "strict" });
  assert.deepEqual([Object.keys(settings.binds).length, Object.keys(settings.caches).length], [2, 2]);
  assert.deepEqual(beyond, []);
});

Deno.test("a read-only profile has small places to write to, from which nothing runs, and others have none", async () => {
  for (const name of NAMES) {
    const plan = planBox(await planInput({}, { security: name }));
    const places = plan.mounts.flatMap((mount) =>
      mount.type === "tmpfs" && mount.noExec ? [[mount.destination, mount.sizeBytes! / 2 ** 20]] : []
    );
    const tmp = { restrictive: 64, paranoid: 256 }[name as string];
    assert.equal(plan.security.readOnlyRoot, tmp !== undefined, name);
    assert.deepEqual(places, tmp === undefined ? [] : [["/run", 16], ["/tmp", tmp], ["/var/tmp", 64]], name);
  }
});

Deno.test("box config --effective and box network show what a launch would have under the profile", async () => {
  const from = fromFile("box", "config");
  const text = `[box]\nsecurity = "paranoid"\nnetwork = "open"\n` +
    `[system.path.share_ro]\ndocs = "~/docs:~/docs"\n[shared]\npip = ".cache/pip"\n`;
  const rows = async (text: string) => {
    const config = await parseConfig(text, "/f", "box");
    const env = { entries: { API_TOKEN: "x" }, from: fromFile("box", "env"), file: "/env" };
    const level = { level: "box" as const, from, file: "/f", config, env };
    const all = effectiveSettings("box", [level], undefined);
    return Object.fromEntries(all.map(({ name, value, from }) => [name, [value, sourceText(from)]]));
  };
  const under = await rows(text);
  assert.deepEqual(under["box.network"], ["filtered", "profile paranoid"]);
  assert.deepEqual(under["box.pids"], [300, "default of the profile paranoid"]);
  for (const name of ["system.path.share_ro.docs", "shared.pip", "env.API_TOKEN"]) {
    assert.equal(under[name], undefined, name);
  }
  const free = await rows(text.replace("paranoid", "strict"));
  assert.deepEqual(free["box.network"], ["open", "box config"]);
  assert.deepEqual(free["box.pids"], [2048, "default"]);
  for (const name of ["system.path.share_ro.docs", "shared.pip", "env.API_TOKEN"]) {
    assert.ok(free[name], name);
  }
});
