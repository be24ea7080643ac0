import assert from "node:assert/strict";
import { FileLock } from "../../lib/host/store.ts";

async function inFolder(test: (lock: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "kanibako-lock-" });
  try {
    await test(`${folder}/lock`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("whoever waits long for a lock is told, once, and then gets it", () =>
  inFolder(async (path) => {
    const held = await FileLock.acquire(path);
    let told = 0;
    const onWait = () => {
      told++;
      held[Symbol.dispose]();
    };
    using _lock = await FileLock.acquire(path, { onWait });
    assert.equal(told, 1);
    assert.equal(await FileLock.tryAcquire(path), undefined);
  }));

Deno.test("whoever need not wait for a lock is told nothing", () =>
  inFolder(async (path) => {
    let told = 0;
    using lock = await FileLock.acquire(path, { onWait: () => void told++ });
    lock[Symbol.dispose]();
    assert.equal(told, 0);
  }));

Deno.test("a shared lock is held by many, and by nobody else", () =>
  inFolder(async (path) => {
    using one = await FileLock.acquire(path, { shared: true });
    {
      using _other = await FileLock.acquire(path, { shared: true, onWait: () => assert.fail() });
      assert.equal(await FileLock.tryAcquire(path), undefined);
    }
    one[Symbol.dispose]();
    using alone = await FileLock.tryAcquire(path);
    assert.ok(alone);
  }));
