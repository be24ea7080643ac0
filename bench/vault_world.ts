/**
 * Vaults of many files, and calls on them.
 *
 * @module
 */

import { kanibako } from "./world.ts";

/** How many small files there are. */
export const FILES = 20_000;
const FILES_IN_FOLDER = 100;
const script = decodeURIComponent(new URL("vault_once.ts", import.meta.url).pathname);
const PIECE = 2 ** 20;

/** Makes a project whose vault holds files of words, which compress as text does. */
export async function makeVault(
  base: string,
  { files, fileBytes = 4096, largeBytes }: { files: number; fileBytes?: number; largeBytes: number },
): Promise<void> {
  await once(base, "make");
  const live = `${base}/app/vault/rw`;
  const text = words(4 * PIECE);
  const part = (length: number) => {
    const start = Math.floor(Math.random() * (text.length - length));
    return text.subarray(start, start + length);
  };
  for (let file = 0; file < files; file++) {
    const folder = `${live}/${Math.floor(file / FILES_IN_FOLDER)}`;
    if (file % FILES_IN_FOLDER === 0) await Deno.mkdir(folder);
    Deno.writeFileSync(`${folder}/file-${file % FILES_IN_FOLDER}`, part(fileBytes));
  }
  if (largeBytes === 0) return;
  using large = await Deno.open(`${live}/large`, { write: true, create: true });
  // New words all the while: what repeats costs a compressor nothing.
  for (let done = 0; done < largeBytes; done += PIECE) await large.write(words(PIECE));
  await large.sync();
}

/** Words out of 20 000, the first ones more often. */
function words(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  const random = new Uint32Array(16384);
  let [at, next] = [0, random.length];
  while (at < length) {
    if (next === random.length) {
      crypto.getRandomValues(random);
      next = 0;
    }
    const number = random[next++]!;
    // A word is the letters of its number: always the same ones.
    let word = Math.floor(20_000 * (number / 2 ** 32) ** 3) * 7919 + 26;
    for (; word > 0 && at < length; word = Math.floor(word / 26)) bytes[at++] = 97 + word % 26;
    if (at < length) bytes[at++] = number % 11 === 0 ? 10 : 32;
  }
  return bytes;
}

/** One call of `vault_once.ts`; answers its milliseconds, the program's start not counted. */
export async function once(base: string, ...args: string[]): Promise<number> {
  const flags = ["run", "-A", "--no-check", "--quiet", "--v8-flags=--optimize-for-size"];
  return Number(await output(Deno.execPath(), ...flags, script, base, ...args));
}

/** Runs a command; an error carries what it said. */
export async function run(...argv: string[]): Promise<void> {
  await output(...argv);
}

async function output(...argv: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(argv[0]!, { args: argv.slice(1) }).output();
  if (!success) throw new Error(`${argv.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

/** The most memory the built program had in use, in MiB. */
export async function peakMemory(base: string, ...args: string[]): Promise<number> {
  const child = new Deno.Command(kanibako, {
    args,
    cwd: `${base}/app`,
    env: { HOME: `${base}/home`, PATH: Deno.env.get("PATH") ?? "" },
    clearEnv: true,
    stdout: "null",
    stderr: "null",
  }).spawn();
  let kib = 0;
  let running = true;
  const ended = child.status.finally(() => running = false);
  while (running) {
    const status = await Deno.readTextFile(`/proc/${child.pid}/status`).catch(() => "");
    kib = Math.max(kib, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const { code } = await ended;
  if (code !== 0) throw new Error(`${args.join(" ")}: exit code ${code}`);
  return Math.round(kib / 1024);
}
