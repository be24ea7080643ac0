/**
 * The portable build: one file that holds a shell stub, the bundle and `deno`, and unpacks itself at its first run.
 *
 * @module
 */

import { run } from "../../lib/host/process.ts";
import { RUN_FLAGS } from "../../lib/host/bundle.ts";

/** Writes the portable program from a bundle's folder and a `deno`, [default: the running one]. */
export async function pack(
  folder: string,
  output: string,
  version: string,
  deno: string = Deno.execPath(),
): Promise<void> {
  const runtime = await compressed(deno, `${output}.runtime`);
  const program = await archive(folder);
  try {
    const stub = await makeStub({
      VERSION: version,
      PROGRAM_KEY: `${version}-${await digest(program)}-${runtime.digest.slice(0, 8)}`,
      RUNTIME_KEY: `runtime-${runtime.digest}`,
      PROGRAM_SIZE: String(program.length),
      RUNTIME_SIZE: String(runtime.size),
      RUN_FLAGS: RUN_FLAGS.join(" "),
    });
    await Deno.writeFile(output, stub, { mode: 0o755 });
    await Deno.writeFile(output, program, { append: true });
    const from = await Deno.open(runtime.path);
    const to = await Deno.open(output, { append: true });
    await from.readable.pipeTo(to.writable);
    await Deno.chmod(output, 0o755);
  } finally {
    await Deno.remove(runtime.path);
  }
}

/** Fills the stub in. Its own length is a value too: offsets are counted from the end of the text. */
async function makeStub(values: Record<string, string>): Promise<Uint8Array> {
  const template = await Deno.readTextFile(new URL("stub.sh", import.meta.url));
  const lines = template.split("\n").filter((line) => !/^# shellcheck/.test(line));
  const text = lines.join("\n").replaceAll(/@([A-Z_]+)@/g, (name, key: string) => values[key] ?? name);
  const size = (length: number) => String(length).padEnd(8);
  // Of fixed width, so that filling it in does not change the length.
  const length = new TextEncoder().encode(text.replace("@STUB_SIZE@", size(0))).length;
  return new TextEncoder().encode(text.replace("@STUB_SIZE@", size(length)));
}

/** The bundle as a compressed archive; the same bundle gives the same bytes. */
async function archive(folder: string): Promise<Uint8Array> {
  const file = await Deno.makeTempFile();
  try {
    await expect([
      "tar",
      "--create",
      "--gzip",
      `--file=${file}`,
      `--directory=${folder}`,
      "--sort=name",
      "--mtime=@0",
      "--owner=0",
      "--group=0",
      "--numeric-owner",
      "--format=ustar",
      ".",
    ]);
    return await Deno.readFile(file);
  } finally {
    await Deno.remove(file);
  }
}

/** A compressed copy of a large file. */
async function compressed(
  source: string,
  path: string,
): Promise<{ path: string; size: number; digest: string }> {
  const hash = await digest(await Deno.readFile(source));
  const from = await Deno.open(source);
  await from.readable.pipeThrough(new CompressionStream("gzip")).pipeTo((await Deno.create(path)).writable);
  return { path, size: (await Deno.stat(path)).size, digest: hash };
}

async function expect(argv: string[]): Promise<void> {
  const result = await run(argv);
  if (result.code !== 0) throw new Error(`Cannot pack: ${result.stderr.trim()}`);
}

async function digest(bytes: Uint8Array): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new Uint8Array(bytes));
  return new Uint8Array(hash).toHex().slice(0, 16);
}
