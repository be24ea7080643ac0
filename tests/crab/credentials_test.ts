import assert from "node:assert/strict";
import { collectCredentials } from "../../lib/crab/collect_logins.ts";
import { HostMailbox } from "../../lib/runtime/cli/mailbox.ts";
import { prepareDelivery } from "../../lib/crab/prepare.ts";
import { readSteps } from "../../lib/crab/steps.ts";
import { credentialFile } from "../../targets/declared/login.ts";
import { findTarget, targetHost } from "../../targets/discover.ts";

const claude = findTarget("claude");

const ID = claude.credentials[0]!.id;
const FAR = Date.now() + 7 * 24 * 3600 * 1000;
const NOWHERE = { canWrite: () => false };
const login = (token: string, expiresAt: number, more = {}) =>
  JSON.stringify({ claudeAiOauth: { accessToken: token, refreshToken: `r-${token}`, expiresAt }, ...more });

interface Place {
  readonly base: string;
  readonly left: string;
  readonly hostFile: string;
  collect(): Promise<string[]>;
}

async function inPlace(test: (place: Place) => Promise<void>): Promise<void> {
  const base = await Deno.makeTempDir({ prefix: "credentials-" });
  for (const folder of ["out", "home", "state"]) await Deno.mkdir(`${base}/${folder}`);
  const request = {
    mailbox: HostMailbox.open(base),
    target: claude,
    home: `${base}/home`,
    locks: `${base}/state/locks`,
    state: `${base}/state/box`,
    boxFolders: () => Promise.resolve(NOWHERE),
  };
  try {
    await test({
      base,
      left: `${base}/out/${ID}`,
      hostFile: `${base}/home/.claude/.credentials.json`,
      collect: async () => (await collectCredentials(request)).map(({ outcome }) => outcome),
    });
  } finally {
    await Deno.remove(base, { recursive: true });
  }
}

async function hostHas(place: Place, text: string): Promise<void> {
  await Deno.mkdir(`${place.base}/home/.claude`, { recursive: true });
  await Deno.writeTextFile(place.hostFile, text);
}

Deno.test("a renewed login reaches the host as 0600 and leaves the host's other keys alone", () =>
  inPlace(async (place) => {
    await hostHas(place, login("old", FAR, { mcpOAuth: { host: 1 } }));
    await Deno.writeTextFile(place.left, login("new", FAR + 1, { mcpOAuth: { box: 1 }, evil: true }));
    assert.deepEqual(await place.collect(), ["written"]);
    const { claudeAiOauth, ...rest } = JSON.parse(await Deno.readTextFile(place.hostFile));
    assert.equal(claudeAiOauth.accessToken, "new");
    assert.deepEqual(rest, { mcpOAuth: { host: 1 } });
    assert.equal((await Deno.stat(place.hostFile)).mode! & 0o777, 0o600);
    assert.deepEqual([...Deno.readDirSync(`${place.base}/home/.claude`)].length, 1);
  }));

Deno.test("what stands in a box in the place of a login never replaces one", () =>
  inPlace(async (place) => {
    const had = login("old", FAR);
    await hostHas(place, had);
    const placeholder = `kanibako-secret-${"0a".repeat(16)}`;
    for (const token of [placeholder, `eyJx.eyJy.${placeholder}`]) {
      await Deno.writeTextFile(place.left, login(token, FAR + 1));
      assert.deepEqual(await place.collect(), ["older"]);
      assert.equal(await Deno.readTextFile(place.hostFile), had);
    }
    // What else is in the file is no matter.
    await Deno.writeTextFile(place.left, login("new", FAR + 1, { mcpOAuth: placeholder }));
    assert.deepEqual(await place.collect(), ["written"]);
  }));

Deno.test("what was taken from a box is not delivered back to it", () =>
  inPlace(async (place) => {
    await Deno.writeTextFile(place.left, login("new", FAR, { other: 1 }));
    assert.deepEqual(await place.collect(), ["written"]);
    const prepared = await prepareDelivery({
      steps: await readSteps(`${place.base}/state/box`),
      agent: { target: claude, install: { name: "claude", binary: "/x", method: "native" } },
      template: "empty",
      host: targetHost(`${place.base}/home`, "/nowhere"),
      readLogin: (file) => targetHost().readText(`${place.base}/home/${file.hostPath}`, file.maxBytes),
      sharedAuth: true,
      templates: `${place.base}/none`,
      scopes: {},
      sweep: false,
    });
    assert.doesNotMatch(String(prepared!.delivery!.files.get("todo.sh")), /^credentials '/m);
  }));

Deno.test("a login that is not newer, whatever its file's time, changes nothing on the host", () =>
  inPlace(async (place) => {
    await hostHas(place, login("host", FAR));
    await Deno.utime(place.hostFile, 1, 1);
    for (const text of [login("older", FAR - 1), login("same", FAR)]) {
      await Deno.writeTextFile(place.left, text);
      assert.deepEqual(await place.collect(), ["older"]);
    }
    assert.equal(await Deno.readTextFile(place.hostFile), login("host", FAR));
  }));

Deno.test("n3: a new login on the host is not replaced by one that a box has had before, whatever time that claims", () =>
  inPlace(async (place) => {
    await Deno.writeTextFile(place.left, login("long", FAR + 9));
    assert.deepEqual(await place.collect(), ["written"]);
    await hostHas(place, login("another account", FAR));
    assert.deepEqual(await place.collect(), ["older"]);
    assert.match(await Deno.readTextFile(place.hostFile), /another account/);
    // One that the box has renewed since is another matter.
    await Deno.writeTextFile(place.left, login("renewed", FAR + 10));
    assert.deepEqual(await place.collect(), ["written"]);
  }));

Deno.test("a login that is not sound changes nothing on the host", () =>
  inPlace(async (place) => {
    await hostHas(place, login("host", 1000));
    const unsound = [
      "",
      "{",
      "null",
      "[]",
      "{}",
      '{"claudeAiOauth":null}',
      '{"claudeAiOauth":{"expiresAt":2000}}',
      '{"claudeAiOauth":{"accessToken":"","expiresAt":2000}}',
      '{"claudeAiOauth":{"accessToken":"a","expiresAt":"2000"}}',
      '{"claudeAiOauth":{"accessToken":"a","refreshToken":7,"expiresAt":2000}}',
      '{"claudeAiOauth":{"accessToken":"a","expiresAt":1e300}}',
      login("a", Date.now() + 10 * 365 * 24 * 3600 * 1000),
    ];
    for (const text of unsound) {
      await Deno.writeTextFile(place.left, text);
      assert.deepEqual(await place.collect(), ["older"], text);
    }
    assert.equal(await Deno.readTextFile(place.hostFile), login("host", 1000));
    await Deno.writeTextFile(place.left, login("sound", 2000));
    assert.deepEqual(await place.collect(), ["written"]);
  }));

Deno.test("a box that leaves a link, a FIFO, a folder or too much changes nothing on the host", () =>
  inPlace(async (place) => {
    await Deno.writeTextFile(`${place.base}/elsewhere`, login("elsewhere", FAR));
    await Deno.symlink(`${place.base}/elsewhere`, place.left);
    assert.deepEqual(await place.collect(), ["refused"]);
    await Deno.remove(place.left);
    await new Deno.Command("mkfifo", { args: [place.left] }).output();
    assert.deepEqual(await place.collect(), ["refused"]);
    await Deno.remove(place.left);
    await Deno.mkdir(place.left);
    assert.deepEqual(await place.collect(), ["refused"]);
    await Deno.remove(place.left);
    await Deno.writeTextFile(place.left, login("big", FAR) + " ".repeat(1024 * 1024));
    assert.deepEqual(await place.collect(), ["refused"]);
    assert.throws(() => Deno.statSync(place.hostFile), Deno.errors.NotFound);
  }));

Deno.test("a host without a login gets the box's, and a link to the file stays a link", () =>
  inPlace(async (place) => {
    await Deno.writeTextFile(place.left, login("first", FAR));
    assert.deepEqual(await place.collect(), ["written"]);
    assert.equal((await Deno.stat(`${place.base}/home/.claude`)).mode! & 0o777, 0o700);
    await Deno.rename(place.hostFile, `${place.base}/kept.json`);
    await Deno.symlink(`${place.base}/kept.json`, place.hostFile);
    await Deno.writeTextFile(place.left, login("second", FAR + 1));
    assert.deepEqual(await place.collect(), ["written"]);
    assert((await Deno.lstat(place.hostFile)).isSymlink);
    assert.match(await Deno.readTextFile(`${place.base}/kept.json`), /second/);
  }));

const opencode = findTarget("opencode");
const PROVIDERS = opencode.credentials[0]!;
const oauth = (refresh: string, expires: number) => ({ type: "oauth", refresh, access: "a", expires });

Deno.test("logging out of one provider on the host stays so, and another provider's renewal comes back", async () => {
  const base = await Deno.makeTempDir({ prefix: "providers-" });
  const host = `${base}/home/.local/share/opencode/auth.json`;
  const write = async (path: string, value: unknown) => {
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(path, JSON.stringify(value));
  };
  const collect = async () => {
    const [one] = await collectCredentials({
      mailbox: HostMailbox.open(base),
      target: opencode,
      home: `${base}/home`,
      locks: `${base}/locks`,
      state: `${base}/state`,
      boxFolders: () => Promise.resolve(NOWHERE),
    });
    return [one!.outcome, one!.problem ?? ""] as const;
  };
  try {
    await Deno.mkdir(`${base}/state`);
    await write(host, {});
    const both = { a: oauth("a1", FAR), b: { type: "api", key: "b1" } };
    await write(`${base}/out/${PROVIDERS.id}`, both);
    assert.deepEqual(await collect(), ["written", ""]);
    // The user logs out of b on the host, the box renews a.
    await write(host, { a: oauth("a1", FAR) });
    await write(`${base}/out/${PROVIDERS.id}`, { ...both, a: oauth("a2", FAR + 1) });
    assert.equal((await collect())[0], "written");
    assert.deepEqual(JSON.parse(await Deno.readTextFile(host)), { a: oauth("a2", FAR + 1) });
    const [outcome, problem] = await collect();
    assert.equal(outcome, "logged-out");
    assert.match(problem, /OpenCode was logged out of b on this machine/);
    // One that the host never had is a new login.
    await write(`${base}/out/${PROVIDERS.id}`, {
      c: { type: "api", key: "c1" },
      "bad\u001b[2J": { key: "x" },
    });
    assert.equal((await collect())[0], "written");
    assert.deepEqual(Object.keys(JSON.parse(await Deno.readTextFile(host))), ["a", "c"]);
    // A box cannot fill the file with ever more of them.
    for (let round = 0; round < 3; round++) {
      const many = Object.fromEntries(
        Array.from({ length: 150 }, (_, at) => [`x${round}-${at}`, { key: "k" }]),
      );
      await write(`${base}/out/${PROVIDERS.id}`, { ...many, a: oauth(`more${round}`, FAR + 5 + round) });
      assert.equal((await collect())[0], "written");
    }
    const filled = JSON.parse(await Deno.readTextFile(host));
    assert.deepEqual([Object.keys(filled).length, filled.a.refresh], [200, "more2"]);
  } finally {
    await Deno.remove(base, { recursive: true });
  }
});

/** What comes of what a box leaves for an agent, where the host has `own`. */
async function broughtBack(agent: string, own: unknown, left: unknown) {
  const base = await Deno.makeTempDir({ prefix: "brought-back-" });
  const target = findTarget(agent);
  const [file] = target.credentials;
  const host = `${base}/home/${file!.hostPath}`;
  try {
    for (const folder of ["state", "out", host.slice(base.length + 1, host.lastIndexOf("/"))]) {
      await Deno.mkdir(`${base}/${folder}`, { recursive: true });
    }
    if (own !== undefined) await Deno.writeTextFile(host, JSON.stringify(own));
    await Deno.writeTextFile(`${base}/out/${file!.id}`, JSON.stringify(left));
    const [one] = await collectCredentials({
      mailbox: HostMailbox.open(base),
      target,
      home: `${base}/home`,
      locks: `${base}/locks`,
      state: `${base}/state`,
      boxFolders: () => Promise.resolve(NOWHERE),
    });
    const text = await Deno.readTextFile(host).catch(() => undefined);
    return { outcome: one!.outcome, problem: one!.problem, host: text && JSON.parse(text) };
  } finally {
    await Deno.remove(base, { recursive: true });
  }
}

Deno.test("P-login: no login of a box makes the host's agent run or ask what another address says", async () => {
  const own = { a: oauth("a1", FAR) };
  const address = "https://evil.example";
  // OpenCode takes its configuration, commands to run in it, from such an address.
  const wellknown = { type: "wellknown", key: "NODE_OPTIONS", token: "t" };
  for (const entry of [wellknown, { ...wellknown, refresh: "r", expires: FAR }]) {
    const { outcome, problem, host } = await broughtBack("opencode", own, { ...own, [address]: entry });
    assert.deepEqual([outcome, host], ["refused", own]);
    assert.match(problem!, /says where OpenCode is to go with its login/);
  }
  const steered = { a: { ...oauth("a2", FAR + 1), enterpriseUrl: "evil.example" } };
  assert.deepEqual((await broughtBack("opencode", own, steered)).host, own);
  assert.deepEqual(
    (await broughtBack("opencode", undefined, {
      x: { type: "api", key: "k", metadata: { resourceName: "x" } },
    })).host,
    undefined,
  );
  const qwen = (token: string, expiry_date: number, resource_url: string) => ({
    access_token: token,
    refresh_token: "r",
    expiry_date,
    resource_url,
  });
  const before = qwen("old", FAR, "portal.qwen.ai");
  for (const host of [before, undefined]) {
    const back = await broughtBack("qwen", host, qwen("new", FAR + 1, "evil.example/v1"));
    assert.deepEqual([back.outcome, back.host], ["refused", host]);
  }
  const google = { access_token: "t", refresh_token: "r", expiry_date: FAR };
  const steeredGoogle = {
    ...google,
    type: "external_account_authorized_user",
    token_url: "https://evil.example",
  };
  assert.equal((await broughtBack("gemini", undefined, steeredGoogle)).host, undefined);
});

Deno.test("P-login: of a login that is lines of text nothing but keys comes back from a box", () => {
  const file = (format: "env" | "yaml") => credentialFile("x", { path: ".x/keys", format, secret: [] });
  for (
    const line of [
      "NODE_OPTIONS=--require=/workspace/x.js",
      "DATABRICKS_HOST: https://evil.example",
      "OPENAI_BASE_URL=https://evil.example",
      "API_KEY=$(touch /tmp/x)",
      "API_KEY=a; touch /tmp/x",
      "API_KEY=`touch /tmp/x`",
      "API_KEY=a\rtouch /tmp/x",
      'API_KEY="a" touch',
      "KEY_HELPER=/workspace/x",
    ]
  ) assert.equal(file("env").fromBox(`TOKEN=a\n${line}\n`, undefined), undefined, line);
  for (const text of ["# mine\nexport OPENAI_API_KEY=sk-a_b.c\nX_TOKEN='t'\n", 'A_SECRET_1="s="\n']) {
    assert.equal(file("env").fromBox(text, undefined), text);
  }
  const yaml = "---\nANTHROPIC_API_KEY: sk-ant-1\nDATABRICKS_TOKEN: 'dapi1'\n";
  assert.equal(file("yaml").fromBox(yaml, undefined), yaml);
});

Deno.test("P-login: a login of a box that goes where it is usual, or where the host's goes, comes back", async () => {
  const own = {
    a: { ...oauth("a1", FAR), enterpriseUrl: "git.example" },
    "https://corp.example": { type: "wellknown", key: "CORP", token: "t" },
  };
  const renewed = { ...own.a, refresh: "a2", expires: FAR + 1 };
  const back = await broughtBack("opencode", own, {
    ...own,
    a: renewed,
    b: { type: "api", key: "b1" },
    "https://evil.example": { type: "wellknown", key: "X", token: "t" },
    ["__proto__"]: { type: "api", key: "p" },
  });
  assert.equal(back.outcome, "written");
  assert.deepEqual(back.host, { ...own, a: renewed, b: { type: "api", key: "b1" } });
  assert.equal(Object.hasOwn(back.host, "__proto__"), false);
  const qwen = { access_token: "t", refresh_token: "r", expiry_date: FAR, resource_url: "portal.qwen.ai" };
  assert.deepEqual((await broughtBack("qwen", undefined, qwen)).host, qwen);
  const elsewhere = { ...qwen, resource_url: "own.example" };
  const later = { ...elsewhere, access_token: "u", expiry_date: FAR + 1 };
  assert.deepEqual((await broughtBack("qwen", elsewhere, later)).host, later);
  const google = { access_token: "t", refresh_token: "r", expiry_date: FAR };
  assert.deepEqual((await broughtBack("gemini", undefined, google)).host, google);
});

Deno.test("boxes that end together leave the newest login on the host", () =>
  inPlace(async (place) => {
    const tokens = [3, 1, 5, 2, 4];
    await Promise.all(tokens.map(async (number) => {
      const run = `${place.base}/run${number}`;
      const out = `${run}/out`;
      await Deno.mkdir(out, { recursive: true });
      await Deno.writeTextFile(`${out}/${ID}`, login(`t${number}`, FAR + number));
      await collectCredentials({
        mailbox: HostMailbox.open(run),
        target: claude,
        home: `${place.base}/home`,
        locks: `${place.base}/state/locks`,
        state: `${place.base}/state/box${number}`,
        boxFolders: () => Promise.resolve(NOWHERE),
      });
    }));
    assert.match(await Deno.readTextFile(place.hostFile), /"t5"/);
  }));
