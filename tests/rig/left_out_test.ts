import assert from "node:assert/strict";
import { LeftOut } from "../../lib/rig/left_out.ts";

function leftOut(...pieces: string[]): readonly string[] {
  const found = new LeftOut();
  for (const piece of pieces) found.add(piece);
  return found.all();
}

const LINE =
  "kanibako: skipped rustup: rust-lang.org cannot be reached. To try again: kanibako rig rebuild RIG\n";

Deno.test("what a build left out is found in its output, once, however it is cut into pieces", () => {
  const found = ["rustup (rust-lang.org cannot be reached)"];
  assert.deepEqual(leftOut(`STEP 5\n${LINE}${LINE}more\n`), found);
  assert.deepEqual(leftOut(...LINE), found);
  assert.deepEqual(leftOut(`#12 3.456 ${LINE}`), found);
  assert.deepEqual(leftOut(`${LINE}kanibako: skipped hex: x. To try again: y\n`), [...found, "hex (x)"]);
});

Deno.test("nothing else in a build's output counts, nor what a terminal would act on", () => {
  assert.deepEqual(leftOut(LINE.trimEnd()), []);
  assert.deepEqual(leftOut(`RUN echo ${LINE}`), []);
  assert.deepEqual(leftOut(LINE.replace("rust-lang", "\x1b]0;x\x07")), []);
  assert.deepEqual(leftOut("kanibako: installed rustup from rust-lang.org\n"), []);
});
