import assert from "node:assert/strict";
import { readPublicKey, verify } from "../../lib/app/system/upgrade/minisign.ts";
import { run } from "../../lib/host/process.ts";
import { version } from "../../lib/host/version.ts";
import { announce } from "../../tools/release/feed.ts";
import { originOf } from "../../tools/release/origin.ts";
import { newSecretKey, signingKey } from "../../tools/release/sign.ts";

const sign = new URL("../../tools/release/sign.ts", import.meta.url).pathname;
const config = new URL("../../deno.json", import.meta.url).pathname;

Deno.test("a release's feed names its programs with their checksums, and no other file", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await assert.rejects(announce(folder), /no program/);
    for (
      const name of [
        `kanibako-${version}-x86_64-linux-portable`,
        "kanibako-0.0.1-x86_64-linux-portable",
        "kanibako.1",
      ]
    ) {
      await Deno.writeTextFile(`${folder}/${name}`, "hello");
    }
    const release = await announce(folder, new Date("2026-12-01T10:00:00Z"));
    const hello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    assert.deepEqual(release, {
      program: "kanibako",
      version,
      date: "2026-12-01",
      files: [{
        name: `kanibako-${version}-x86_64-linux-portable`,
        platform: "x86_64-linux",
        form: "portable",
        bytes: 5,
        sha256: hello,
      }],
    });
    const sums = (await Deno.readTextFile(`${folder}/SHA256SUMS`)).split("\n");
    assert.equal(sums.length, 4);
    assert.equal(sums[2], `${hello}  kanibako.1`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a file is signed with the key of the environment, only if it belongs to the public one", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const secret = await newSecretKey();
    const { publicKey } = await signingKey(secret);
    await Deno.writeTextFile(`${folder}/release.json`, "{}");
    const call = (env: Record<string, string>, ...words: string[]) =>
      run([Deno.execPath(), "run", "-A", "--no-check", `--config=${config}`, sign, ...words], { env });
    const file = `${folder}/release.json`;
    const signed = await call({ RELEASE_KEY: secret, RELEASE_PUBLIC_KEY: publicKey }, file);
    assert.equal(signed.code, 0, signed.stderr);
    const signature = await Deno.readTextFile(`${file}.minisig`);
    const comment = await verify(await Deno.readFile(file), signature, [readPublicKey(publicKey)]);
    assert.match(comment, /^timestamp:\d+\tfile:release\.json\thashed$/);
    const other = (await signingKey(await newSecretKey())).publicKey;
    assert.notEqual((await call({ RELEASE_KEY: secret, RELEASE_PUBLIC_KEY: other }, file)).code, 0);
    const none = await call({}, file);
    assert.notEqual(none.code, 0);
    assert.ok(!`${none.stdout}${none.stderr}${signed.stdout}${signed.stderr}`.includes(secret));
    assert.equal((await call({ RELEASE_KEY: secret }, "public")).stdout, `${publicKey}\n`);

    assert.deepEqual(originOf("a/b", publicKey), {
      feed: "https://github.com/a/b/releases/latest/download/release.json",
      keys: [publicKey],
    });
    assert.deepEqual(originOf("a/b", `${publicKey} ${other}`).keys, [publicKey, other]);
    assert.throws(() => originOf("a/b", " "));
    assert.throws(() => originOf("a/b/../c", publicKey));
    assert.throws(() => originOf("a/b", "RWx"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
