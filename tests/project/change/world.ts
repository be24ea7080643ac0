/** A whole small world as text, for comparing it before and after. */

import type { Sandbox } from "../../config/support.ts";

/**
 * Everything below the sandbox's folders, a line each with its content. Left out is what only says that somebody looked:
 * locks, and the folders that hold nothing else.
 */
export async function picture(box: Sandbox): Promise<string> {
  const lines: string[] = [];
  for (const folder of ["work", "data", "state", "config"]) {
    await look(`${box.root}/${folder}`, folder, lines);
  }
  return lines.sort().join("\n");
}

const EMPTY: Readonly<Record<string, string>> = {
  "state/kanibako/standalone.json": "{}\n",
  "data/kanibako/names.toml": "[projects]\n[worksets]\n",
};

async function look(path: string, shown: string, lines: string[]): Promise<boolean> {
  let any = false;
  for await (const { name, isDirectory, isSymlink } of Deno.readDir(path)) {
    const [at, here] = [`${path}/${name}`, `${shown}/${name}`];
    if (/^state\/kanibako\/(locks|changes)$/.test(here) || name.endsWith(".lock")) continue;
    if (isSymlink) lines.push(`${here} -> ${await Deno.readLink(at)}`);
    // Empty is as good as not there.
    else if (EMPTY[here] !== undefined && await Deno.readTextFile(at) === EMPTY[here]) continue;
    else if (!isDirectory) lines.push(`${here} ${JSON.stringify(await Deno.readTextFile(at))}`);
    else {
      const filled = await look(at, here, lines);
      if (!filled && (here.startsWith("state/") || here === "data/kanibako")) continue;
      lines.push(`${here}/ ${((await Deno.lstat(at)).mode! & 0o777).toString(8)}`);
    }
    any = true;
  }
  return any;
}

/** The same, a copy of another place: so that a prepared world need not be prepared again. */
export async function restore(from: string, to: string): Promise<void> {
  const { copyTree } = await import("../../../lib/host/tree/copy.ts");
  for await (const { name } of Deno.readDir(to)) await Deno.remove(`${to}/${name}`, { recursive: true });
  for await (const { name } of Deno.readDir(from)) await copyTree(`${from}/${name}`, `${to}/${name}`);
}
