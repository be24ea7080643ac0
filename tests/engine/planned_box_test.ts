// A box that belongs to no project is what its plan says.

import assert from "node:assert/strict";
import { baseDirs } from "../../lib/host/dirs.ts";
import { PARTS, planBox } from "../../lib/plan/plan.ts";
import type { Part } from "../../lib/plan/parts/part.ts";
import { boxLabels, ownerMark } from "../../lib/runtime/labels.ts";
import { openRuntime } from "../../lib/runtime/open.ts";
import { fromPart } from "../../lib/spec/source.ts";
import { planInput } from "../support/plan_input.ts";
import { engine, rootless } from "../support/program.ts";

/** Writes what it sees of its words and variables, and stays. */
const BESIDE: Part = {
  name: "beside",
  contribute: () => ({
    inside: [{
      name: "beside",
      argv: [
        "sh",
        "-c",
        'printf "%s|%s|%s" "$1" "$ODD" "$GIVEN" > "$HOME/beside"; exec sleep 60',
        "sh",
        "a 'b'",
      ],
      env: { ODD: "c $d" },
    }],
  }),
};

const SCRIPT = `i=0
until [ -s "$HOME/beside" ] || [ $i = 200 ]; do i=$((i + 1)); sleep 0.05; done
cat "$HOME/beside"
printf ' %s %s %s ' "$GIVEN" "$(pwd)" "$(id -un)"
echo made > mine && cat mine
cp /bin/true there && ./there || exit 8
exit 7`;

Deno.test("a scratch box has an empty workspace, a process beside its command, and the command's exit code", async () => {
  const home = await Deno.makeTempDir({ prefix: "kanibako-planned-" });
  const dirs = baseDirs((name) => name === "HOME" ? home : undefined);
  const runtime = await openRuntime(dirs, engine);
  const id = `kanibako-scratch-${crypto.randomUUID().slice(0, 8)}`;
  await Deno.mkdir(`${home}/shell`);
  if (!rootless) await Deno.chown(`${home}/shell`, 1234, 1234);
  const { metadata: _metadata, settings, ...given } = await planInput({
    hideVault: false,
    program: [],
    image: "localhost/kanibako-min:latest",
    user: rootless ? { kind: "keep-id", uid: 1000, gid: 1000 } : { kind: "owner", uid: 1234, gid: 1234 },
    labels: boxLabels({ id, role: "scratch" }, await ownerMark(home), id, "ephemeral", undefined),
    work: { kind: "command", argv: ["sh", "-c", SCRIPT], from: fromPart("your words") },
    box: { id, role: "scratch", name: "scratch", workspace: undefined, home: `${home}/shell`, state: home },
  });
  const env = { GIVEN: { value: "to the command", secret: false, from: fromPart("a test") } };
  const spec = planBox({ ...given, settings: { ...settings, env } }, [...PARTS, BESIDE]);
  // What the box's user must read is readable under any umask.
  const umask = Deno.umask(0o077);
  const mailbox = await runtime.prepareMailbox(spec, `${home}/run`, { guests: false });
  try {
    let said = "";
    const decoder = new TextDecoder();
    const started = await runtime.start(spec, {
      kind: "streams",
      stdout: (chunk) => void (said += decoder.decode(chunk, { stream: true })),
      stderr: (chunk) => void (said += decoder.decode(chunk, { stream: true })),
    }, { mailbox, state: home, note: () => {} });
    assert.ok(started.kind === "begun");
    assert.deepEqual(await started.exit, { code: 7 });
    assert.equal(said, "a 'b'|c $d| to the command /home/agent/workspace agent made\n");
  } finally {
    Deno.umask(umask);
    await runtime.remove(spec.name);
    await mailbox.remove();
    await Deno.remove(home, { recursive: true });
  }
});
