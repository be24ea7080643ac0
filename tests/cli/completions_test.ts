import assert from "node:assert/strict";
import { findExecutable, run } from "../../lib/host/process.ts";
import { denoDir } from "../support/deno_dir.ts";

const cli = new URL("../../cli.ts", import.meta.url).pathname;

/** A folder with this program as `kanibako` in it, and a registry that knows two projects. */
async function folder(): Promise<{ path: string; env: Record<string, string> }> {
  const path = await Deno.makeTempDir();
  await Deno.writeTextFile(
    `${path}/kanibako`,
    `#!/bin/sh\nexec '${Deno.execPath()}' run -A --no-check '${cli}' "$@"\n`,
  );
  await Deno.chmod(`${path}/kanibako`, 0o755);
  await Deno.mkdir(`${path}/data/kanibako`, { recursive: true });
  await Deno.writeTextFile(`${path}/data/kanibako/names.toml`, `[projects]\nalpha = "/a"\nalpine = "/b"\n`);
  const env = { HOME: path, XDG_DATA_HOME: `${path}/data`, PATH: `${path}:${Deno.env.get("PATH")}` };
  const kept = {
    XDG_CONFIG_HOME: `${path}/config`,
    XDG_STATE_HOME: `${path}/state`,
    XDG_CACHE_HOME: `${path}/cache`,
  };
  return { path, env: { ...env, ...kept, DENO_DIR: denoDir(), NO_COLOR: "1" } };
}

Deno.test("completions: bash completes commands, options, values and project names", async () => {
  const { path, env } = await folder();
  try {
    const script = `
      eval "$(kanibako completions bash)"
      try() { COMP_WORDS=("$@"); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _kanibako; echo "\${COMPREPLY[*]}"; }
      try kanibako sta
      try kanibako box diag
      try kanibako start al
      try kanibako shell --netw
      try kanibako shell --network = n
      try kanibako shell --network =
      try kanibako shell -- l`;
    const result = await run(["bash", "-c", script], { env });
    assert.equal(result.stderr, "");
    assert.deepEqual(result.stdout.split("\n"), [
      "start",
      "diagnose",
      "alpha alpine",
      "--network",
      "none",
      "filtered none open",
      "",
      "",
    ]);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
});

for (const shell of ["zsh", "fish"]) {
  const there = findExecutable(shell) !== undefined;
  Deno.test(`completions: the script for ${shell} ${there ? "is understood by it" : "asks the program"}`, async () => {
    const { path, env } = await folder();
    try {
      const script = (await run([`${path}/kanibako`, "completions", shell], { env })).stdout;
      assert.match(script, /__complete/);
      if (!there) return;
      const result = await run([shell, "-n"], { env, input: script });
      assert.deepEqual([result.code, result.stderr], [0, ""]);
    } finally {
      await Deno.remove(path, { recursive: true });
    }
  });
}

Deno.test("completions: an unknown shell is a usage error with a suggestion", async () => {
  const { path, env } = await folder();
  try {
    const result = await run([`${path}/kanibako`, "completions", "bsh"], { env });
    assert.equal(result.code, 2);
    assert.match(result.stderr, /Did you mean "bash"\?/);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
});
