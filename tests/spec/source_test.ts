import { strictEqual } from "node:assert/strict";
import {
  DEFAULT,
  fromFile,
  fromFlag,
  fromPart,
  fromTarget,
  isFlag,
  keyOf,
  several,
  sourceText,
} from "../../lib/spec/source.ts";

Deno.test("a source has one wording", () => {
  const wordings = [
    [DEFAULT, "default"],
    [{ kind: "default", when: "of shell" }, "default of shell"],
    [fromFlag("-e"), "-e flag"],
    [fromFile("box", "config"), "box config"],
    [fromFile("workset", "env", "team"), "workset team env file"],
    [fromFile("crab", "env", "claude"), "crab claude"],
    [fromTarget("codex"), "target codex"],
    [fromPart("box home"), "box home"],
    [keyOf(fromFile("system", "config"), "shared.pip"), "system config, shared.pip"],
    [several([fromFile("box", "config"), fromFlag("--pids"), fromFlag("--pids")]), "box config, --pids flag"],
    [several([fromFlag("--pids")]), "--pids flag"],
    [several([]), "default"],
  ] as const;
  for (const [source, text] of wordings) strictEqual(sourceText(source), text);
});

Deno.test("only what the command line said is a flag, whatever names sound like it", () => {
  strictEqual(isFlag(fromFlag("-e")), true);
  strictEqual(isFlag(fromFile("workset", "env", "flagship")), false);
  strictEqual(isFlag(fromTarget("flag")), false);
});
