// What `./dev test` runs, in which order, and what it makes of what comes out.

import assert from "node:assert/strict";
import { Board } from "../../tools/test/board.ts";
import { choose } from "../../tools/test/choose.ts";
import { ALONE, LONG, ONCE } from "../../tools/test/files.ts";
import { type Job, jobsOf, phases, testFiles } from "../../tools/test/jobs.ts";
import { count, failures } from "../../tools/test/summary.ts";
import { readWords } from "../../tools/test/words.ts";
import { Workshop } from "../../tools/test/workshop.ts";

const root = decodeURIComponent(new URL("../..", import.meta.url).pathname).replace(/\/$/, "");
const [podman, docker] = phases(["podman", "docker"]) as [Job["phase"], Job["phase"]];

function job(changes: Partial<Job> = {}): Job {
  return { phase: podman, title: "x", argv: [], size: 1, prepares: false, alone: false, ...changes };
}

/** Passed and failed. */
function counted(output: string, code: number): [number, number] {
  const { passed, failed } = count(output, code);
  return [passed, failed];
}

Deno.test("./dev test counts what deno test reports", () => {
  assert.deepEqual(counted("ok | 12 passed | 0 failed (3s)", 0), [12, 0]);
  assert.deepEqual(count("ok | 12 passed (40 steps) | 0 failed (2 steps) | 1 ignored (1m3s)", 0), {
    passed: 12,
    failed: 0,
    ignored: 1,
  });
  assert.deepEqual(
    counted("\u001b[31mFAILED\u001b[0m | 10 passed (3 steps) | 2 failed (1 step) | 3 filtered out (5ms)", 1),
    [10, 2],
  );
});

Deno.test("./dev test counts the last summary, whatever a test itself prints", () => {
  assert.deepEqual(
    counted("ok | 99 passed | 0 failed (1s)\nmore\nFAILED | 1 passed | 1 failed (1s)", 1),
    [1, 1],
  );
});

Deno.test("./dev test counts a run that fails otherwise as one failure", () => {
  assert.deepEqual(counted("error: Module not found", 1), [0, 1]);
  assert.deepEqual(counted("", 0), [0, 1]);
  assert.deepEqual(counted("ok | 3 passed | 0 failed (1s)", 130), [3, 1]);
});

Deno.test("./dev test shows what failed once more, and all of what ended without a report", () => {
  assert.equal(failures("a ... ok\n\n ERRORS \n\nb => x\nerror: no\n"), "ERRORS \n\nb => x\nerror: no");
  assert.equal(failures("error: Module not found\n"), "error: Module not found");
});

Deno.test("a file named by ./dev test is all that runs, and other words go to deno test", () => {
  const read = (...args: string[]) => {
    const { only, forTest } = readWords(args, root);
    return { only, forTest };
  };
  assert.deepEqual(read("./tests/e2e/vault_test.ts", "--filter", "tests", "--trace-leaks"), {
    only: ["tests/e2e/vault_test.ts"],
    forTest: ["--filter", "tests", "--trace-leaks"],
  });
  assert.deepEqual(read(), { only: [], forTest: [] });
  assert.equal(readWords(["--at-once=7"], root).room, 7);
  assert.throws(() => read("tests/e2e/no_such_test.ts"), /There is no tests\/e2e\/no_such_test\.ts/);
  const titles = (...args: string[]) => jobsOf(podman, readWords(args, root), root).map(({ title }) => title);
  assert.deepEqual(titles("tests/e2e/vault_test.ts"), ["the rig", "tests/e2e/vault_test.ts"]);
  assert.deepEqual(titles("tests/app"), []);
});

Deno.test("files to which engines make no difference run on one of those that are tested", () => {
  const once = Object.keys(ONCE);
  assert.ok(once.length > 3);
  const of = (...names: string[]) => {
    const words = readWords(names.map((name) => `--phase=${name}`), root);
    return phases(names).map((phase) => {
      const files = jobsOf(phase, words, root).map(({ title }) => title);
      return once.filter((file) => files.includes(file)).length;
    });
  };
  assert.deepEqual(of("podman", "docker", "rootless"), [0, 0, once.length]);
  assert.deepEqual(of("docker", "podman"), [0, once.length]);
  assert.deepEqual(of("docker"), [once.length]);
});

Deno.test("every test file of an engine that is tested alone runs once, and the rest without an engine", () => {
  const words = readWords([], root);
  const inEngine = ["engine", "escape", "e2e"].flatMap((folder) => testFiles(root, `tests/${folder}`));
  assert.ok(inEngine.length > 30);
  for (const phase of [podman, docker]) {
    const files = jobsOf(phase, words, root).filter(({ prepares }) => !prepares).map(({ argv }) =>
      argv.at(-1)
    );
    assert.deepEqual(files.toSorted(), inEngine.toSorted());
  }
  const [unit, useCases, ...others] = jobsOf(phases(["unit"])[0]!, words, root);
  assert.equal(others.length, 0);
  assert.equal(unit!.argv.at(-1), "tests");
  assert.ok(unit!.argv.includes("--ignore=tests/engine,tests/escape,tests/e2e,tests/rigs,tests/app"));
  assert.equal(useCases!.argv.at(-1), "tests/app");
});

Deno.test("every rig is built in a phase of its own, one file at a time, and in no other", () => {
  const words = readWords([], root);
  const files = testFiles(root, "tests/rigs");
  assert.ok(files.includes("tests/rigs/templates_test.ts"));
  const jobs = jobsOf(phases(["rigs"])[0]!, words, root);
  assert.deepEqual(jobs.map(({ title, alone }) => [title, alone]), files.map((file) => [file, true]));
  assert.ok(jobs.every(({ limitMs }) => limitMs! > 3600_000));
  const one = readWords(["tests/rigs/templates_test.ts", "--filter", "rust"], root);
  const [job, ...none] = jobsOf(phases(["rigs"])[0]!, one, root);
  assert.deepEqual([job!.argv.slice(-3), none], [["--filter", "rust", "tests/rigs/templates_test.ts"], []]);
  for (const phase of phases(["unit", "podman", "docker", "rootless"])) {
    const argvs = jobsOf(phase, words, root).flatMap(({ argv }) => argv);
    assert.equal(argvs.some((word) => word.startsWith("tests/rigs")), false);
    assert.deepEqual(jobsOf(phase, one, root), []);
  }
});

Deno.test("files with a place of their own in the order exist, and those that run alone say why", () => {
  for (const file of [...LONG, ...Object.keys(ALONE), ...Object.keys(ONCE)]) {
    assert.ok(Deno.statSync(`${root}/${file}`).isFile, file);
  }
  for (const [file, reason] of Object.entries({ ...ALONE, ...ONCE })) assert.ok(reason.length > 10, file);
});

Deno.test("no test of an engine begins before that engine is prepared, and one is prepared at a time", () => {
  const [first, second] = [job({ prepares: true }), job({ prepares: true, phase: docker })];
  const [ofFirst, ofSecond] = [job(), job({ phase: docker })];
  const unit = job({ phase: phases(["unit"])[0]!, size: 2 });
  assert.equal(choose([ofFirst, first], [], 3), first);
  assert.equal(choose([ofFirst, ofSecond, second], [first], 3), undefined);
  assert.equal(choose([ofFirst, ofSecond, second, unit], [first], 3), unit);
  assert.equal(choose([ofFirst, ofSecond, second], [first, unit], 3), undefined);
  assert.equal(choose([ofFirst, ofSecond], [second], 3), ofFirst);
});

Deno.test("the phases go on evenly, and no more at once than there is room for", () => {
  const waiting = [job({ title: "1" }), job({ title: "2" }), job({ phase: docker, title: "3" })];
  assert.equal(choose(waiting, [], 3)?.title, "1");
  assert.equal(choose(waiting, [job(), job()], 3)?.title, "3");
  assert.equal(choose(waiting, [job(), job(), job()], 3), undefined);
  assert.equal(choose([], [job()], 3), undefined);
  // What is larger than all the room runs all the same.
  assert.equal(choose([job({ size: 2 })], [], 1)?.size, 2);
});

Deno.test("a file that cannot run beside others waits for the end of all, and all wait for its end", () => {
  const alone = job({ alone: true });
  assert.equal(choose([alone], [job()], 3), undefined);
  assert.equal(choose([alone, job({ title: "other" })], [], 3)?.title, "other");
  assert.equal(choose([alone], [], 3), alone);
  assert.equal(choose([job()], [alone], 3), undefined);
});

Deno.test("a process that dies, or comes to a standstill, counts as one failure and keeps what it said", async () => {
  const workshop = new Workshop(["sh", "-c", 'shift; eval "$*"', "sh"], 1000);
  const good = await workshop.perform(job({ argv: ["echo 'ok | 2 passed | 0 failed (1s)'"] }));
  const died = await workshop.perform(job({ argv: ["echo before >&2; kill -9 $$"] }));
  // What it has left holds its output, and does not keep the run.
  const stuck = await workshop.perform(
    job({ argv: ["echo 'ok | 3 passed | 0 failed (1s)'; sleep 20 & wait"] }),
  );
  assert.deepEqual([good.code, good.late, died.code, died.output, stuck.late], [
    0,
    false,
    137,
    "before\n",
    true,
  ]);
  const board = new Board(() => {});
  for (const ended of [good, died, stuck]) board.add(ended);
  assert.deepEqual([board.passed, board.failed], [5, 2]);
});

Deno.test("what failed is shown at the end with its output, and what could not begin counts", () => {
  let shown = "";
  const board = new Board((text) => shown += `${text}\n`);
  board.lost("docker does not start");
  const output = "t ... FAILED\n\n ERRORS \n\nt => why\n\nFAILED | 1 passed | 1 failed (1s)\n";
  board.add({ job: job({ title: "tests/a_test.ts" }), code: 1, output, ms: 1000, late: false });
  shown = "";
  board.close();
  assert.deepEqual([board.passed, board.failed], [1, 2]);
  assert.match(shown, /== docker does not start\n/);
  assert.match(shown, /: tests\/a_test\.ts\n\nERRORS \n\nt => why/);
  assert.match(shown, /: 1 passed, 1 failed, 0 ignored; 1 s of tests\n/);
});
