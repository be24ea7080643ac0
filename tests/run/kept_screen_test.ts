import assert from "node:assert/strict";
import { EARLY_END_MS, keptScreen, withoutSecrets } from "../../lib/run/kept_screen.ts";

const SECRET = "Zm9vYmFyYmF6cXV4MDEyMzQ1Njc4OWFiY2RlZg";

Deno.test("n4: what looks like a secret on a screen is not kept", () => {
  const screens = [
    `export ANTHROPIC_API_KEY=sk-ant-api03-${SECRET}`,
    `using sk-${SECRET} now`,
    `token ghp_${SECRET}`,
    `{"refreshToken":"${SECRET}"}`,
    `Authorization: Bearer ${SECRET}`,
    `x-api-key: ${SECRET}`,
    `cloning https://me:${SECRET}@git.example/x`,
    `-----BEGIN OPENSSH PRIVATE KEY-----\n${SECRET}\n${SECRET}\n-----END OPENSSH PRIVATE KEY-----`,
    `-----BEGIN PRIVATE KEY-----\n${SECRET}`,
    `DB_PASSWORD='${SECRET}'`,
    `eyJhbGciOiJIUzI1NiJ9.eyJ${SECRET}.${SECRET}`,
  ];
  for (const screen of screens) {
    const kept = keptScreen({ code: 1, lastedMs: 100, screen: `before\n${screen}\nafter` });
    assert.ok(!kept.includes(SECRET), `${screen}\n${kept}`);
    assert.match(kept, /\*{8}/);
    assert.match(kept, /^before\n/);
  }
});

Deno.test("n4: the words by which a failed start is recognized are kept, and nothing of a session that began", () => {
  const screen =
    "No conversation found to continue\nkey: value  tokens: 15 of 200  PATH=/usr/bin https://x.example/a";
  assert.equal(withoutSecrets(screen), screen);
  assert.equal(keptScreen({ code: 1, lastedMs: EARLY_END_MS, screen }), screen);
  assert.equal(keptScreen({ code: 0, lastedMs: 10, screen }), "");
  assert.equal(keptScreen({ code: 1, lastedMs: EARLY_END_MS + 1, screen }), "");
});

Deno.test("n4: a screen that is made to take long does not", () => {
  const parts = [
    "a-",
    "eyJa-",
    "sk-a",
    "a://b:",
    "token=",
    "x: ",
    "Bearer ",
    "-----BEGIN PRIVATE KEY-----",
    "a.",
    "_KEY",
    " ",
  ];
  for (const part of parts) {
    const began = performance.now();
    withoutSecrets(part.repeat(512 * 1024 / part.length));
    const tookMs = performance.now() - began;
    assert.ok(tookMs < 2000, `${part}: ${tookMs} ms`);
  }
});
