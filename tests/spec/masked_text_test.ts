import { strictEqual } from "node:assert/strict";
import { isSecretName } from "../../lib/config/env.ts";
import { maskedText } from "../../lib/spec/masked_text.ts";

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
