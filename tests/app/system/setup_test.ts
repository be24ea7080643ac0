import assert from "node:assert/strict";
import { Asking } from "../../../lib/commands/system/setup/asking.ts";
import { setupAgents } from "../../../lib/commands/system/setup/agents.ts";
import { setupCompletions } from "../../../lib/commands/system/setup/completions.ts";
import { setupEngine } from "../../../lib/commands/system/setup/engine.ts";
import { setupRig } from "../../../lib/commands/system/setup/rig.ts";
import type { SetupFlags } from "../../../lib/commands/system/setup.ts";
import { keepAfterLogout } from "../../../lib/app/system/logout_check.ts";
import { redirectOutput } from "../../../lib/host/ui/terminal.ts";
import type { Choice } from "../../../lib/spec/ui.ts";
import { installAgent } from "../../support/agent.ts";
import { AppWorld } from "../world.ts";

/** What a step prints. */
async function shown(step: () => Promise<unknown>): Promise<string> {
  let text = "";
  const sink = { terminal: false, colour: false, write: (part: string) => void (text += part) };
  const back = redirectOutput({ stdout: sink, stderr: sink });
  try {
    await step();
  } finally {
    back();
  }
  return text;
}

/** Somebody who answers the questions of one call. */
function asking(world: AppWorld, answers: readonly (string | undefined)[], flags: Partial<SetupFlags> = {}) {
  const asked: string[] = [];
  const left = [...answers];
  const ui = {
    ...world.host.ui,
    attended: answers.length > 0,
    choose: <T extends string>({ text }: Choice<T>) => {
      asked.push(text);
      return Promise.resolve(left.shift() as T | undefined);
    },
    progress: () => world.ui.progress(),
  };
  return { asked, call: new Asking({ ...world.host, ui }, flags) };
}

function withoutVariable(name: string): Disposable {
  const value = Deno.env.get(name);
  Deno.env.delete(name);
  return { [Symbol.dispose]: () => void (value === undefined || Deno.env.set(name, value)) };
}

/** What the system's settings say. */
async function setting(world: AppWorld, name: string): Promise<unknown> {
  return (await world.open()).system.config.values[name];
}

Deno.test("setup lets the user choose between engines, once, and stores only one that is here", async () => {
  // It would decide.
  using _variable = withoutVariable("KANIBAKO_ENGINE");
  await using world = await AppWorld.make(["podman", "docker"]);
  const { asked, call } = asking(world, ["docker"]);
  assert.match(
    await shown(() => setupEngine(call)),
    /1\. A container engine\n\[ok\] Container engine: podman[\s\S]*docker/,
  );
  assert.equal(asked.length, 1);
  assert.equal(await setting(world, "engine"), "docker");
  const again = asking(world, ["podman"]);
  assert.match(await shown(() => setupEngine(again.call)), /\[ok\] Container engine: docker/);
  assert.deepEqual(again.asked, []);
  const nobody = asking(world, [], { engine: "podman" });
  await shown(() => setupEngine(nobody.call));
  assert.equal(await setting(world, "engine"), "podman");

  // Who leaves is asked nothing more, and nothing is stored.
  const leaving = asking(world, [undefined], { again: true });
  await assert.rejects(shown(() => setupEngine(leaving.call)), { code: "aborted" });
  assert.equal(await setting(world, "engine"), "podman");

  await using single = await AppWorld.make();
  const one = asking(single, ["docker"]);
  await shown(() => setupEngine(one.call));
  assert.deepEqual([one.asked, await setting(single, "engine")], [[], undefined]);
  await assert.rejects(shown(() => setupEngine(asking(single, [], { engine: "docker" }).call)), {
    code: "no-engine",
  });
  assert.equal(await setting(single, "engine"), undefined);
  // One that is here and does not work.
  await Deno.writeTextFile(`${single.sandbox.root}/bin/docker`, "#!/bin/sh\necho no daemon >&2\nexit 1\n", {
    mode: 0o755,
  });
  await assert.rejects(shown(() => setupEngine(asking(single, [], { engine: "docker" }).call)), {
    code: "engine-broken",
  });
  const chosen = asking(single, ["docker"]);
  assert.match(await shown(() => setupEngine(chosen.call)), /Cannot use docker: .*\n {2}podman 4\.3\.1/);
  assert.equal(await setting(single, "engine"), undefined);
});

Deno.test("setup offers to log in to an agent by its own command, and stores which agent boxes run", async () => {
  await using world = await AppWorld.make();
  const before = Deno.env.get("PATH")!;
  const home = `${world.sandbox.root}/home`;
  // As Claude Code does, it writes its file; and it says with which words it was called.
  const login = { accessToken: "a", refreshToken: "r", expiresAt: Date.now() + 9e7, scopes: ["a"] };
  const script = `const fs = await import("node:fs");
    fs.writeFileSync(process.env.HOME + "/called", words.join(" "));
    fs.mkdirSync(process.env.HOME + "/.claude", { recursive: true });
    fs.writeFileSync(process.env.HOME + "/.claude/.credentials.json", '${
    JSON.stringify({ claudeAiOauth: login })
  }');`;
  const savedHome = Deno.env.get("HOME");
  try {
    const { PATH } = await installAgent(home, script);
    Deno.env.set("PATH", PATH);
    Deno.env.set("HOME", home);
    const { asked, call } = asking(world, ["no"]);
    assert.match(await shown(() => setupAgents(call)), /\[!!\] Claude Code: .*not logged in/);
    assert.match(asked[0]!, /Claude Code is not logged in\. Log in now/);
    await assert.rejects(Deno.stat(`${home}/called`), Deno.errors.NotFound);
    const yes = asking(world, ["yes"]);
    await shown(async () => assert.equal(await setupAgents(yes.call), true));
    assert.equal(await Deno.readTextFile(`${home}/called`), "auth login");
    const after = asking(world, ["yes"]);
    await shown(() => setupAgents(after.call));
    assert.deepEqual(after.asked, []);
    await assert.rejects(shown(() => setupAgents(asking(world, [], { logIn: "aider" }).call)), {
      code: "no-login",
    });
    await assert.rejects(shown(() => setupAgents(asking(world, [], { crab: "nosuch" }).call)));
    assert.equal(await setting(world, "box.crab"), undefined);
    await shown(() => setupAgents(asking(world, [], { crab: "claude" }).call));
    assert.equal(await setting(world, "box.crab"), "claude");
  } finally {
    Deno.env.set("PATH", before);
    if (savedHome !== undefined) Deno.env.set("HOME", savedHome);
  }
});

Deno.test("setup prepares a rig only if that is wanted, and writes completions only if that is", async () => {
  await using world = await AppWorld.make();
  const { defaultRuntime } = await import("../../../lib/run/used_runtimes.ts");
  const runtime = (await defaultRuntime(world.host))!;
  const no = asking(world, ["no"]);
  assert.match(
    await shown(async () => assert.equal(await setupRig(no.call, runtime), false)),
    /oci is not here yet/,
  );
  assert.equal(no.asked.length, 1);
  await shown(() => setupRig(asking(world, [], { rig: "min" }).call, runtime));
  assert.equal(await setting(world, "box.image"), "min");

  const file = `${world.sandbox.root}/data/bash-completion/completions/kanibako`;
  const shell = Deno.env.get("SHELL");
  Deno.env.set("SHELL", "/bin/bash");
  try {
    await shown(() => setupCompletions(asking(world, ["no"]).call));
    await assert.rejects(Deno.stat(file), Deno.errors.NotFound);
    assert.match(await shown(() => setupCompletions(asking(world, []).call)), /setup --completions bash/);
    await shown(() => setupCompletions(asking(world, ["yes"]).call));
    assert.ok((await Deno.stat(file)).isFile);
    const again = asking(world, ["yes"]);
    assert.match(await shown(() => setupCompletions(again.call)), /\[ok\] bash: /);
    assert.deepEqual(again.asked, []);
  } finally {
    if (shell === undefined) Deno.env.delete("SHELL");
    else Deno.env.set("SHELL", shell);
  }
});

Deno.test("what the login manager refuses is an error with the command for root", async () => {
  await using world = await AppWorld.make();
  const facts = { uid: 1000, user: "ann", cgroup: "", systemd: true, lingers: false };
  const bin = `${world.sandbox.root}/bin`;
  await Deno.writeTextFile(`${bin}/loginctl`, '#!/bin/sh\necho "Access denied" >&2\nexit 1\n', {
    mode: 0o755,
  });
  await assert.rejects(keepAfterLogout(facts), (error: { code: string; hints: string[]; output: string }) => {
    assert.deepEqual([error.code, error.output], ["no-linger", "Access denied\n"]);
    return /loginctl enable-linger ann/.test(error.hints.join());
  });
  await Deno.writeTextFile(`${bin}/loginctl`, `#!/bin/sh\necho "$@" >${bin}/asked\n`, { mode: 0o755 });
  await keepAfterLogout(facts);
  assert.equal(await Deno.readTextFile(`${bin}/asked`), "enable-linger ann\n");
});
