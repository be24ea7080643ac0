import assert from "node:assert/strict";
import { libcOf } from "../../lib/session/agent_libc.ts";
import { refuseUnfit, type Wanted } from "../../lib/session/unfit.ts";
import type { ImageFacts } from "../../lib/spec/image_facts.ts";

const ALL: ImageFacts = {
  id: "1",
  own: false,
  architecture: "amd64",
  shell: "/bin/sh",
  missing: [],
  tmux: true,
  bash: true,
  certificates: true,
  libc: "glibc",
  program: true,
  node: "20.11.1",
};
const NOTHING: Wanted = { session: false };
const agent = { displayName: "Agent", libc: "other" } as const;

/** What is said of an image that lacks something; `undefined` where it will do. */
function said(changes: Partial<ImageFacts>, wanted: Wanted = NOTHING): string | undefined {
  try {
    refuseUnfit("o/image", { ...ALL, ...changes }, wanted, "amd64");
    return undefined;
  } catch (error) {
    const { code, message, hints } = error as { code: string; message: string; hints: readonly string[] };
    assert.equal(code, "rig-unfit");
    assert.ok(hints.length > 0, message);
    return message;
  }
}

Deno.test("an image that has all is used, whatever is wanted of it", () => {
  const wanted = { steward: "a filtered network", session: true, agent: { ...agent, node: 20 } };
  assert.equal(said({}, wanted), undefined);
  assert.equal(said({}, { ...wanted, agent: { ...agent, libc: "glibc" } }), undefined);
});

Deno.test("an image in which no box can be started is refused by name, with what it lacks", () => {
  const none = { shell: undefined, program: false, libc: "other" } as const;
  assert.equal(said(none), "The image o/image has no shell, which a box needs.");
  assert.equal(
    said({ ...none, architecture: "arm64" }),
    "The image o/image is for arm64, and this machine is amd64.",
  );
  // It runs all the same: this machine has an emulator, or the image says what is not so.
  assert.equal(said({ architecture: "arm64" }), undefined);
  assert.equal(
    said({ missing: ["mv", "rm", "sleep"] }),
    "The image o/image has no mv, rm or sleep, which a box needs.",
  );
  assert.equal(
    said({ shell: "/busybox/sh" }),
    "The image o/image has its shell at /busybox/sh, not at /bin/sh, and it cannot be put there.",
  );
  assert.equal(said({ shell: "/busybox/sh", shellCopy: "/cache/1-sh" }), undefined);
});

Deno.test("what needs this program in the box is refused in an image that cannot run it, and all else is not", () => {
  const musl = { program: false, libc: "musl" } as const;
  assert.equal(said(musl), undefined);
  assert.equal(
    said(musl, { ...NOTHING, steward: "a published port" }),
    "The image o/image cannot run kanibako, which a published port needs in the box: its C library is musl, not the GNU C library.",
  );
  assert.match(
    said({ program: false }, { ...NOTHING, steward: "x" })!,
    /GNU C library is too old, or incomplete/,
  );
  assert.match(
    said({ program: false, libc: "other" }, { ...NOTHING, steward: "x" })!,
    /has no GNU C library/,
  );
});

Deno.test("a session that was asked for is refused without tmux", () => {
  assert.equal(said({ tmux: false }), undefined);
  assert.match(said({ tmux: false }, { session: true })!, /has no tmux, which a session that stays needs/);
});

Deno.test("an agent is refused in an image that cannot run it", () => {
  const needs = (node: number) => ({ ...NOTHING, agent: { ...agent, node } });
  assert.equal(said({}, needs(20)), undefined);
  assert.match(said({}, needs(22))!, /has Node 20\.11\.1; Agent needs Node 22 or later there/);
  assert.match(said({ node: undefined }, needs(18))!, /has no Node; Agent needs Node 18 or later there/);
  const glibc = { ...NOTHING, agent: { ...agent, libc: "glibc" } } as const;
  assert.match(
    said({ libc: "musl", program: false }, glibc)!,
    /cannot run Agent, as it is installed on this machine/,
  );
  // Something in it stands in for the other C library.
  assert.equal(said({ libc: "musl" }, glibc), undefined);
  assert.match(said({}, { ...NOTHING, agent: { ...agent, libc: "musl" } })!, /it needs musl/);
});

Deno.test("whose C library a program is made for is read from the program", async () => {
  assert.equal(libcOf(Deno.execPath()), "glibc");
  assert.equal(libcOf("/nonexistent"), "other");
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, "#!/usr/bin/env node\n");
    assert.equal(libcOf(file), "other");
    const real = Deno.readFileSync(Deno.execPath()).subarray(0, 4096);
    const text = new TextDecoder("latin1").decode(real).replace(
      /\/lib[^\0]*\/ld-linux[^\0]*/,
      (loader) => "/lib/ld-musl-x.so.1".padEnd(loader.length, "\0"),
    );
    await Deno.writeFile(file, Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
    assert.equal(libcOf(file), "musl");
    // Cut off, and with places that lead out of it.
    await Deno.writeFile(file, real.subarray(0, 40));
    assert.equal(libcOf(file), "other");
    await Deno.writeFile(file, real.slice(0, 64).fill(0xff, 5));
    assert.equal(libcOf(file), "other");
  } finally {
    await Deno.remove(file);
  }
});
