import assert from "node:assert/strict";
import { create } from "../../lib/app/project/create.ts";
import { conversationPlaces, hostConversations } from "../../lib/plan/conversations.ts";
import { settingsFrom } from "../../lib/config/resolve.ts";
import { levelsBelow } from "../../lib/config/effective.ts";
import { findTarget } from "../../targets/discover.ts";
import { Sandbox } from "../config/support.ts";

async function machine(config: string) {
  const sandbox = await Sandbox.make();
  const host = await sandbox.open(config);
  const settings = settingsFrom(await levelsBelow(host, "system"), undefined, {});
  const project = await sandbox.folder("app");
  const kept = conversationPlaces(findTarget("claude"), project)!.onHost;
  await sandbox.write(`home/${kept}/1.jsonl`, "{}");
  return { sandbox, host, settings, project, kept };
}

Deno.test("a box can read the host's conversations of its project, where that is set, and of no other", async () => {
  const { sandbox, host, settings, project, kept } = await machine("[own]\nconversations = true\n");
  await using _ = sandbox;
  assert.match(kept, /^\.claude\/projects\/-tmp-.*-work-app$/);
  const { mount } = await hostConversations(host, project, settings, findTarget("claude"));
  assert.deepEqual([mount?.source, mount?.destination, mount?.readOnly], [
    `${host.dirs.home}/${kept}`,
    "/home/agent/.claude/projects/-home-agent-workspace-host",
    true,
  ]);
  // One that has none gets nothing.
  assert.deepEqual(
    await hostConversations(host, await sandbox.folder("other"), settings, findTarget("claude")),
    {},
  );
  // An agent that keeps them otherwise is named.
  const codex = await hostConversations(host, project, settings, findTarget("codex"));
  assert.match(codex.warning!, /Codex does not keep its conversations by project/);
  const unset = await machine("");
  await using _unset = unset.sandbox;
  assert.deepEqual(
    await hostConversations(unset.host, unset.project, unset.settings, findTarget("claude")),
    {},
  );
});

Deno.test("T18 conversations are not shown from where a box can write", async () => {
  const { sandbox, host, settings, project, kept } = await machine("[own]\nconversations = true\n");
  await using _ = sandbox;
  const boxes = await sandbox.folder("boxes");
  await create(host, { path: boxes, cwd: "/" });
  const mine = await sandbox.folder("mine");
  const place = `${host.dirs.home}/${kept}`;
  for (const [target, isShown] of [[boxes, false], [mine, true]] as const) {
    await Deno.remove(place, { recursive: true });
    await Deno.symlink(target, place);
    const shown = hostConversations(host, project, settings, findTarget("claude"));
    if (isShown) assert.equal((await shown).mount?.source, mine);
    else await assert.rejects(shown, /where a box can write/);
  }
});
