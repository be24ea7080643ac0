// A login of the host that a box uses without having it, as the door of its network renews it.

import assert from "node:assert/strict";
import { writeText } from "../../lib/host/store.ts";
import { guardedLogins } from "../../lib/run/guarded_login.ts";
import { addSteps, readSteps } from "../../lib/crab/steps.ts";
import { BadMessage } from "../../lib/net/intercept/head.ts";
import type { Run } from "../../lib/run/run.ts";
import type { RunRecord } from "../../lib/run/record.ts";
import { findTarget } from "../../targets/discover.ts";
import { Sandbox } from "../config/support.ts";

const PLACE = "platform.claude.com/v1/oauth/token";
const FORM = "application/x-www-form-urlencoded";

/** A box whose agent uses the host's login, which has expired. */
async function world(patienceMs?: number) {
  const box = await Sandbox.make();
  const host = await box.open();
  const file = `${host.dirs.home}/${findTarget("claude").credentials[0]!.hostPath}`;
  const oauth = { accessToken: "access-one", refreshToken: "refresh-one", expiresAt: Date.now() - 1 };
  await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
  await writeText(file, JSON.stringify({ claudeAiOauth: oauth }), 0o600);
  const record = { agent: "claude", sharedAuth: true, guarded: true, services: {} } as unknown as RunRecord;
  const run = { host, state: `${box.root}/state`, record } as Omit<Run, "runtime">;
  const [login] = await guardedLogins(run, patienceMs);
  const mark = login!.secrets.find(({ name }) => name.includes("refreshToken"))!.placeholder;
  return { box, file, mark, login: login!, renew: login!.renewalAt(PLACE)! };
}

Deno.test("what a box adds to a renewal does not change what is asked for", async () => {
  for (const type of ["application/json", FORM]) {
    const { box, file, mark, renew } = await world();
    await using _box = box;
    const asked: string[] = [];
    const request: Record<string, string> = {
      grant_type: "refresh_token",
      refresh_token: mark,
      client_id: "the-agent",
      scope: "user:profile",
      expires_in: "1",
      audience: "elsewhere",
      resource: "https://elsewhere.test",
      __proto__x: "y",
    };
    const body = type === FORM ? new URLSearchParams(request).toString() : JSON.stringify(request);
    const answered = await renew({ type, body }, (body) => {
      asked.push(body);
      const fields = { access_token: "access-two", refresh_token: "refresh-two", expires_in: 3600 };
      return Promise.resolve({ status: 200, type: "application/json", body: JSON.stringify(fields) });
    });
    const [sent] = asked;
    assert.deepEqual(type === FORM ? Object.fromEntries(new URLSearchParams(sent)) : JSON.parse(sent!), {
      grant_type: "refresh_token",
      client_id: "the-agent",
      refresh_token: "refresh-one",
    });
    // It is renewed all the same, on the host, and the box has none of it.
    assert.match(await Deno.readTextFile(file), /"access-two".*"refresh-two"/s);
    assert.equal(answered?.status, 200);
    assert.doesNotMatch(answered!.body, /access-two|refresh-two/);
  }
});

Deno.test("what in a renewal should be a word and is not is left out of it", async () => {
  const { box, mark, renew } = await world();
  await using _box = box;
  let sent = "";
  const body = JSON.stringify({ refresh_token: mark, client_id: { id: "x" }, client_secret: ["y"] });
  await renew({ type: "application/json", body }, (body) => {
    sent = body;
    return Promise.resolve({ status: 400, type: "application/json", body: "{}" });
  });
  assert.deepEqual(JSON.parse(sent), { refresh_token: "refresh-one" });
});

Deno.test("a renewal is waited for until what came of it is kept", async () => {
  const { box, file, mark, login, renew } = await world();
  await using _box = box;
  await login.settled();
  const { promise: asked, resolve: arrived } = Promise.withResolvers<void>();
  const { promise: answer, resolve } = Promise.withResolvers<void>();
  const renewing = renew({ type: FORM, body: `refresh_token=${mark}` }, async () => {
    arrived();
    await answer;
    const fields = { access_token: "access-two", refresh_token: "refresh-two", expires_in: 3600 };
    return { status: 200, type: "application/json", body: JSON.stringify(fields) };
  });
  await asked;
  let over = false;
  const settled = login.settled().then(() => over = true);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(!over);
  resolve();
  await settled;
  assert.match(await Deno.readTextFile(file), /"refresh-two"/);
  await renewing;
});

Deno.test("a service that does not answer a renewal keeps nobody waiting for long", async () => {
  const { box, file, mark, renew } = await world(50);
  await using _box = box;
  const request = { type: FORM, body: `refresh_token=${mark}` };
  await assert.rejects(
    renew(request, () => new Promise(() => {})),
    (error) => error instanceof BadMessage && error.status === 504 && /does not answer/.test(error.message),
  );
  // The next one has its turn.
  const fields = { access_token: "access-two", refresh_token: "refresh-two", expires_in: 3600 };
  const answer = { status: 200, type: "application/json", body: JSON.stringify(fields) };
  assert.equal((await renew(request, () => Promise.resolve(answer)))?.status, 200);
  assert.match(await Deno.readTextFile(file), /"refresh-two"/);
});

Deno.test("a request about another login is none of this one's", async () => {
  const { box, mark, renew } = await world();
  await using _box = box;
  const never = () => Promise.reject(new Error("it was sent"));
  for (
    const fields of [
      { refresh_token: "of-another" },
      { refresh_token: [mark] },
      { refresh_token: mark, grant_type: "urn:ietf:params:oauth:grant-type:token-exchange" },
    ]
  ) {
    const body = JSON.stringify(fields);
    assert.equal(await renew({ type: "application/json", body }, never), undefined, body);
  }
});

Deno.test("a login that is gone is answered for as a service does, and the next one is handed in whatever it is", async () => {
  const { box, file, mark, login, renew } = await world();
  await using _box = box;
  const state = `${box.root}/state`;
  const { id } = findTarget("claude").credentials[0]!;
  const given = { [id]: "cover:x", another: "cover:y" };
  const name = login.secrets.find(({ name }) => name.includes("accessToken"))!.name;
  await addSteps(state, { credentials: given });
  assert.equal(await login.value(name), "access-one");
  assert.deepEqual((await readSteps(state)).credentials, given);
  await Deno.remove(file);
  await assert.rejects(
    async () => await login.value(name),
    (error) =>
      error instanceof BadMessage && error.status === 401 &&
      /Claude Code is not logged in on this machine/.test(error.message),
  );
  assert.deepEqual((await readSteps(state)).credentials, { another: "cover:y" });
  await addSteps(state, { credentials: given });
  const never = () => Promise.reject(new Error("it was sent"));
  const answer = await renew({ type: FORM, body: `refresh_token=${mark}` }, never);
  assert.equal(answer?.status, 400);
  assert.match(answer!.body, /invalid_grant/);
  assert.deepEqual((await readSteps(state)).credentials, { another: "cover:y" });
});
