import { fromFile, fromFlag } from "../../lib/spec/source.ts";
import { deepStrictEqual, match, rejects, strictEqual, throws } from "node:assert/strict";
import * as fc from "fast-check";
import { accumulateEnv, isControlVariable, isSecretName, parseEnvFlags } from "../../lib/config/env.ts";
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

for (const word of ["BAD", "=x", "1A=x", "A-B=x", "A=\0", "__proto__=x"]) {
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

Deno.test("no layer sets a control variable, whatever its case; the prompt may be set", () => {
  for (const name of ["KANIBAKO_NAME", "kanibako_name", "KANIBAKO_RUN"]) {
    const entries = { [name]: "x" };
    throws(() => accumulateEnv([{ entries, from: fromFile("box", "env"), file: "/b/env" }]), (error: {
      code: string;
      hints: string[];
    }) => {
      strictEqual(error.code, "bad-env");
      match(error.hints[0]!, /\/b\/env/);
      return true;
    });
    throws(() => accumulateEnv([{ entries, from: fromFlag("-e"), file: undefined }]), { code: "usage" });
  }
  strictEqual(isControlVariable("KANIBAKO_PS1"), false);
  accumulateEnv([{ entries: { KANIBAKO_PS1: "$ " }, from: fromFlag("-e"), file: undefined }]);
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
