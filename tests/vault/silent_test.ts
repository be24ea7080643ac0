/** Changes that leave no sign where one would look: a program in the box writes to pages it has mapped. */

import assert from "node:assert/strict";
import { testOnAll } from "./filesystems.ts";
import { VaultWorld } from "./world.ts";

const symbols = {
  mmap: { parameters: ["usize", "usize", "i32", "i32", "i32", "i64"], result: "pointer" },
  munmap: { parameters: ["pointer", "usize"], result: "i32" },
  open: { parameters: ["buffer", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
} as const;

/** A page of a file, mapped for writing by whoever has it open. */
class Mapped implements Disposable {
  readonly #libc = Deno.dlopen("libc.so.6", symbols);
  readonly #at: Deno.PointerObject;
  readonly #bytes: Uint8Array;

  constructor(path: string) {
    const [READ_WRITE, BOTH, SHARED] = [2, 3, 1];
    const fd = this.#libc.symbols.open(new TextEncoder().encode(`${path}\0`), READ_WRITE);
    this.#at = this.#libc.symbols.mmap(0n, 4096n, BOTH, SHARED, fd, 0n)!;
    this.#libc.symbols.close(fd);
    this.#bytes = new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(this.#at, 4096));
  }

  write(text: string): void {
    this.#bytes.set(new TextEncoder().encode(text));
  }

  [Symbol.dispose](): void {
    this.#libc.symbols.munmap(this.#at, 4096n);
    this.#libc.close();
  }
}

const padded = (text: string) => text.padEnd(4096, ".");

testOnAll(
  (strategy) => `what is written to mapped pages after a ${strategy} snapshot is in the next one`,
  async (place, strategy) => {
    await using world = await VaultWorld.make({}, place);
    await world.write("db", padded("zero"));
    await world.snapshot({ strategy });
    using page = new Mapped(`${world.live}/db`);
    page.write("one ");
    await world.snapshot({ strategy }, { name: "one" });
    page.write("two ");
    const next = await world.attempt({ strategy }, { auto: true, ifChanged: true });
    assert.equal(next.kind, "taken");
    page.write("more");
    await world.restore(next.kind === "taken" ? next.snapshot.name : "", [], { strategy });
    assert.equal(await world.read("db"), padded("two "));
    await world.restore("one", [], { strategy });
    assert.equal(await world.read("db"), padded("one "));
  },
);

Deno.test("what a restore replaces is kept, though nothing shows that it is not what the last snapshot holds", async () => {
  await using world = await VaultWorld.make();
  await world.write("db", padded("zero"));
  await world.write("same", "same");
  using page = new Mapped(`${world.live}/db`);
  page.write("one ");
  // No box runs before a launch, but a program of the host's may have a file mapped.
  const first = await world.snapshot({ strategy: "hardlink" }, { auto: true });
  page.write("two ");
  const { before } = await world.restore(first.name, [], { strategy: "hardlink" });
  assert.equal(await world.read("db"), padded("one "));
  const inode = async (snapshot: string) =>
    (await Deno.stat(`${world.versions}/${snapshot}/content/same`)).ino;
  assert.equal(await inode(before!), await inode(first.name));
  await world.restore(before!, [], { strategy: "hardlink" });
  assert.equal(await world.read("db"), padded("two "));
});
