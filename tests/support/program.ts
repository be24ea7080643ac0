/**
 * The program as one user runs it: with a home of its own and a real engine.
 *
 * `KANIBAKO_TEST_ENGINE` chooses the engine [default: podman], `KANIBAKO_TEST_PROGRAM` the built program;
 * otherwise it is `dist/kanibako` where it is there, and else the source.
 *
 * @module
 */

import { denoDir } from "./deno_dir.ts";
import type { EngineFacts } from "../../lib/runtime/cli/facts.ts";
import { ulimits } from "../../lib/runtime/cli/host_limits.ts";
import { LABEL_OWNER, ownerMark } from "../../lib/runtime/labels.ts";

const root = decodeURIComponent(new URL("../..", import.meta.url).pathname);

/** The engine under test. */
export const engine: "podman" | "docker" = Deno.env.get("KANIBAKO_TEST_ENGINE") === "docker"
  ? "docker"
  : "podman";
/** Whether the engine runs boxes without being root. */
export const rootless: boolean = engine === "podman" && Deno.uid() !== 0;

/** How long something may take that takes a second or two on a machine that has nothing else to do. */
export const PATIENCE_MS = 60_000;

/** How a call ended. */
export interface Outcome {
  readonly code: number;
  readonly signal: Deno.Signal | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to call the program. */
export interface CallOptions {
  readonly cwd?: string;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A call that has not ended yet. */
export interface Running {
  readonly pid: number;
  readonly ended: Promise<Outcome>;
  kill(signal: Deno.Signal): void;
}

// What belongs to the machine rather than to a user is learned once for all users of a file of tests: the program
// unpacked, and the nudges this engine needs.
const cache = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "kanibako-tests-" }));
globalThis.addEventListener("unload", () => Deno.removeSync(cache, { recursive: true }));

const run = Deno.env.get("KANIBAKO_TEST_RUN");
/** What the names of homes begin with. Where `tools/test` runs the tests its mark is in it, by which it finds what was left. */
export const homePrefix: string = `kanibako-${run ?? "user"}${rootless ? "r" : engine[0]}-`;
/** The program as it was unpacked for all files of a run; the engine is learned by each file. */
export const unpacked: string | undefined = run &&
  `${Deno.env.get("TMPDIR") ?? "/tmp"}/${homePrefix}unpacked`;

/** The words that run the program. */
export const program: readonly string[] = findProgram();

function findProgram(): string[] {
  const built = Deno.env.get("KANIBAKO_TEST_PROGRAM") || `${root}dist/kanibako`;
  try {
    Deno.statSync(built);
    if (unpacked !== undefined) linkUnpacked(unpacked);
    return [built];
  } catch {
    return [Deno.execPath(), "run", "-A", "--no-check", "--quiet", `${root}cli.ts`];
  }
}

/** Links to the files of a program that is unpacked elsewhere, so that this is not done again for each file of tests. */
function linkUnpacked(folder: string): void {
  const [from, to] = [`${folder}/kanibako/bin`, `${cache}/kanibako/bin`];
  try {
    for (const { name } of Deno.readDirSync(from)) {
      Deno.mkdirSync(to, { recursive: true, mode: 0o700 });
      Deno.mkdirSync(`${to}/${name}`, { mode: 0o755 });
      for (const file of Deno.readDirSync(`${from}/${name}`)) {
        Deno.linkSync(`${from}/${name}/${file.name}`, `${to}/${name}/${file.name}`);
      }
    }
  } catch (error) {
    // It unpacks itself where there is nothing yet, and completes what is not whole.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** One user: `await using user = await User.make()`. Boxes and files are gone afterwards. */
export class User implements AsyncDisposable {
  #projects = 0;

  private constructor(readonly home: string, readonly env: Record<string, string>) {}

  /** A user whose boxes have no network unless a test says otherwise: that starts faster and needs nothing of the host. */
  static async make(options: { readonly env?: Readonly<Record<string, string>> } = {}): Promise<User> {
    const user = await User.of(
      await Deno.realPath(await Deno.makeTempDir({ prefix: homePrefix })),
      options.env,
    );
    await user.configure('box.network = "none"');
    return user;
  }

  /** The user of a home that is there already. */
  static async of(home: string, env: Readonly<Record<string, string>> = {}): Promise<User> {
    const inherited = ["PATH", "USER", "LANG", "TMPDIR", "XDG_RUNTIME_DIR", "DOCKER_HOST"].flatMap((name) => {
      const value = Deno.env.get(name);
      return value === undefined ? [] : [[name, value] as const];
    });
    return new User(home, {
      ...Object.fromEntries(inherited),
      HOME: home,
      XDG_CONFIG_HOME: `${home}/.config`,
      XDG_DATA_HOME: `${home}/.local/share`,
      XDG_STATE_HOME: `${home}/.local/state`,
      XDG_CACHE_HOME: cache,
      TERM: "xterm-256color",
      NO_COLOR: "1",
      KANIBAKO_ENGINE: engine,
      ...(rootless ? { CONTAINERS_STORAGE_CONF: await storage() } : {}),
      ...(program.length > 1 ? { DENO_DIR: denoDir() } : {}),
      ...env,
    });
  }

  /** Where the program keeps what belongs to runs. */
  get state(): string {
    return `${this.home}/.local/state/kanibako`;
  }

  /** Where the program keeps boxes. */
  get data(): string {
    return `${this.home}/.local/share/kanibako`;
  }

  /** Replaces the user's system configuration. */
  async configure(...lines: string[]): Promise<void> {
    await Deno.mkdir(`${this.home}/.config`, { recursive: true });
    await Deno.writeTextFile(`${this.home}/.config/kanibako.toml`, `${lines.join("\n")}\n`);
  }

  /** A new folder to work in. Its name, which will be the box's, is nobody else's on this machine. */
  async folder(): Promise<string> {
    const path = `${this.home}/p${++this.#projects}-${crypto.randomUUID().slice(0, 8)}`;
    await Deno.mkdir(path);
    return path;
  }

  /** Runs the program to its end. */
  run(words: readonly string[], options: CallOptions = {}): Promise<Outcome> {
    return this.call([...program, ...words], options);
  }

  /** Runs any program with this user's environment. */
  call(argv: readonly string[], options: CallOptions = {}): Promise<Outcome> {
    return this.spawn(argv, options).ended;
  }

  /** As {@link run}, and an error when it fails. Its standard output. */
  async ok(words: readonly string[], options: CallOptions = {}): Promise<string> {
    const outcome = await this.run(words, options);
    if (outcome.code !== 0) {
      throw new Error(`kanibako ${words.join(" ")}: exit code ${outcome.code}\n${outcome.stderr}`);
    }
    return outcome.stdout;
  }

  /** Starts the program. */
  start(words: readonly string[], options: CallOptions = {}): Running {
    return this.spawn([...program, ...words], options);
  }

  /** Calls the engine itself: its standard output. */
  async engine(...words: string[]): Promise<string> {
    const outcome = await this.call([engine, ...words[0] === "run" ? await this.#nudged(words) : words]);
    if (outcome.code !== 0) throw new Error(`${engine} ${words.join(" ")}: ${outcome.stderr}`);
    return outcome.stdout;
  }

  /** The names of this user's containers, running or not. */
  async containers(): Promise<string[]> {
    const mark = await ownerMark(this.state);
    const out = await this.engine(
      "ps",
      "--all",
      `--filter=label=${LABEL_OWNER}=${mark}`,
      "--format={{.Names}}",
    );
    return out.split("\n").filter((name) => name !== "");
  }

  /** The runs that are recorded as going on: paths of their records. */
  async runRecords(): Promise<string[]> {
    const found: string[] = [];
    for (const box of await names(`${this.state}/boxes`)) {
      const path = `${this.state}/boxes/${box}/run.json`;
      if (await Deno.stat(path).then(() => true, () => false)) found.push(path);
    }
    return found;
  }

  /** How the last session of this user's only box ended. Waits until that is recorded. */
  async exitRecord(): Promise<{ code: number; screen: string }> {
    const [box] = await names(`${this.state}/boxes`);
    const path = `${this.state}/boxes/${box}/exit.json`;
    await until(() => Deno.stat(path).then(() => true, () => false), PATIENCE_MS, "no end was recorded");
    return JSON.parse(await Deno.readTextFile(path));
  }

  /** The processes that look after this user's boxes. */
  supervisors(): Promise<number[]> {
    const found: number[] = [];
    // All at once: this is asked again and again, of a machine with many processes.
    for (const { name } of Deno.readDirSync("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      try {
        const words = Deno.readTextFileSync(`/proc/${name}/cmdline`);
        if (!words.includes("\0internal\0supervise\0")) continue;
        const env = Deno.readTextFileSync(`/proc/${name}/environ`).split("\0");
        if (env.includes(`HOME=${this.home}`)) found.push(Number(name));
      } catch { /* it has ended, or is somebody else's */ }
    }
    return Promise.resolve(found);
  }

  spawn(argv: readonly string[], options: CallOptions = {}): Running {
    const child = new Deno.Command(argv[0]!, {
      args: argv.slice(1),
      cwd: options.cwd ?? this.home,
      env: { ...this.env, ...options.env },
      clearEnv: true,
      stdin: options.input === undefined ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const fed = options.input === undefined ? undefined : feed(child.stdin, options.input);
    return {
      pid: child.pid,
      ended: Promise.all([text(child.stdout), text(child.stderr), child.status, fed]).then(
        ([stdout, stderr, { code, signal }]) => ({ code, signal, stdout, stderr }),
      ),
      kill: (signal) => child.kill(signal),
    };
  }

  /** A `run` with what podman needs for it on this host, as the program has learned it. */
  async #nudged([run, ...words]: string[]): Promise<string[]> {
    const known = await Deno.readTextFile(`${cache}/kanibako/engines.json`).catch(() => "{}");
    const facts = Object.values(JSON.parse(known) as Record<string, EngineFacts>)
      .reduce((one, other) => ({ ...one, ...other }), {});
    const { nofile, nproc } = ulimits();
    const limits = facts.clampUlimits
      ? [`--ulimit=nofile=${nofile.soft}:${nofile.hard}`, `--ulimit=nproc=${nproc.soft}:${nproc.hard}`]
      : [];
    return [...facts.runtime ? [`--runtime=${facts.runtime}`] : [], run!, ...limits, ...words];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.run(["stop", "--all", "--force"]);
    for (const name of await this.containers().catch(() => [])) await this.engine("rm", "--force", name);
    await until(async () => (await this.supervisors()).length === 0, 5000).catch(() => {});
    for (const pid of await this.supervisors()) Deno.kill(pid, "SIGKILL");
    try {
      await Deno.remove(this.home, { recursive: true });
    } catch (error) {
      if (!rootless) throw error;
      await this.call([engine, "unshare", "rm", "-rf", this.home], { cwd: "/" });
    }
  }
}

/** Waits until something holds; an error when it does not within the time. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  timeoutMs = PATIENCE_MS,
  what = "what was waited for did not come about",
): Promise<void> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const began = Date.now();
    if (await holds()) return;
    if (Date.now() > end) throw new Error(what);
    // What takes long to look at is looked at less often: it takes the processor from what is waited for.
    await pause(Math.max(50, 2 * (Date.now() - began)));
  }
}

/** Waits. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function names(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(folder)) if (entry.isDirectory) found.push(entry.name);
  return found;
}

async function text(stream: ReadableStream<Uint8Array>): Promise<string> {
  return new TextDecoder().decode(await new Response(stream).arrayBuffer());
}

async function feed(stream: WritableStream<Uint8Array>, input: string): Promise<void> {
  try {
    const writer = stream.getWriter();
    await writer.write(new TextEncoder().encode(input));
    await writer.close();
  } catch { /* it ended without reading it all */ }
}

/** podman without root keeps images below the home; these users share those of the one who runs the tests. */
let stored: Promise<string> | undefined;
function storage(): Promise<string> {
  return stored ??= writeStorage();
}

async function writeStorage(): Promise<string> {
  const path = `${cache}/storage.conf`;
  const format = "{{.Store.GraphDriverName}}\n{{.Store.GraphRoot}}\n{{.Store.RunRoot}}";
  const { stdout } = await new Deno.Command("podman", { args: ["info", "--format", format], cwd: "/" })
    .output();
  const [driver, graph, run] = new TextDecoder().decode(stdout).trim().split("\n");
  await Deno.writeTextFile(
    path,
    // Older versions put the graph root of a user below the home, except for the last line.
    `[storage]\ndriver = "${driver}"\ngraphroot = "${graph}"\nrunroot = "${run}"\nrootless_storage_path = "${graph}"\n`,
  );
  return path;
}
