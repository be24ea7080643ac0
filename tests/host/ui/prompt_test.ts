import assert from "node:assert/strict";
import { run } from "../../../lib/host/process.ts";

const module = new URL("../../../lib/host/ui/prompt.ts", import.meta.url).href;

async function answer(question: "confirm" | "confirmYes", input: string | undefined): Promise<string> {
  const script = `const { ${question} } = await import(${JSON.stringify(module)});
    console.log(await ${question}("Really?"));`;
  const result = await run(
    [Deno.execPath(), "eval", "--no-check", script],
    input === undefined ? {} : { input },
  );
  assert.equal(result.code, 0, result.stderr);
  assert.match(result.stderr, /Really\?/);
  return result.stdout.trim();
}

for (
  const [input, expected] of [
    ["y\n", "true"],
    ["YES\n", "true"],
    ["y", "true"],
    ["n\n", "false"],
    ["\n", "false"],
    ["yeah\n", "false"],
    [undefined, "false"],
  ] as const
) {
  Deno.test(`confirm: ${JSON.stringify(input)} is taken as ${expected}`, async () => {
    assert.equal(await answer("confirm", input), expected);
  });
}

for (
  const [input, expected] of [
    [" yes \n", "true"],
    ["y\n", "false"],
    ["YES\n", "false"],
    [undefined, "false"],
  ] as const
) {
  Deno.test(`confirmYes: ${JSON.stringify(input)} is taken as ${expected}`, async () => {
    assert.equal(await answer("confirmYes", input), expected);
  });
}
