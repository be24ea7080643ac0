import assert from "node:assert/strict";
import { run } from "../../lib/host/process.ts";

const root = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/** Runs lines of shell with a part of ./dev loaded. */
async function shell(part: string, lines: string): Promise<string> {
  const script = `set -euo pipefail; root=${root}; assume_yes=1
    . "$root/tools/dev/common.sh"; . "$root/tools/dev/${part}.sh"
    ${lines}`;
  const result = await run(["bash", "-c", script]);
  assert.equal(result.code, 0, result.stderr);
  return result.stdout.trim();
}

Deno.test("./dev gives new subordinate ids behind all that are taken", async () => {
  const next = (text: string) =>
    shell("host", `f=$(mktemp); printf '${text}' >"$f"; next_subordinate_id "$f"`);
  assert.equal(await next(""), "100000");
  assert.equal(await next("a:100000:65536\\nb:300000:65536\\nc:165536:65536\\n"), "365536");
});

Deno.test("./dev knows a kernel that is new enough from one that is not", async () => {
  const answer = (kernel: string) =>
    shell("host", `uname() { echo ${kernel}; }; kernel_at_least 5 13 && echo yes || echo no`);
  assert.equal(await answer("5.13.0-1-amd64"), "yes");
  assert.equal(await answer("6.1.0"), "yes");
  assert.equal(await answer("5.4.0-200-generic"), "no");
});

Deno.test("./dev help names every command", async () => {
  const { stdout } = await run([`${root}dev`, "help"]);
  for (const word of ["try", "test", "ok", "build", "bench", "kanibako"]) {
    assert.match(stdout, new RegExp(`^  ${word}\\b`, "m"));
  }
});

Deno.test("./dev installs the agents again when other versions are wanted, and only then", async () => {
  const calls = await shell(
    "agents",
    `agents=$(mktemp -d); npm() { echo called >>"$agents/calls"; }
    need_agents; need_agents; agent_packages+=(one@2); need_agents; cat "$agents/calls"`,
  );
  assert.equal(calls, "called\ncalled");
});
