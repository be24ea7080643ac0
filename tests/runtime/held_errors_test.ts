import assert from "node:assert/strict";
import fc from "fast-check";
import { HeldErrors, type HeldErrorsOptions } from "../../lib/runtime/cli/held_errors.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** Holds some pieces; what was shown, as characters of one byte each. */
async function held(
  pieces: readonly (string | Uint8Array)[],
  options: Partial<HeldErrorsOptions> = {},
): Promise<{ errors: HeldErrors; shown: () => string }> {
  let shown = "";
  const errors = new HeldErrors({
    write: (piece) => void (shown += String.fromCharCode(...piece)),
    ...options,
  });
  for (const piece of pieces) await errors.push(typeof piece === "string" ? bytes(piece) : piece);
  return { errors, shown: () => shown };
}

Deno.test("HeldErrors keeps what is said before the command begins back, as the engine's complaint", async () => {
  const { errors, shown } = await held(["Error: localhost/x: ", "image not known\n"]);
  assert.equal(shown(), "");
  assert.equal(errors.complaint, "Error: localhost/x: image not known");
});

Deno.test("HeldErrors shows everything once the command has begun, however much it reads like the engine", async () => {
  const { errors, shown } = await held(["Error: no such container\n"]);
  await errors.release();
  assert.equal(shown(), "Error: no such container\n");
  assert.equal(errors.complaint, "");
  await errors.push(bytes("Error: later\n"));
  assert.equal(shown(), "Error: no such container\nError: later\n");
});

Deno.test("HeldErrors drops an engine's idle remarks and no byte of anything else", async () => {
  const remark = 'time="x" level=warning msg="\\"/\\" is not a shared mount"\n';
  const odd = Uint8Array.of(0xff, 0xfe, 0x00, 0x80, 0x0a, 0xc3);
  const { errors, shown } = await held([remark, odd]);
  await errors.release();
  assert.equal(shown(), String.fromCharCode(...odd));
});

Deno.test("HeldErrors finds the word that the command begins wherever pieces end, and passes the rest as it is", async () => {
  await fc.assert(fc.asyncProperty(
    fc.uint8Array({ maxLength: 40 }),
    fc.array(fc.nat({ max: 60 }), { maxLength: 5 }),
    async (own, cuts) => {
      const all = new Uint8Array([...bytes("engine: a warning\n\u0001begun\n"), ...own]);
      const places = [0, ...cuts.map((cut) => Math.min(cut, all.length)).sort((a, b) => a - b), all.length];
      const pieces = places.slice(1).map((end, n) => all.subarray(places[n]!, end));
      const { errors, shown } = await held(pieces, { saysBegun: true });
      assert.equal(errors.begun, true);
      assert.equal(shown(), `engine: a warning\n${String.fromCharCode(...own)}`);
    },
  ));
});

Deno.test("HeldErrors takes the word for the command's own once it has begun, or where nobody asked for it", async () => {
  const twice = await held(["\u0001begun\n\u0001begun\n"], { saysBegun: true });
  assert.equal(twice.shown(), "\u0001begun\n");
  const unasked = await held(["\u0001begun\n"]);
  assert.equal(unasked.errors.begun, false);
  await unasked.errors.release();
  assert.equal(unasked.shown(), "\u0001begun\n");
});

Deno.test("HeldErrors does not hold without end", async () => {
  const { shown } = await held(["x".repeat(60_000), "y".repeat(10_000)]);
  assert.equal(shown().length, 70_000);
});

Deno.test("HeldErrors hides what the engine says about a reader that has gone, and only then", async () => {
  const words = "Error: attaching to container d0: write /dev/stdout: broken pipe\n";
  const gone = await held(["own\n", words], { readerGone: () => true });
  await gone.errors.release();
  assert.equal(gone.errors.readerGone, true);
  assert.equal(gone.shown(), "own\n");
  // The same words of a command whose output is read are its own.
  const own = await held([words], { readerGone: () => false });
  await own.errors.release();
  assert.equal(own.errors.readerGone, false);
  assert.equal(own.shown(), words);
});
