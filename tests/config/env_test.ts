import { fromFile, fromFlag } from "../../lib/spec/source.ts";
import { deepStrictEqual, match, ok, rejects, strictEqual, throws } from "node:assert/strict";
import * as fc from "fast-check";
import {
  accumulateEnv,
  checkUsersVariable,
  checkVariable,
  isSecretName,
  parseEnvFlags,
  whyNotSettable,
} from "../../lib/config/env.ts";
import { settingNamed } from "../../lib/config/setting_name.ts";
import { optionFlags } from "../../lib/config/settings/options.ts";
import { formatEnvFile, parseEnvFile, readEnvFile } from "../../lib/config/env_file.ts";
import { Sandbox } from "./support.ts";

Deno.test("parseEnvFile takes values literally and strips only the line", () => {
  const { entries, problems } = parseEnvFile('A=1\n B = x y \n\n# note\nC="q"\nE=a=b\nF=\r\n');
  deepStrictEqual(entries, { A: "1", B: " x y", C: '"q"', E: "a=b", F: "" });
  deepStrictEqual(problems, []);
});

Deno.test("parseEnvFile names every line that says nothing, without its content", () => {
  const { entries, problems } = parseEnvFile("export D=1\n1X=2\nhunter2\nG=1\n");
  deepStrictEqual(entries, { G: "1" });
  deepStrictEqual(problems.map(({ line }) => line), [1, 2, 3]);
  strictEqual(JSON.stringify(problems).includes("hunter2"), false);
});

Deno.test("readEnvFile refuses a file with a bad line and names it", async () => {
  await using box = await Sandbox.make();
  await rejects(
    readEnvFile(await box.write("work/env", "A=1\nexport B=2\n")),
    /line 2: leave the word export/,
  );
});

Deno.test("readEnvFile is empty where there is no file", async () => {
  await using box = await Sandbox.make();
  deepStrictEqual(await readEnvFile(`${box.root}/nothing`), {});
});

Deno.test("an environment file reads back what was formatted, sorted", async () => {
  await using box = await Sandbox.make();
  const path = `${box.root}/work/env`;
  await box.write("work/env", formatEnvFile({ B: "2", A: " x = 'y'" }));
  strictEqual(await Deno.readTextFile(path), "A= x = 'y'\nB=2\n");
  deepStrictEqual(await readEnvFile(path), { A: " x = 'y'", B: "2" });
});

Deno.test("formatEnvFile writes an empty map as an empty file", () => strictEqual(formatEnvFile({}), ""));

Deno.test("formatEnvFile refuses what one line cannot hold", () => {
  for (const entries of [{ A: "x\ny" }, { A: "x " }, { "A B": "x" }, { "": "x" }]) {
    throws(() => formatEnvFile(entries as Record<string, string>), { code: "bad-value" });
  }
});

Deno.test("whatever formatEnvFile accepts, parseEnvFile reads back", () => {
  const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/).filter((text) => text !== "__proto__");
  fc.assert(
    fc.property(fc.dictionary(name, fc.string({ unit: "binary" }), { noNullPrototype: true }), (entries) => {
      let text: string;
      try {
        text = formatEnvFile(entries);
      } catch {
        return;
      }
      deepStrictEqual(parseEnvFile(text), { entries, problems: [] });
    }),
  );
});

Deno.test("-e takes everything after the first = and lets the last one win", () => {
  deepStrictEqual(parseEnvFlags(["A=1", "B=x=y\nz", "A="]), { A: "", B: "x=y\nz" });
});

for (const word of ["BAD", "=x", "1A=x", "A-B=x", "A=\0", "__proto__=x", "HOME=x"]) {
  Deno.test(`-e ${JSON.stringify(word)} is a usage error`, () => {
    throws(() => parseEnvFlags([word]), { code: "usage", exitCode: 2 });
  });
}

Deno.test("-e NAME alone tells how to pass one's own value on", () => {
  throws(() => parseEnvFlags(["TOKEN"]), (error: { hints: string[] }) => {
    match(error.hints[0]!, /-e TOKEN="\$TOKEN"/);
    return true;
  });
});

Deno.test("layers of the environment lie over each other and keep their source", () => {
  const env = accumulateEnv([
    { entries: { A: "1", B: "1" }, from: fromFile("system", "env"), file: "/s/env" },
    { entries: { B: "2", API_TOKEN: "t" }, from: fromFlag("-e"), file: undefined },
  ]);
  deepStrictEqual(env, {
    A: { value: "1", secret: false, from: fromFile("system", "env") },
    B: { value: "2", secret: false, from: fromFlag("-e") },
    API_TOKEN: { value: "t", secret: true, from: fromFlag("-e") },
  });
});

/** What the box is, what steers kanibako in it, and what its shell keeps. */
const NOT_SETTABLE = [
  "HOME",
  "USER",
  "TERM",
  "KANIBAKO_NAME",
  "kanibako_name",
  "KANIBAKO_RUN",
  "IFS",
  "PPID",
  "UID",
];
/** Near them, and the user's own. */
const SETTABLE = ["HOMES", "USERNAME", "TERMINAL", "KANIBAKO_PS1", "IFSX", "PATH", "LANG"];

Deno.test("what the box is cannot be set in a file of variables; the error names the variable and the file", () => {
  const layer = (
    name: string,
  ) => [{ entries: { [name]: "x" }, from: fromFile("box", "env"), file: "/b/env" }];
  for (const name of NOT_SETTABLE) {
    throws(() => accumulateEnv(layer(name)), (error: { code: string; message: string; hints: string[] }) => {
      strictEqual(error.code, "bad-env");
      ok(error.message.includes(name), error.message);
      match(error.hints[0]!, /\/b\/env/);
      return true;
    });
  }
  for (const name of SETTABLE) strictEqual(accumulateEnv(layer(name))[name]?.value, "x");
});

Deno.test("what the box is cannot be set by -e or as an option of the library; the error names the variable", () => {
  for (const name of NOT_SETTABLE) {
    throws(() => parseEnvFlags([`${name}=x`]), { code: "usage", message: new RegExp(`-e ${name}=`) });
    throws(() => parseEnvFlags(optionFlags({ env: { [name]: "x" } }).env!), { code: "usage" });
  }
  for (const name of SETTABLE) {
    deepStrictEqual(parseEnvFlags(optionFlags({ env: { [name]: "x" } }).env!), { [name]: "x" });
  }
});

Deno.test("what the box is cannot be set by `config`; the error names the variable", () => {
  for (const level of ["box", "workset", "crab", "system"] as const) {
    for (const name of NOT_SETTABLE) {
      throws(() => settingNamed(`env.${name}`, level), { code: "bad-env", message: new RegExp(name) });
    }
    for (const name of SETTABLE) strictEqual(settingNamed(`env.${name}`, level).name, `env.${name}`);
  }
});

Deno.test("what the box is cannot be set for one command; this program sets it, but not what shells keep", () => {
  for (const name of NOT_SETTABLE) {
    throws(() => checkUsersVariable(name, "x"), { code: "bad-variable", message: new RegExp(name) });
  }
  for (const name of SETTABLE) checkUsersVariable(name, "x");
  for (const name of ["HOME", "USER", "TERM", "KANIBAKO_NAME"]) checkVariable(name, "x");
  for (const name of ["IFS", "KANIBAKO_RUN", "A B", ""]) {
    throws(() => checkVariable(name, "x"), { code: "bad-variable" });
  }
  throws(() => checkVariable("A", "\0"), { code: "bad-variable" });
});

Deno.test("why a variable cannot be set is one clause, the same everywhere", () => {
  strictEqual(whyNotSettable("HOME"), "the box itself sets it");
  strictEqual(whyNotSettable("IFS"), "the box's shell keeps that name for itself");
  strictEqual(whyNotSettable("1A"), "a name is letters, digits and _, and does not start with a digit");
  strictEqual(whyNotSettable("A"), undefined);
});

Deno.test("variables are secret by their name", () => {
  for (
    const name of [
      "GITHUB_TOKEN",
      "api_key",
      "DB_PASSWORD",
      "OPENAI_API_KEY",
      "AWS_SECRET_ACCESS_KEY",
      "MY_PAT",
    ]
  ) strictEqual(isSecretName(name), true, name);
  for (const name of ["PATH", "EDITOR", "KEYBOARD", "GIT_AUTHOR_NAME", "PWD", "MONKEY"]) {
    strictEqual(isSecretName(name), false, name);
  }
});
