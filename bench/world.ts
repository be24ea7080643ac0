/**
 * The built program in a place of its own, and an engine that writes down how it was called.
 *
 * @module
 */

const root = decodeURIComponent(new URL("..", import.meta.url).pathname);

/** The built program. */
export const kanibako = `${root}dist/kanibako`;

/** The words that start a box for as long as a measurement takes. */
export function startSleeping(project: string, ...options: string[]): string[] {
  return [kanibako, "start", project, "--persistent", ...options, "--entrypoint", "sleep", "--", "900"];
}

/** A folder for one measurement; everything in it goes away with it. */
export interface World extends AsyncDisposable {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs a command to its end; an error carries what it said. */
  call(argv: readonly string[], env?: Readonly<Record<string, string>>): Promise<string>;
  /** Makes a project, whose name gets an ending of this process. Answers its folder and its name. */
  project(name: string, options?: readonly string[]): Promise<{ path: string; name: string }>;
  /**
   * Calls the program with an engine that records, and answers its calls: the words of each. Folders of a run are
   * replaced by copies, since the run's own go away with it. What is more than one command gets the variables that
   * make the engine record.
   */
  record(
    what: readonly string[] | ((env: Readonly<Record<string, string>>) => Promise<void>),
  ): Promise<string[][]>;
}

/** The engine by name, as the program would choose it. */
export const engine: string = Deno.env.get("KANIBAKO_ENGINE") ?? "podman";

/** Makes a world. As root its state is apart; rootless podman keeps images by the same variables, so there it is not. */
export async function makeWorld({ apart = Deno.uid() === 0 }: { apart?: boolean } = {}): Promise<World> {
  const folder = await Deno.makeTempDir({ prefix: "kanibako-bench-" });
  const env: Record<string, string> = { ...Deno.env.toObject(), KANIBAKO_ENGINE: engine };
  if (apart) {
    for (const kind of ["CONFIG", "DATA", "STATE"]) {
      env[`XDG_${kind}_HOME`] = `${folder}/${kind.toLowerCase()}`;
    }
  }
  const projects: string[] = [];
  const call: World["call"] = async (argv, more = {}) => {
    const output = await new Deno.Command(argv[0]!, {
      args: argv.slice(1),
      env: { ...env, ...more },
      clearEnv: true,
      stdin: "null",
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    if (!output.success) {
      throw new Error(`${argv.join(" ")}: exit code ${output.code}\n${text(output.stderr)}`);
    }
    return text(output.stdout);
  };
  return {
    folder,
    env,
    call,
    project: async (kind, options = []) => {
      const name = `${kind}-${Deno.pid}`;
      const path = `${folder}/${name}`;
      await Deno.mkdir(path);
      await call([kanibako, "create", path, ...options]);
      projects.push(name);
      return { path, name };
    },
    record: (what) => {
      const perform = typeof what === "function" ? what : async (words: Record<string, string>) => {
        await call(what, words);
      };
      return record(folder, call, perform);
    },
    [Symbol.asyncDispose]: async () => {
      for (const name of projects) {
        await call([kanibako, "stop", name]).catch(() => {});
        if (!apart) await call([kanibako, "rm", name, "--purge", "--force"]).catch(() => {});
      }
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** The real engine behind a script that notes each word, one call a file; a NUL ends a word. */
async function record(
  folder: string,
  call: World["call"],
  perform: (env: Record<string, string>) => Promise<void>,
): Promise<string[][]> {
  const place = await Deno.makeTempDir({ dir: folder, prefix: "record-" });
  const real = (await call(["sh", "-c", `command -v ${engine}`])).trim();
  // A run's folders are gone when it has ended; the bare run needs them as they were.
  await Deno.writeTextFile(
    `${place}/${engine}`,
    `#!/bin/sh
printf '%s\\0' "$@" >"${place}/$(date +%s%N).call"
for word; do
  case $word in
    *src=*/runs/* | *source=*/runs/*)
      run=\${word#*source=}; run=\${run#*src=}; run=\${run%%,*}; run=\${run%/*}
      [ -d "${place}/\${run##*/}" ] || cp -a "$run" "${place}/" ;;
  esac
done
exec ${real} "$@"
`,
    { mode: 0o755 },
  );
  // Twice: what is learned about the engine at the first run is kept by the path of its program.
  const words = { KANIBAKO_DOCKER_CMD: `${place}/${engine}` };
  await perform(words);
  for (const file of await calls(place)) await Deno.remove(file);
  await perform(words);
  // Somebody must listen where the box says that it lives, or the bare run waits. Open until the measurement is over.
  for await (const { name } of Deno.readDir(place)) {
    const alive = `${place}/${name}/in/alive`;
    if (await Deno.lstat(alive).then((info) => info.isFifo, () => false)) {
      await Deno.open(alive, { read: true, write: true });
    }
  }
  return await Promise.all(
    (await calls(place)).map(async (file) =>
      (await Deno.readTextFile(file)).split("\0").slice(0, -1)
        .map((word) => word.replace(/=[^,=]*\/runs\/([^/,]+)(?=[/,]|$)/, `=${place}/$1`))
    ),
  );
}

async function calls(place: string): Promise<string[]> {
  const files: string[] = [];
  for await (const entry of Deno.readDir(place)) {
    if (entry.name.endsWith(".call")) files.push(`${place}/${entry.name}`);
  }
  return files.sort();
}

/** The bare command for recorded words. Without the file for the container's id, which must not be there at a second run. */
export function bare(words: readonly string[]): string[] {
  return [engine, ...words.filter((word) => !word.startsWith("--cidfile="))];
}

/** Whether recorded words are this engine command, whatever global options precede it. */
export function isCommand(words: readonly string[], name: string): boolean {
  return words.find((word) => !word.startsWith("-")) === name ||
    words.includes(name) && words.indexOf(name) < 4;
}
