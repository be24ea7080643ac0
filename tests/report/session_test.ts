/**
 * Which looks are compared, and what is reported when: without a box.
 */

import assert from "node:assert/strict";
import { keptTexts, lookIds, readPointers } from "../../lib/report/kept.ts";
import {
  forgetLook,
  lookAndReport,
  lookAtEnd,
  lookBefore,
  lookNoMore,
  resumeLook,
} from "../../lib/report/session.ts";
import { TestProject, words } from "./support.ts";

/** A project, and a box's state beside it. */
async function world(use: (project: TestProject, state: string) => Promise<void>): Promise<void> {
  await using project = await TestProject.make();
  await using place = await TestProject.make();
  await use(project, place.path);
}

let runs = 0;
const before = (project: TestProject, state: string, run = `run-${String(runs++).padStart(3, "0")}`) =>
  lookBefore({ state, root: project.path, run, agent: "claude", show: "brief" }).then(
    async ({ left, keep }) => {
      await keep();
      return { run, found: left && words(left.findings), since: left?.since };
    },
  );
const now = async (state: string, goesOn = false) => {
  const report = await lookAndReport(state, goesOn);
  return report && words(report.report.findings);
};

Deno.test("what a session leaves is reported once, and what its user does afterwards is not", async () => {
  await world(async (project, state) => {
    assert.equal((await before(project, state)).found, undefined);
    await project.write(".envrc");
    assert.deepEqual(await now(state), [".envrc new [direnv]"]);
    assert.equal(await now(state), undefined);
    await project.write("Makefile");
    assert.equal((await before(project, state)).found, undefined);
    assert.deepEqual(await now(state), []);
  });
});

Deno.test("what is made after the user has left is reported when the session has ended, or before the next", async () => {
  await world(async (project, state) => {
    const { run } = await before(project, state);
    await project.write(".envrc");
    assert.deepEqual(await now(state, true), [".envrc new [direnv]"]);
    await project.write("Makefile");
    await lookAtEnd(state, run);
    // The user's own.
    await project.write("Rakefile");
    const next = await before(project, state);
    assert.deepEqual(next.found, ["Makefile new [make]"]);
    assert.equal(next.since, "shown");
  });
});

Deno.test("a session that ended without a word is reported before the next one", async () => {
  await world(async (project, state) => {
    await before(project, state);
    await project.write(".envrc");
    const next = await before(project, state);
    assert.deepEqual(next.found, [".envrc new [direnv]"]);
    assert.equal(next.since, "start");
    assert.deepEqual(await now(state), []);
  });
});

Deno.test("an end that is looked at late, or twice, reports nothing again", async () => {
  await world(async (project, state) => {
    const { run } = await before(project, state);
    await project.write(".envrc");
    assert.deepEqual(await now(state, true), [".envrc new [direnv]"]);
    await lookAtEnd(state, run);
    await lookAtEnd(state, run);
    assert.equal((await readPointers(state))?.open, false);
    assert.equal((await before(project, state)).found, undefined);
    // That of a run before this one.
    await project.write("Makefile");
    await lookAtEnd(state, run);
    assert.equal((await readPointers(state))?.open, true);
    assert.deepEqual(await now(state), ["Makefile new [make]"]);
  });
});

Deno.test("a session whose end is looked at by two processes at once is reported once", async () => {
  await world(async (project, state) => {
    const { run } = await before(project, state);
    await project.write(".envrc");
    const [shown] = await Promise.all([now(state, true), lookAtEnd(state, run), lookAtEnd(state, run)]);
    assert.deepEqual(shown, [".envrc new [direnv]"]);
    assert.equal((await before(project, state)).found, undefined);
  });
});

Deno.test("a look that was not kept, as its process was killed, is replaced by the one before", async () => {
  await world(async (project, state) => {
    await before(project, state);
    await now(state);
    await lookBefore({ state, root: project.path, run: "run-killed", agent: "", show: "brief" });
    await project.write(".envrc");
    assert.deepEqual((await before(project, state)).found, [".envrc new [direnv]"]);
  });
});

Deno.test("a box that was found in place of a run that did not begin is reported from the look before that run on", async () => {
  await world(async (project, state) => {
    const { run } = await before(project, state);
    await forgetLook(state, run);
    await resumeLook(state, run);
    await project.write(".envrc");
    assert.deepEqual(await now(state, true), [".envrc new [direnv]"]);
    await project.write("Makefile");
    assert.deepEqual(await now(state), ["Makefile new [make]"]);
  });
});

Deno.test("where no look could be taken before a session, what its user did before it is not reported as its work", async () => {
  await world(async (project, state) => {
    await before(project, state);
    assert.deepEqual(await now(state), []);
    // The user's own; then a session whose look before it failed, as on a full disk.
    await project.write("Makefile");
    assert.equal(await now(state), undefined);
    const { run } = await before(project, state);
    await project.write(".envrc");
    await lookAtEnd(state, run);
    assert.deepEqual(await now(state), [".envrc new [direnv]"]);
  });
});

Deno.test("a look that could not be kept still is what its own process reports from", async () => {
  await world(async (project, state) => {
    await before(project, state);
    await now(state);
    await project.write("Makefile");
    const { keep } = await lookBefore({
      state,
      root: project.path,
      run: "run-full",
      agent: "",
      show: "brief",
    });
    const looks = `${state}/report/looks`;
    await Deno.rename(looks, `${looks}-kept`);
    await Deno.writeTextFile(looks, "");
    await assert.rejects(keep());
    await Deno.remove(looks);
    await Deno.rename(`${looks}-kept`, looks);
    await project.write(".envrc");
    assert.deepEqual(await now(state), [".envrc new [direnv]"]);
  });
});

Deno.test("two killed starts one after the other lose nothing of what was there before", async () => {
  await world(async (project, state) => {
    await before(project, state);
    await now(state);
    const killed = (run: string) => lookBefore({ state, root: project.path, run, agent: "", show: "brief" });
    await killed("run-killed-1");
    await killed("run-killed-2");
    await project.write(".envrc");
    assert.deepEqual((await before(project, state)).found, [".envrc new [direnv]"]);
  });
});

Deno.test("a run that did not begin, a project that was moved and a report that was off leave nothing to report", async () => {
  await world(async (project, state) => {
    const { run } = await before(project, state);
    await forgetLook(state, run);
    await project.write(".envrc");
    assert.equal((await before(project, state)).found, undefined);
    await project.write("Makefile");
    lookNoMore(state);
    assert.equal(await now(state), undefined);
    assert.equal((await before(project, state)).found, undefined);
    await using other = await TestProject.make();
    await project.write("Rakefile");
    assert.equal((await before(other, state)).found, undefined);
  });
});

Deno.test("files that were damaged count as none, and looks and texts are kept within limits", async () => {
  await world(async (project, state) => {
    await project.write("Makefile", "all:\n");
    await project.write("big.code-workspace", "x".repeat(100_000));
    for (let round = 0; round < 16; round++) {
      await before(project, state);
      await project.write("Makefile", `all: ${round}\n`);
    }
    assert.ok(lookIds(state).length <= 14, `${lookIds(state).length}`);
    const texts = Object.values(await keptTexts(state));
    assert.ok(texts.includes("all:\n"));
    assert.ok(!texts.some(({ length }) => length > 65536));
    for (const name of ["report.json", "texts.json", `looks/${lookIds(state).at(-1)}.json`]) {
      await Deno.writeTextFile(`${state}/report/${name}`, '{"version": 7, "seen": {"a": 1}}');
    }
    assert.equal(await now(state), undefined);
    assert.equal((await before(project, state)).found, undefined);
    const { mode } = await Deno.stat(`${state}/report/report.json`);
    assert.equal(mode! & 0o777, 0o600);
  });
});
