import assert from "node:assert/strict";
import { run } from "../../lib/host/process.ts";
import { keptAlive } from "../../lib/run/start_supervisor.ts";

/** A machine on which a service manager of the user answers; `manager`: what `systemd-run` does there. */
async function machine(
  manager: string,
): Promise<{ folder: string; env: Record<string, string> } & AsyncDisposable> {
  const folder = await Deno.makeTempDir();
  await Deno.mkdir(`${folder}/run`, { mode: 0o700 });
  await Deno.mkdir(`${folder}/run/systemd`);
  await Deno.mkdir(`${folder}/bin`);
  await Deno.writeTextFile(`${folder}/bin/systemd-run`, `#!/bin/sh\n${manager}\n`, { mode: 0o755 });
  const listener = Deno.listen({ transport: "unix", path: `${folder}/run/systemd/private` });
  return {
    folder,
    env: { XDG_RUNTIME_DIR: `${folder}/run`, PATH: `${folder}/bin:/usr/bin:/bin`, HOME: folder },
    [Symbol.asyncDispose]: async () => {
      listener.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

const COMMAND = ["/bin/sh", "-c", 'echo "ran: $1 $SECRET"', "sh", "a b"];

Deno.test("keptAlive() is the command itself where no service manager answers", () => {
  assert.deepEqual(keptAlive("app", COMMAND, [], () => undefined), COMMAND);
  assert.deepEqual(
    keptAlive("app", COMMAND, [], (name) => name === "XDG_RUNTIME_DIR" ? "/nonexistent" : "/usr/bin"),
    COMMAND,
  );
});

Deno.test("keptAlive() has the manager run the command, restart it, and take values from the environment", async () => {
  await using host = await machine(
    'printf "%s\\n" "$@" >"$HOME/words"; while [ "$1" != -- ]; do shift; done; shift; exec "$@"',
  );
  const words = keptAlive("app", COMMAND, ["SECRET"], (name) => host.env[name]);
  const outcome = await run(words, { env: { ...host.env, SECRET: "s3cret" } });
  assert.equal(outcome.stdout, "ran: a b s3cret\n");
  const given = (await Deno.readTextFile(`${host.folder}/words`)).split("\n");
  assert.ok(given.includes("--property=Restart=on-failure"));
  assert.ok(given.includes("--setenv=SECRET"));
  assert.ok(!words.join("\n").includes("s3cret"));
});

Deno.test("keptAlive() runs the command as it is where the manager refuses", async () => {
  await using host = await machine('echo "Failed to connect to bus" >&2; exit 1');
  const outcome = await run(keptAlive("app", COMMAND, [], (name) => host.env[name]), { env: host.env });
  assert.equal(outcome.stdout, "ran: a b \n");
});
