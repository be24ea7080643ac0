/**
 * An agent for tests: installed as Claude Code was when it was a script for Node, and doing as it is asked.
 *
 * @module
 */

/** What the agent does: JavaScript for Node. `words` are its arguments. */
export async function installAgent(home: string, script: string): Promise<{ PATH: string }> {
  const folder = `${home}/npm/node_modules/@anthropic-ai/claude-code`;
  await Deno.mkdir(folder, { recursive: true });
  await Deno.mkdir(`${home}/npm/bin`, { recursive: true });
  await Deno.writeTextFile(
    `${folder}/package.json`,
    JSON.stringify({ name: "@anthropic-ai/claude-code", version: "1.0.0", type: "module" }),
  );
  await Deno.writeTextFile(
    `${folder}/cli.js`,
    `#!/usr/bin/env node\nconst words = process.argv.slice(2);\n${script}\n`,
  );
  await Deno.chmod(`${folder}/cli.js`, 0o755);
  const link = `${home}/npm/bin/claude`;
  await Deno.remove(link).catch(() => {});
  await Deno.symlink(`${folder}/cli.js`, link);
  return { PATH: `${home}/npm/bin:${Deno.env.get("PATH")}` };
}
