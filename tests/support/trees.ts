/**
 * Folders of files for tests, and what the system's own tools say of them.
 *
 * @module
 */

import assert from "node:assert/strict";
import { type CName, libc, Open } from "../../lib/host/libc/libc.ts";

/** Runs a command and answers what it printed, as the bytes it printed (one character for each). */
export async function command(...argv: string[]): Promise<string> {
  const child = new Deno.Command(argv[0]!, { args: argv.slice(1), env: { LC_ALL: "C" } });
  const { success, stdout, stderr } = await child.output();
  assert(success, `${argv.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder("latin1").decode(stdout);
}

/** Runs a test in a new folder, which goes away with all it holds, whatever its permissions. */
export async function inFolder(test: (folder: string) => Promise<void> | void, dir?: string): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "kanibako-tree-", ...dir !== undefined && { dir } });
  try {
    await test(folder);
  } finally {
    await command("chmod", "-R", "u+rwX", folder);
    await command("rm", "-rf", folder);
  }
}

/** How many handles this process holds on a folder and what is in it; other tests may hold others meanwhile. */
export function handlesIn(folder: string): number {
  return [...Deno.readDirSync("/proc/self/fd")].filter(({ name }) => {
    try {
      return Deno.readLinkSync(`/proc/self/fd/${name}`).startsWith(folder);
    } catch {
      return false; // it was closed, or is too deep to be named
    }
  }).length;
}

/** Everything in a folder with all that a copy keeps: one line each, in order. */
export async function listing(
  folder: string,
  fields = "%y %m %U %G %s %T@ %l",
): Promise<string[]> {
  const printed = await command("find", folder, "-printf", `%P ${fields}\\0`);
  return printed.split("\0").sort().map((line) => line.replace(/^( d \d+ \d+ \d+ )\d+/, "$1"));
}

/** Every regular file's content, by a checksum. */
export async function contents(folder: string): Promise<string> {
  return await command(
    "sh",
    "-c",
    `cd "$1" && find . -type f -print0 | sort -z | xargs -0r sha256sum -z`,
    "sh",
    folder,
  );
}

/** Makes a file whose name is these bytes. */
export function writeBytesName(folder: string, name: readonly number[], content: string): void {
  const c = libc();
  const top = c.open(-100, bytes(new TextEncoder().encode(folder)), Open.READ | Open.FOLDER);
  const fd = c.open(top, bytes(name), Open.WRITE | Open.CREATE | Open.EXCLUSIVE, 0o644);
  assert(fd >= 0, `cannot make the file: ${fd}`);
  c.write(fd, new TextEncoder().encode(content));
  c.close(fd);
  c.close(top);
}

/** Makes folders named `name`, one in the other, and a file named `file` with the text `end` in the last. */
export function makeDeep(folder: string, depth: number, name = "d"): void {
  const c = libc();
  let fd = c.open(-100, bytes(new TextEncoder().encode(folder)), Open.READ | Open.FOLDER);
  const below = bytes(new TextEncoder().encode(name));
  for (let n = 0; n < depth; n++) {
    assert.equal(c.mkdir(fd, below, 0o755), 0);
    const next = c.open(fd, below, Open.READ | Open.FOLDER);
    c.close(fd);
    fd = next;
  }
  const file = c.open(fd, bytes(new TextEncoder().encode("file")), Open.WRITE | Open.CREATE, 0o644);
  assert(file >= 0, `cannot make the file: ${file}`);
  c.write(file, new TextEncoder().encode("end\n"));
  c.close(file);
  c.close(fd);
}

/**
 * Runs a piece of program as somebody to whom permissions mean something, which they do not to root, and answers what it
 * printed. It sees these names of the module (a path from here), and `root`.
 */
export async function underPermissions(
  names: readonly string[],
  module: string,
  script: string,
  root: string,
): Promise<string> {
  const config = decodeURIComponent(new URL("../../deno.json", import.meta.url).pathname);
  const argv = [Deno.execPath(), "eval", "--config", config, "--ext=ts"];
  // Root keeps what is its own, and loses what lets it pass over permissions.
  if (Deno.uid() === 0) argv.unshift("setpriv", "--bounding-set=-dac_override,-dac_read_search");
  const url = JSON.stringify(new URL(module, import.meta.url).href);
  return await command(
    ...argv,
    `import { ${names.join(", ")} } from ${url}; const root = ${JSON.stringify(root)}; ${script}`,
  );
}

function bytes(name: Iterable<number>): CName {
  return new Uint8Array([...name, 0]);
}
