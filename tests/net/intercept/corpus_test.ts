/**
 * Inputs that are kept: each was once of interest. What comes of them stays the same, however they are cut, and what is sent on is read as
 * it was sent.
 */

import assert from "node:assert/strict";
import { bytesOf, latin1 } from "../../../lib/net/intercept/source.ts";
import { readClientHello } from "../../../lib/net/client_hello.ts";
import { keptInputs, MARK, outcomeOf, READERS } from "./corpus/outcome.ts";

/** Sizes of pieces, used over and over. */
const CUTS: readonly (readonly number[])[] = [[], [1], [2, 3], [7], [64, 1]];
/** Most bytes of an input that is also cut into single ones. */
const SHORT = 4096;
const LEAST_KEPT: Readonly<Record<string, number>> = {
  request: 100,
  answer: 75,
  chunked: 25,
  substituted: 30,
  hello: 18,
};

for (const kind of Object.keys(READERS)) {
  Deno.test(`T38 kept inputs: ${kind}`, async () => {
    const inputs = await keptInputs(kind);
    assert.ok(inputs.length >= LEAST_KEPT[kind]!, `only ${inputs.length} are kept`);
    for (const { bytes, outcome } of inputs) {
      for (const sizes of bytes.length > SHORT ? CUTS.slice(0, 1) : CUTS) {
        const { text, again } = await outcomeOf(kind, bytes, sizes);
        const what = `${JSON.stringify(latin1(bytes.subarray(0, 300)))} in pieces of ${sizes}`;
        assert.equal(text, outcome, what);
        if (again === undefined) continue;
        const read = await outcomeOf(kind, bytesOf(again), sizes);
        assert.equal(read.again, again, `${what}, as it is sent on`);
      }
    }
  });
}

Deno.test("T38 what is kept says each placeholder of a body in no piece that is sent on", async () => {
  for (const { bytes } of await keptInputs("substituted")) {
    for (let cut = 1; cut < bytes.length; cut++) {
      const { text } = await outcomeOf("substituted", bytes, [cut, bytes.length]);
      assert.ok(!text.includes(MARK), JSON.stringify(latin1(bytes)));
    }
  }
});

Deno.test("T38 what is said of the beginning of TLS does not change with more of it", async () => {
  for (const { bytes } of await keptInputs("hello")) {
    let said = "more";
    for (let length = 0; length <= bytes.length; length++) {
      const { kind } = readClientHello(bytes.subarray(0, length));
      assert.ok(said === "more" || said === kind, `${said}, then ${kind}`);
      said = kind;
    }
  }
});
