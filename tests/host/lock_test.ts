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

Deno.test("whoever waits long for a lock hears so, once, and then gets it", () =>
  inFolder(async (path) => {
    const held = await FileLock.acquire(path);
    let reported = 0;
    const onWait = () => {
      reported++;
      held[Symbol.dispose]();
    };
    using _lock = await FileLock.acquire(path, { onWait });
    assert.equal(reported, 1);
    assert.equal(await FileLock.tryAcquire(path), undefined);
  }));

Deno.test("whoever need not wait for a lock hears nothing", () =>
  inFolder(async (path) => {
    let reported = 0;
    using lock = await FileLock.acquire(path, { onWait: () => void reported++ });
    lock[Symbol.dispose]();
    assert.equal(reported, 0);
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

Deno.test("asking whether a lock is held never keeps anybody from taking it", () =>
  inFolder(async (path) => {
    (await FileLock.acquire(path))[Symbol.dispose]();
    const module = JSON.stringify(new URL("../../lib/host/store.ts", import.meta.url).href);
    const script = `import { FileLock } from ${module};
      console.log("asking");
      const until = performance.now() + 20_000;
      let held = 0;
      for (let n = 0; n < 2000 || held === 0 && performance.now() < until; n++) {
        if (await FileLock.isHeld(${JSON.stringify(path)})) held++;
      }
      Deno.exit(held === 0 ? 1 : 0);`;
    const asker = new Deno.Command(Deno.execPath(), { args: ["eval", script], stdout: "piped" }).spawn();
    const output = asker.stdout.getReader();
    await output.read();
    let over = false;
    asker.status.then(() => over = true);
    let taken = 0;
    while (!over) {
      using lock = await FileLock.tryAcquire(path);
      assert.ok(lock, `it was refused after ${taken} times`);
      taken++;
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    output.releaseLock();
    await asker.stdout.cancel();
    assert.equal((await asker.status).code, 0, "it never saw the lock held");
    assert.ok(taken > 1, `${taken}`);
  }));

Deno.test("a lock that is held is seen to be, and one that is not, or was never there, is not", () =>
  inFolder(async (path) => {
    assert.equal(await FileLock.isHeld(path), false);
    assert.throws(() => Deno.statSync(path), Deno.errors.NotFound);
    {
      using _lock = await FileLock.acquire(path);
      assert.equal(await FileLock.isHeld(path), true);
    }
    assert.equal(await FileLock.isHeld(path), false);
  }));
