import assert from "node:assert/strict";
import { findExecutable } from "../../../lib/host/process.ts";

const module = new URL("../../../lib/host/ui/prompt.ts", import.meta.url).href;
const config = new URL("../../../deno.json", import.meta.url).pathname;
const there = findExecutable("script") !== undefined;
if (!there) console.log("Questions at a terminal are not tested: there is no `script`.");

/** Asks at a terminal, types once the question is there, and then types for the program that comes next. */
async function typed(call: string, keys: string): Promise<{ answer: unknown; next: string; screen: string }> {
  const program = `
    const { confirm, confirmYes, choose } = await import(${JSON.stringify(module)});
    const answer = await ${call};
    console.log("\\nANSWER" + JSON.stringify(answer ?? null) + ".");
    const head = new Deno.Command("head", { args: ["-c4"], stdin: "inherit", stdout: "piped" });
    const next = new TextDecoder().decode((await head.output()).stdout);
    console.log("\\nNEXT" + JSON.stringify(next) + ".");
    Deno.exit(0);`;
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(file, program);
  const child = new Deno.Command("script", {
    args: ["-qec", `'${Deno.execPath()}' run -A --no-check --config '${config}' '${file}'`, "/dev/null"],
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const late = setTimeout(() => child.kill("SIGKILL"), 60_000);
  const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const input = child.stdin.getWriter();
  const type = (text: string) => input.write(new TextEncoder().encode(text));
  let screen = "";
  const shows = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const found = screen.match(pattern);
      if (found) return found[1] ?? "";
      const { value, done } = await output.read();
      assert.ok(!done, screen);
      screen += value;
    }
  };
  try {
    await shows(/\[y\/N\]|continue:|How\?/);
    await type(keys);
    const answer = JSON.parse(await shows(/ANSWER(.*)\./));
    await type("abc\n");
    return { answer, next: JSON.parse(await shows(/NEXT(.*)\./)), screen };
  } finally {
    clearTimeout(late);
    await input.close().catch(() => {});
    await output.cancel();
    await child.status;
    await Deno.remove(file);
  }
}

for (
  const [call, keys, answer] of [
    [`confirm("Really?")`, "y\r", true],
    [`confirm("Really?")`, "YES\r", true],
    [`confirm("Really?")`, "\r", false],
    [`confirm("Really?")`, "y\n", true],
    [`confirm("Really?")`, "yy\r", false],
    [`confirm("Really?")`, "y\x03", false],
    [`confirm("Really?")`, "\x04", false],
    [`confirmYes("All goes.")`, "yes\r", true],
    [`confirmYes("All goes.")`, "y\r", false],
    [`choose("How?", [["link", "a"], ["move", "b"]])`, "\r", "link"],
    [`choose("How?", [["link", "a"], ["move", "b"]])`, "\x1b[B\r", "move"],
    [`choose("How?", [["link", "a"], ["move", "b"]])`, "\x03", null],
  ] as const
) {
  Deno.test({
    name: `at a terminal ${call} takes ${JSON.stringify(keys)} for ${answer}, and leaves what comes next`,
    ignore: !there,
    fn: async () => {
      const result = await typed(call, keys);
      assert.deepEqual([result.answer, result.next], [answer, "abc\n"], result.screen);
    },
  });
}

Deno.test({
  name: "at a terminal a question shows control characters, and colours only where they are wanted",
  ignore: !there,
  fn: async () => {
    const { screen } = await typed(`confirm("Trust \\u001b[31mme?")`, "n\r");
    assert.match(screen, /Trust \\x1b\[31mme\? \[y\/N\]/);
    // deno-lint-ignore no-control-regex
    assert.doesNotMatch(screen, /\x1b\[[0-9;]*m/);
  },
});
