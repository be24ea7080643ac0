import assert from "node:assert/strict";
import { readResult, RESULT_BYTES } from "../../../lib/hub/work/result.ts";
import { command, inFolder } from "../../support/trees.ts";

const SCHEMA = JSON.stringify({
  $schema: "http://json-schema.org/draft-07/schema#",
  type: "object",
  required: ["summary"],
  properties: { summary: { type: "string" }, files: { type: "array", items: { type: "string" } } },
});

async function found(text: string, schema?: string): Promise<unknown> {
  let answer: unknown;
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/result.json`, text);
    answer = await readResult(folder, schema);
  });
  return answer;
}

Deno.test("readResult: what fits its schema is taken, without one whatever is JSON", async () => {
  assert.deepEqual(await found(`{"summary": "done"}`, SCHEMA), { json: `{"summary":"done"}` });
  assert.deepEqual(await found(` [1, "x"] `), { json: `[1,"x"]` });
  assert.deepEqual(await found("null", "true"), { json: "null" });
});

Deno.test("readResult: what does not fit is said, and where", async () => {
  const problem = async (text: string, schema = SCHEMA) =>
    (await found(text, schema) as { problem: string }).problem;
  assert.match(await problem("{}"), /^its result\.json does not fit the schema: .*summary/);
  assert.match(
    await problem(`{"summary":"x","files":[1]}`),
    /^its result\.json does not fit the schema: files\/0: /,
  );
  assert.equal(await problem("{"), "its result.json is no JSON");
  assert.match(await problem("{}", `{"$ref": "#/nowhere"}`), /^the schema cannot be used: /);
  assert.match(await problem("{}", `{"$ref": "#"}`), /^the schema cannot be used: it does not end$/);
  assert.match(await problem("{}", `{"$ref": "file:///etc/passwd"}`), /^the schema cannot be used: /);
  assert.match(await problem(`"x"`, `{"pattern": "("}`), /^the schema cannot be used: /);
});

Deno.test("readResult: nothing but a small, flat, regular file is read", () =>
  inFolder(async (folder) => {
    const file = `${folder}/result.json`;
    assert.deepEqual(await readResult(folder, undefined), { problem: "there is no result.json" });
    await Deno.symlink("/etc/hostname", file);
    assert.deepEqual(await readResult(folder, undefined), { problem: "its result.json is no regular file" });
    await Deno.remove(file);
    await command("mkfifo", file);
    assert.deepEqual(await readResult(folder, undefined), { problem: "its result.json is no regular file" });
    await Deno.remove(file);
    await Deno.writeTextFile(file, `"${"x".repeat(RESULT_BYTES)}"`);
    assert.deepEqual(await readResult(folder, undefined), {
      problem: `its result.json is larger than ${RESULT_BYTES} bytes`,
    });
    await Deno.writeTextFile(file, `[${"1e20,".repeat(100_000)}1]`);
    assert.match(
      (await readResult(folder, undefined) as { problem: string }).problem,
      /^its result\.json is larger/,
    );
    await Deno.writeTextFile(file, `${"[".repeat(1000)}${"]".repeat(1000)}`);
    assert.deepEqual(await readResult(folder, SCHEMA), { problem: "its result.json is nested too deeply" });
    await Deno.writeFile(file, new Uint8Array([0x22, 0xff, 0x22]));
    assert.deepEqual(await readResult(folder, undefined), { problem: "its result.json is no JSON" });
  }));
