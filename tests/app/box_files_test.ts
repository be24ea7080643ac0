import assert from "node:assert/strict";
import type { BoxCommand, ExecOptions, ExecResult } from "../../lib/app/box_command.ts";
import { BoxFiles } from "../../lib/app/box_files.ts";

/** Files of a box whose programs answer what a test wants. */
function answering(answer: Partial<ExecResult> | string): { files: BoxFiles; asked: ExecOptions[] } {
  const asked: ExecOptions[] = [];
  const nothing = new Uint8Array();
  const said = typeof answer === "string" ? { stdout: new TextEncoder().encode(answer) } : answer;
  const result = { code: 0, stdout: nothing, stderr: nothing, truncated: false, timedOut: false, ...said };
  const files = new BoxFiles((_argv, options = {}) => {
    asked.push(options);
    return { result: () => Promise.resolve(result) } as unknown as BoxCommand;
  });
  return { files, asked };
}

Deno.test("H6: a file that nobody comes to the end of does not hold a script up for ever", async () => {
  const { files, asked } = answering({ code: 143, timedOut: true });
  await assert.rejects(files.read("x", { timeoutMs: 50 }), {
    code: "box-file",
    message: /longer than 50 ms/,
  });
  await assert.rejects(files.list("."), { code: "box-file" });
  await assert.rejects(files.write("x", "y"), { code: "box-file" });
  assert.deepEqual(asked.map(({ timeoutMs }) => timeoutMs), [50, 300_000, 300_000]);
});

Deno.test("what a box says of its files is taken only where it can be a file's", async () => {
  const good = "f 12 1700000000.5 644 two\nlines\0d 0 -5.0 755 \u001b[2J\0";
  const bad = [
    "f 1 1 644 ../up",
    "f 1 1 644 /etc/passwd",
    "f 1 1 644 .",
    "d 1 1 755 ..",
    `f ${"9".repeat(400)} 1 644 large`,
    "f 1 1.2.3 644 odd",
    "f 1 1 99999999 mode",
    "f 1 1 644 ",
    "nonsense",
    "",
  ].join("\0");
  const { files } = answering(`${good}${bad}\0`);
  assert.deepEqual(await files.list(), [
    { name: "\u001b[2J", kind: "folder", sizeBytes: 0, modifiedMs: -5000, mode: 0o755 },
    { name: "two\nlines", kind: "file", sizeBytes: 12, modifiedMs: 1_700_000_000_500, mode: 0o644 },
  ]);
});
