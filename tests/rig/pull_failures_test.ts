// What is remembered of images that could not be pulled.

import { equal } from "node:assert/strict";
import type { Dirs } from "../../lib/host/dirs.ts";
import { forgetPullFailures, pullFailure, rememberPullFailure } from "../../lib/rig/pull_failures.ts";

const DAY = 24 * 60 * 60 * 1000;

Deno.test("a pull that failed counts for a day, for whatever spelling of the image, until it is forgotten", async () => {
  const folder = await Deno.makeTempDir();
  const dirs = { cache: `${folder}/cache` } as Dirs;
  try {
    equal(await pullFailure(dirs, "node:22"), undefined);
    equal(await forgetPullFailures(dirs), 0);
    await rememberPullFailure(dirs, "docker.io/library/node:22", "no such host", 1000);
    await rememberPullFailure(dirs, "docker.io/library/rust", "no such host", 2000);
    equal((await pullFailure(dirs, "node:22", 1000 + DAY - 1))?.why, "no such host");
    equal(await pullFailure(dirs, "node:22", 1000 + DAY), undefined);
    // A clock that was set back: nobody waits a year for it.
    equal(await pullFailure(dirs, "node:22", 999), undefined);
    equal(await forgetPullFailures(dirs, "node:22"), 1);
    equal(await pullFailure(dirs, "node:22", 2000), undefined);
    equal((await pullFailure(dirs, "rust:latest", 2000))?.why, "no such host");
    await Deno.writeTextFile(`${dirs.cache}/pull-failures.json`, "{");
    equal(await pullFailure(dirs, "rust", 2000), undefined);
    await rememberPullFailure(dirs, "rust", "again", 3000);
    equal((await pullFailure(dirs, "rust", 3000))?.why, "again");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
