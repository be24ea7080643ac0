import assert from "node:assert/strict";
import {
  checkFreshness,
  checkImageFreshness,
  forgetFreshness,
  freshnessOf,
  needsCheck,
  noteFromCache,
} from "../../lib/rig/freshness.ts";
import { manifestUrl } from "../../lib/rig/manifest_url.ts";
import { bearerChallenge, remoteDigest } from "../../lib/rig/remote_digest.ts";
import { FakeImages } from "../support/fake_images.ts";
import { TestUser } from "./world.ts";

const OLD = `sha256:${"a".repeat(64)}`;
const NEW = `sha256:${"b".repeat(64)}`;
const IMAGE = "ghcr.io/o/kanibako-oci:latest";
const HOUR = 60 * 60 * 1000;

/** A registry that wants an anonymous token. */
function registry(digest: string, asked: string[] = []) {
  return (url: string, init: RequestInit): Promise<Response> => {
    asked.push(`${init.method ?? "GET"} ${url}`);
    const { pathname } = new URL(url);
    if (pathname === "/token") return Promise.resolve(Response.json({ token: "t0ken" }));
    const headers = new Headers(init.headers);
    if (headers.get("authorization") !== "Bearer t0ken") {
      const challenge = 'Bearer realm="https://auth.example/token",service="s",scope="repository:o/n:pull"';
      return Promise.resolve(new Response(null, { status: 401, headers: { "www-authenticate": challenge } }));
    }
    return Promise.resolve(new Response(null, { headers: { "docker-content-digest": digest } }));
  };
}

Deno.test("checkFreshness() finds a newer image, and the next launch is answered from the cache", async () => {
  await using user = await TestUser.create();
  const { dirs } = user.host;
  assert.equal(await needsCheck(dirs, IMAGE), true);
  const entry = await checkFreshness(dirs, IMAGE, [`ghcr.io/o/kanibako-oci@${OLD}`], registry(NEW));
  assert.equal(entry?.stale, true);
  assert.match(await noteFromCache(dirs, IMAGE) ?? "", /newer image for ghcr\.io.*kanibako rig rebuild/);
  assert.equal(await needsCheck(dirs, IMAGE), false);
  await forgetFreshness(dirs, IMAGE);
  assert.equal(await noteFromCache(dirs, IMAGE), undefined);
});

Deno.test("checkFreshness() counts an index's and a manifest's digest alike", async () => {
  await using user = await TestUser.create();
  const digests = [`ghcr.io/o/kanibako-oci@${OLD}`, `ghcr.io/o/kanibako-oci@${NEW}`];
  const entry = await checkFreshness(user.host.dirs, IMAGE, digests, registry(NEW));
  assert.equal(entry?.stale, false);
  assert.equal(await noteFromCache(user.host.dirs, IMAGE), undefined);
});

Deno.test("checkFreshness() keeps an answer for 24 hours, a failure too", async () => {
  await using user = await TestUser.create();
  const { dirs } = user.host;
  let asked = 0;
  const failing = () => {
    asked++;
    return Promise.reject(new TypeError("no such host"));
  };
  const now = Date.now();
  for (const at of [now, now + HOUR, now + 23 * HOUR]) {
    const entry = await checkFreshness(dirs, IMAGE, [`x@${OLD}`], failing, at);
    assert.deepEqual([entry?.digest, entry?.stale], [null, false]);
  }
  assert.equal(asked, 1);
  assert.equal((await freshnessOf(dirs, IMAGE, now + 25 * HOUR)).needsCheck, true);
  await checkFreshness(dirs, IMAGE, [`x@${OLD}`], failing, now + 25 * HOUR);
  assert.equal(asked, 2);
});

Deno.test("freshness is never asked for what was built here or is fixed by its digest", async () => {
  await using user = await TestUser.create();
  for (const image of ["oci", "kanibako-x", "localhost/kanibako-oci:latest", `ghcr.io/o/n@${OLD}`, "-v"]) {
    assert.equal(await needsCheck(user.host.dirs, image), false, image);
  }
  assert.equal(await needsCheck(user.host.dirs, "debian:12"), true);
});

Deno.test("an image without a registry's digest is looked at once a day, and nobody is asked", async () => {
  await using user = await TestUser.create();
  const store = new FakeImages();
  store.add("tool:latest", {}, [`localhost/tool@${OLD}`]);
  await checkImageFreshness(user.host.dirs, store, "tool:latest");
  assert.equal(await needsCheck(user.host.dirs, "tool:latest"), false);
  store.calls.length = 0;
  await checkImageFreshness(user.host.dirs, store, "tool:latest");
  assert.deepEqual(store.calls, []);
});

Deno.test("a spoilt cache is no cache", async () => {
  await using user = await TestUser.create();
  await Deno.mkdir(user.host.dirs.cache, { recursive: true });
  await Deno.writeTextFile(`${user.host.dirs.cache}/digest-cache.json`, "{nonsense");
  assert.deepEqual(await freshnessOf(user.host.dirs, IMAGE), { note: undefined, needsCheck: true });
});

Deno.test("manifestUrl() completes short names as Docker Hub's", () => {
  assert.equal(manifestUrl("ghcr.io/o/n:t"), "https://ghcr.io/v2/o/n/manifests/t");
  assert.match(manifestUrl("debian") ?? "", /docker\.io\/v2\/library\/debian\/manifests\/latest$/);
  assert.match(manifestUrl("docker.io/library/debian:12") ?? "", /\/v2\/library\/debian\/manifests\/12$/);
  assert.equal(manifestUrl("localhost:5000/a/b"), "http://localhost:5000/v2/a/b/manifests/latest");
  assert.equal(manifestUrl("localhost/x"), undefined);
});

Deno.test("bearerChallenge() reads quoted and plain parameters", () => {
  assert.deepEqual(bearerChallenge('Bearer realm="https://a/t",service="s, t",scope=x'), {
    realm: "https://a/t",
    service: "s, t",
    scope: "x",
  });
  assert.equal(bearerChallenge('Basic realm="x"'), undefined);
});

Deno.test("remoteDigest() gets an anonymous token where the registry wants one", async () => {
  const asked: string[] = [];
  assert.equal(await remoteDigest("quay.io/o/n:t", registry(NEW, asked)), NEW);
  assert.deepEqual(asked, [
    "HEAD https://quay.io/v2/o/n/manifests/t",
    "GET https://auth.example/token?service=s&scope=repository%3Ao%2Fn%3Apull",
    "HEAD https://quay.io/v2/o/n/manifests/t",
  ]);
});

Deno.test("remoteDigest() goes nowhere insecure for a token", async () => {
  const asked: string[] = [];
  const answer = (url: string) => {
    asked.push(url);
    const headers = { "www-authenticate": 'Bearer realm="http://inside.example/token"' };
    return Promise.resolve(new Response(null, { status: 401, headers }));
  };
  await assert.rejects(remoteDigest("quay.io/o/n:t", answer), /not secure/);
  assert.equal(asked.length, 1);
});

Deno.test("remoteDigest() takes only a digest for a digest", async () => {
  const answer = (headers: Record<string, string>, status = 200) => () =>
    Promise.resolve(new Response(null, { status, headers }));
  await assert.rejects(remoteDigest("quay.io/o/n", answer({})), /no digest/);
  await assert.rejects(
    remoteDigest("quay.io/o/n", answer({ "docker-content-digest": "\x1b[2J" })),
    /no digest/,
  );
  await assert.rejects(remoteDigest("quay.io/o/n", answer({}, 404)), /answers 404/);
  assert.equal(await remoteDigest("quay.io/o/n", answer({ "docker-content-digest": NEW })), NEW);
});

Deno.test("remoteDigest() asks a real server", async () => {
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => {
      const ok = request.method === "HEAD" && new URL(request.url).pathname === "/v2/o/n/manifests/t";
      return new Response(null, ok ? { headers: { "docker-content-digest": OLD } } : { status: 404 });
    },
  );
  assert.equal(await remoteDigest(`127.0.0.1:${server.addr.port}/o/n:t`), OLD);
});
