import assert from "node:assert/strict";
import { setRaw } from "../../../lib/host/line_end.ts";
import { Aborted, KanibakoError, UsageError } from "../../../lib/host/error.ts";
import {
  bold,
  check,
  fields,
  green,
  json,
  note,
  out,
  outText,
  redirectOutput,
  showError,
  success,
  table,
  warn,
} from "../../../lib/host/ui/terminal.ts";
import { escapeControl, escapeControlKeepLines } from "../../../lib/host/ui/text.ts";
import { restoreScreen } from "../../../lib/host/ui/screen.ts";
import { displayWidth, padTo } from "../../../lib/host/ui/width.ts";

interface Printed {
  stdout: string;
  stderr: string;
}

function print(colour: boolean, action: () => void): Printed {
  const printed: Printed = { stdout: "", stderr: "" };
  const sink = (name: keyof Printed) => ({
    terminal: colour,
    colour,
    write: (text: string) => {
      printed[name] += text;
    },
  });
  const restore = redirectOutput({ stdout: sink("stdout"), stderr: sink("stderr") });
  try {
    action();
  } finally {
    restore();
  }
  return printed;
}

const HOSTILE = "a\x1b[2J\x1b]0;title\x07\rb\u202ec\nd\u061c\u180e\ufffa\u{e0041}";
// deno-lint-ignore no-control-regex
const STEERING = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u180e\u202e\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;

Deno.test("terminal: whatever is printed by whichever way, foreign text cannot steer the terminal", () => {
  const ways: Record<string, () => void> = {
    out: () => out(HOSTILE, bold(HOSTILE)),
    outText: () => outText(HOSTILE),
    note: () => note(HOSTILE),
    success: () => success(HOSTILE),
    warn: () => warn(HOSTILE),
    json: () => json({ [HOSTILE]: HOSTILE }),
    table: () => table(["A", "B"], [[HOSTILE, green(HOSTILE)]]),
    fields: () => fields([["Label", HOSTILE]]),
    check: () => check("ok", "Label", HOSTILE),
    error: () => showError(new KanibakoError("x", HOSTILE, { hint: HOSTILE, output: HOSTILE })),
    unexpected: () => showError(new Error(HOSTILE), true),
  };
  for (const [name, way] of Object.entries(ways)) {
    const { stdout, stderr } = print(false, way);
    assert.ok((stdout + stderr).includes("a"), name);
    assert.doesNotMatch(stdout + stderr, STEERING, name);
  }
});

Deno.test("D12: a joiner between pictures passes, and what hides or turns text is shown", () => {
  for (const text of ["👩‍💻", "🏳️‍🌈", "👩🏽‍🚀 and 👨‍👩‍👧"]) {
    assert.equal(escapeControl(text), text);
    assert.equal(escapeControlKeepLines(`${text}\n`), `${text}\n`);
  }
  for (
    const text of [
      "a\u200db",
      "👩\u200d",
      "\u200d👩",
      "👩\u200d\u200d💻",
      "x\u200b",
      "\u200e",
      "\u200f",
      "\u202e",
      "\u2066",
    ]
  ) {
    assert.match(escapeControl(text), /\\u20/);
  }
});

Deno.test("terminal: colour appears only where the stream has colour, and only around styled parts", () => {
  assert.equal(print(true, () => out("a ", green("b"))).stdout, "a \x1b[32mb\x1b[0m\n");
  assert.equal(print(false, () => out("a ", green("b"))).stdout, "a b\n");
});

Deno.test("terminal: results go to stdout, all else to stderr", () => {
  const printed = print(false, () => {
    out("result");
    note("note");
    warn("careful");
    success("done");
  });
  assert.deepEqual(printed, { stdout: "result\n", stderr: "note\nWarning: careful\ndone\n" });
});

Deno.test("terminal: a table lines up, also with wide, combined and styled text", () => {
  const { stdout } = print(
    false,
    () =>
      table(["NAME", "STATUS"], [["日本", "x"], ["e\u0301te\u0301", green("y")], ["👍🏽", "z"], [
        "plain",
        "w",
      ]]),
  );
  const columns = stdout.trimEnd().split("\n").map((line) =>
    displayWidth(line.slice(0, line.search(/\S+$/)))
  );
  assert.deepEqual(new Set(columns), new Set([7]));
});

Deno.test("terminal: a table keeps its least widths, and is silent without rows", () => {
  assert.equal(
    print(false, () => table(["NAME", "PATH"], [["a", "/x"]], { minimum: [18] })).stdout.split("\n")[1],
    "a" + " ".repeat(19) + "/x",
  );
  assert.equal(print(false, () => table(["NAME"], [])).stdout, "");
});

Deno.test("terminal: JSON stays the same value", () => {
  const value = { name: HOSTILE, list: [1, null, "ü"] };
  assert.deepEqual(JSON.parse(print(false, () => json(value)).stdout), value);
});

Deno.test("errors: message, output and hints on stderr, one line each; the exit code is the error's", () => {
  let code = 0;
  const printed = print(false, () => {
    code = showError(
      new KanibakoError("x", "Cannot start it.", {
        hint: ["Try this.", "Or that."],
        output: "one\ntwo\n",
        exitCode: 5,
      }),
    );
  });
  assert.equal(code, 5);
  assert.deepEqual(printed, {
    stdout: "",
    stderr: "Error: Cannot start it.\n  | one\n  | two\n  → Try this.\n  → Or that.\n",
  });
});

Deno.test("errors: of a long output the end is shown", () => {
  const output = Array.from({ length: 50 }, (_, index) => `line ${index}`).join("\n");
  const { stderr } = print(false, () => showError(new KanibakoError("x", "No.", { output })));
  assert.match(stderr, /30 more lines/);
  assert.match(stderr, /line 49/);
  assert.doesNotMatch(stderr, /line 29\n/);
});

Deno.test("C33: errors: of a line of mount options the beginning and the end are shown", () => {
  const output = `creating mount: ${"lowerdir=/x:".repeat(400)}: no such file or directory`;
  const { stderr } = print(false, () => showError(new KanibakoError("x", "No.", { output })));
  assert.match(stderr, /\| creating mount: lowerdir=.* \[\.\.\.\] .*: no such file or directory\n/);
  assert.ok(stderr.length < 800);
});

Deno.test("errors: what nobody expected is one line, with a stack only when asked for", () => {
  const error = new TypeError("x is not a function");
  const short = print(false, () => assert.equal(showError(error), 1)).stderr;
  assert.match(short, /^Error: Unexpected failure: x is not a function\n {2}→ .*-v.*\n$/);
  assert.match(print(false, () => showError(error, true)).stderr, /terminal_test\.ts/);
});

Deno.test("errors: a refusal says Aborted. on stdout with exit code 2, a usage error has exit code 2", () => {
  assert.deepEqual(print(false, () => assert.equal(showError(new Aborted()), 2)), {
    stdout: "Aborted.\n",
    stderr: "",
  });
  print(false, () => assert.equal(showError(new UsageError("No.")), 2));
});

Deno.test("width: counts columns, not characters", () => {
  for (
    const [text, width] of [["", 0], ["abc", 3], ["é", 1], ["e\u0301", 1], ["日本", 4], ["👍", 2], [
      "ｆ",
      2,
    ]] as const
  ) {
    assert.equal(displayWidth(text), width, text);
  }
  assert.equal(padTo("日", 4), "日  ");
});

Deno.test("what a full-screen program left is undone on a terminal, and nothing is written elsewhere", () => {
  const written = (terminal: boolean) => {
    let text = "";
    restoreScreen({ terminal, write: (more) => text += more });
    return text;
  };
  for (const undone of ["?1049l", "?25h", "?1000l", "?1006l", "?2004l"]) {
    assert.ok(written(true).includes(undone), undone);
  }
  assert.equal(written(false), "");
});

Deno.test("lines go back to the first column while the terminal is raw, and only there", () => {
  const written: string[] = [];
  const sink = (terminal: boolean) => ({
    terminal,
    colour: false,
    write: (text: string) => void written.push(text),
  });
  using _raw = { [Symbol.dispose]: () => setRaw(false) };
  using _restored = { [Symbol.dispose]: redirectOutput({ stdout: sink(false), stderr: sink(true) }) };
  note("cooked");
  setRaw(true);
  note("raw");
  out("file");
  assert.deepEqual(written, ["cooked\n", "raw\r\n", "file\n"]);
});
