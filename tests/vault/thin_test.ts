import { deepStrictEqual, ok } from "node:assert/strict";
import fc from "fast-check";
import { type Aged, thin, thinned } from "../../lib/vault/prune/retention.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 0, 31, 12);
const at = (name: string, ms: number): Aged => ({ name, takenAt: NOW - ms });
const none = { newest: 0, hourly: 0, daily: 0, weekly: 0 };

Deno.test("the newest are kept; none of them when none is asked for", () => {
  const all = [at("old", 3), at("middle", 2), at("new", 1)];
  deepStrictEqual(thin(all, { ...none, newest: 2 }), ["old"]);
  deepStrictEqual(thin(all, none), ["old", "middle", "new"]);
  deepStrictEqual(thin(all, { ...none, newest: 3 }), []);
});

Deno.test("a hundred launches in a row do not push out yesterday, last week or the last hour", () => {
  const burst = Array.from({ length: 100 }, (_, n) => at(`burst-${n}`, n * 1000));
  const all = [...burst, at("hour", 2 * HOUR), at("yesterday", DAY), at("week", 8 * DAY)];
  const gone = thin(all, { newest: 5, hourly: 24, daily: 7, weekly: 8 });
  for (const name of ["hour", "yesterday", "week", "burst-0", "burst-4"]) ok(!gone.includes(name), name);
  ok(gone.length >= 90);
});

Deno.test("the last of each day is kept, and a day without any costs nothing", () => {
  const all = [
    at("monday-early", 10 * DAY + HOUR),
    at("monday-late", 10 * DAY),
    at("friday", 2 * DAY),
    at("today", 0),
  ];
  deepStrictEqual(thin(all, { ...none, daily: 3 }), ["monday-early"]);
});

Deno.test("whatever there is, what is kept is at least what was asked for, and keeping more removes no more", () => {
  const ages = fc.uniqueArray(fc.integer({ min: 0, max: 400 * DAY }), { maxLength: 60 });
  fc.assert(fc.property(ages, fc.nat(20), fc.nat(10), (list, newest, daily) => {
    const all = list.map((ms, n) => at(`s${n}`, ms));
    const gone = thin(all, { ...none, newest, daily });
    ok(all.length - gone.length >= Math.min(newest, all.length));
    const fewer = thin(all, { ...none, newest: newest + 1, daily: daily + 1 });
    for (const name of fewer) ok(gone.includes(name));
  }));
});

Deno.test("a snapshot of some paths stands for no day: it takes the place of none that holds all", () => {
  const all = [
    ...Array.from({ length: 6 }, (_, day) => at(`whole-${day}`, day * DAY + HOUR)),
    ...Array.from({ length: 6 }, (_, day) => ({ ...at(`partial-${day}`, day * DAY), isPartial: true })),
  ];
  const gone = thinned(all, { newest: 2, hourly: 0, daily: 7, weekly: 0 }, NOW);
  deepStrictEqual(gone.toSorted(), ["partial-2", "partial-3", "partial-4", "partial-5"]);
});

Deno.test("what bears a time to come stays, and pushes nothing out", () => {
  const ahead = Array.from({ length: 5 }, (_, n) => at(`ahead-${n}`, -n * DAY - 1));
  deepStrictEqual(thinned([...ahead, at("now", 0)], { ...none, newest: 1 }, NOW), []);
  deepStrictEqual(thinned([...ahead, at("now", 0), at("before", 1)], { ...none, newest: 1 }, NOW), [
    "before",
  ]);
});
