/**
 * Makes the folder from which this program runs without its source tree: a few minified files and a launcher.
 *
 * The portable build carries such a folder; a source tree makes one, when needed, to run itself inside a box.
 *
 * @module
 */

import { KanibakoError } from "./error.ts";
import { run } from "./process.ts";

/** Where the folder is mounted in a box. The launcher depends on it. */
export const BOX_FOLDER = "/opt/kanibako";

/**
 * How V8 runs the program. Changing them makes compiled code that was kept useless, so all that start the program agree.
 */
export const V8_FLAGS: readonly string[] = [
  // What is kept of a file is compiled when the file is loaded. Left to itself, V8 then compiles little more than what
  // runs at once, and every start compiles the rest again: a third of the time of a short command.
  "--no-lazy",
  // For a vault of many files V8 would rather let its heap grow to twice what is needed than clean up; it costs no time.
  "--optimize-for-size",
  // With that comes a first generation so small that even a short command is interrupted to clean it.
  "--min-semi-space-size=2",
  // The compiler between interpreter and optimizer takes a millisecond of a short command; long ones do not miss it.
  "--no-sparkplug",
];

/**
 * How V8 runs a process that lives for long and does little: 4 MB less that nobody shares. It is slower, which such a
 * process does not notice.
 */
export const SMALL_V8_FLAGS: readonly string[] = [
  "--lite-mode",
  "--single-threaded",
  // Left to itself, V8 cleans up after 64 MB of what it only refers to: the buffers of 500 calls. See `tidy.ts` of the steward.
  "--expose-gc",
];

/**
 * How `deno` runs the bundle. Nothing found beside the bundle, above it or in the working directory (`deno.json`,
 * `package.json`, `.npmrc`) has a say, and nothing is ever fetched.
 */
const BASIC_FLAGS: readonly string[] = [
  "run",
  "--allow-all",
  "--quiet",
  "--no-config",
  "--no-lock",
  "--no-npm",
  "--no-remote",
  // Otherwise each start reads and parses everything that might be imported later.
  "--unstable-lazy-dynamic-imports",
];

/** The words with which `deno` runs a command. */
export const RUN_FLAGS: readonly string[] = [...BASIC_FLAGS, `--v8-flags=${V8_FLAGS.join(",")}`];

/** What makes a process small. The code that others have kept, compiled with other flags, must stay as it is. */
export const SMALL_FLAGS: readonly string[] = [
  "--no-code-cache",
  // In a box it answers names, which come in datagrams.
  "--unstable-net",
  `--v8-flags=${SMALL_V8_FLAGS.join(",")}`,
];

/** As {@link RUN_FLAGS}, for a small process. */
export const SMALL_RUN_FLAGS: readonly string[] = [...BASIC_FLAGS, ...SMALL_FLAGS];

// Deno keeps compiled code in DENO_DIR, which makes a start some milliseconds faster; the user's own stays untouched.
const LAUNCHER_SCRIPT = `#!/bin/sh
export DENO_DIR="\${XDG_CACHE_HOME:-\${HOME:-/nonexistent}/.cache}/kanibako/deno" DENO_NO_UPDATE_CHECK=1
exec ${BOX_FOLDER}/deno ${RUN_FLAGS.join(" ")} --unstable-net ${BOX_FOLDER}/cli.js "$@"
`;

/** What to bundle. */
export interface BundleRequest {
  /** The `deno` that does it. */
  readonly deno: string;
  /** The program's `cli.ts`: a path, or an address when the program was imported from one. */
  readonly entry: string;
  /** The program's `deno.json`; absent when `entry` is an address. */
  readonly config?: string;
  /** An existing folder that receives `cli.js`, its chunks and `box-launcher`. */
  readonly folder: string;
}

/** What `deno` needs from our environment where it may have to fetch something: its cache, and the way out. */
export function fetchEnvironment(): Record<string, string | undefined> {
  const names = [
    "DENO_DIR",
    "DENO_CERT",
    "DENO_TLS_CA_STORE",
    "DENORT_BIN",
    "NODE_EXTRA_CA_CERTS",
    "SSL_CERT_FILE",
  ];
  names.push("SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "NPM_CONFIG_REGISTRY");
  return { ...Object.fromEntries(names.map((name) => [name, Deno.env.get(name)])), NO_COLOR: "1" };
}

/** Fills the folder. Code that the program loads lazily stays in files of its own. */
export async function bundle(request: BundleRequest): Promise<void> {
  const result = await run([
    request.deno,
    "bundle",
    "--quiet",
    "--platform=deno",
    "--minify",
    "--code-splitting",
    `--outdir=${request.folder}`,
    ...(request.config === undefined ? ["--no-config"] : [`--config=${request.config}`]),
    request.entry,
  ], { env: fetchEnvironment(), timeoutMs: 120_000 });
  if (result.code !== 0) {
    throw new KanibakoError("cannot-bundle", "Cannot bundle this program to run inside a box.", {
      hint: "Build it once with './dev build' and use dist/kanibako, which needs no bundling.",
      output: result.stderr,
    });
  }
  await finishFolder(request.folder);
}

/** Makes a folder of bundled code one that a box can run: adds the launcher, and opens the files to other users. */
export async function finishFolder(folder: string): Promise<void> {
  await Deno.writeTextFile(`${folder}/box-launcher`, LAUNCHER_SCRIPT);
  // Not by the file mode above: that one passes through the umask.
  await Deno.chmod(`${folder}/box-launcher`, 0o755);
  for (const entry of Deno.readDirSync(folder)) {
    if (entry.isFile && entry.name.endsWith(".js")) await Deno.chmod(`${folder}/${entry.name}`, 0o644);
  }
}
