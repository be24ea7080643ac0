import assert from "node:assert/strict";
import { KanibakoError } from "../../lib/host/error.ts";
import { OLD_WORDS, wordsToday } from "../../lib/commands/legacy/old_words.ts";
import { route } from "../../lib/commands/route.ts";

const vectors: readonly (readonly [old: string, today: string])[] = [
  ["resume", "start --resume"],
  ["resume -p app -S", "start --resume -p app -S"],
  ["status app --json", "box info app --json"],
  ["vault restore one a b", "box vault restore one a b"],
  ["init --local --no-vault", "create --standalone --if-missing --no-vault"],
  ["new --no-vault --local ../x", "create --standalone ../x --no-vault"],
  ["config", "box config --effective"],
  ["config --show -p app", "box config --effective -p app"],
  ["config image", "box config --effective image"],
  ["config -p app image", "box config --effective image -p app"],
  ["config image min", "box config image=min"],
  ["config image=min", "box config image=min"],
  ["config run_args --x=1", "box config --effective run_args --x=1"],
  ["config --unset image", "box config --reset image"],
  ["config --unset=image -p app", "box config --reset image -p app"],
  ["config --clear --force", "box config --reset --all --force"],
  ["config --reset image", "box config --reset image"],
  ["env set A x=y", "box config env.A=x=y"],
  ["env set --global A $&", "system config env.A=$&"],
  ["env set A 1 --global", "system config env.A=1"],
  ["env unset A -p app", "box config --reset env.A -p app"],
  ["box set auth distinct", "box config auth=distinct"],
  ["box set -p app layout simple", "box config layout=simple -p app"],
  ["box settings set access default", "box config crab.access=default"],
  ["box resource", "box config --effective"],
  ["box restore ~/app app.txz --force", "box extract app.txz ~/app --force"],
  ["box restore app.txz", "box extract app.txz"],
  // What is not old stays.
  ["env list", "env list"],
  ["env set A", "env set A"],
  ["box config image", "box config image"],
  ["start config", "start config"],
  ["-N resume", "-N resume"],
  ["workset config w", "workset config w"],
];

for (const [old, today] of vectors) {
  Deno.test(`wordsToday() makes ${today} of ${old}`, () => {
    assert.deepEqual(wordsToday(old.split(" ")), today.split(" "));
  });
}

Deno.test("wordsToday() refuses words that only work in another form", () => {
  for (const [typed, only] of [["init", /init --local/], ["new x", /new --local PATH/]] as const) {
    assert.throws(
      () => wordsToday(typed.split(" ")),
      (error) => error instanceof KanibakoError && error.exitCode === 1 && only.test(error.message),
    );
  }
});

Deno.test("every old spelling leads to a command of today that is shown", () => {
  for (const { old, today } of OLD_WORDS) {
    if (today === undefined) continue;
    const example = old.split(" ").filter((word) => word !== "...").map((word) =>
      word.replace(/[A-Z]+/g, "x")
    );
    const { target } = route(example);
    assert.ok(target !== undefined && target.hidden !== true, old);
  }
});
