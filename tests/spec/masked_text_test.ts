import { match, ok, strictEqual } from "node:assert/strict";
import { isSecretName } from "../../lib/config/env.ts";
import { maskedText } from "../../lib/spec/masked_text.ts";
import { processorMs } from "../support/processor_time.ts";

Deno.test("maskedText() masks what is known, what is called a secret and what looks like a key, and nothing else", () => {
  const mask = (text: string, ...secrets: string[]) => maskedText(text, secrets, isSecretName);
  for (
    const [text, expected] of [
      ["key abcdefgh and abcdefghij", "key ******** and ********"],
      ["API_KEY=x1 NAME=x2", "API_KEY=******** NAME=x2"],
      [`"password": "geheim"`, `"password": "********"`],
      ["sk-ant-api03-AbCdEfGhIjKlMnOp", "********"],
      ["Authorization: Bearer abc.def-ghi", "Authorization: Bearer ********"],
      ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.sig", "********"],
      ["a token of thanks, x: y", "a token of thanks, x: y"],
    ] as const
  ) strictEqual(mask(text, "abcdefgh", "abcdefghij", "x"), expected);
});

const SECRET = "Zm9vYmFyYmF6cXV4MDEyMzQ1Njc4OWFiY2RlZg";

Deno.test("n4: what looks like a secret is masked, in whatever way it is shown", () => {
  const texts = [
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
  for (const text of texts) {
    const masked = maskedText(`before\n${text}\nafter`, [], isSecretName);
    ok(!masked.includes(SECRET), `${text}\n${masked}`);
    match(masked, /^before\n[^]*\*{8}/);
  }
  const harmless =
    "No conversation found to continue\nkeys: none  used: 15 of 200  PATH=/usr/bin https://x.example/a";
  strictEqual(maskedText(harmless, [], isSecretName), harmless);
});

Deno.test("n4: a text that is made to take long does not", () => {
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
    const text = part.repeat(512 * 1024 / part.length);
    const tookMs = processorMs(() => void maskedText(text, [], isSecretName));
    ok(tookMs < 2000, `${part}: ${tookMs} ms`);
  }
});
