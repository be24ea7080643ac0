/**
 * The program as few files of a good size, which is what `dist/kanibako` is made of.
 *
 * Cut wherever code is loaded lazily, the program is some 240 small files. A command needs 50 to 80 of them and pays a
 * tenth of a millisecond for each: it is opened, its compiled code looked up, and it is linked. Here the modules that
 * are loaded together become one file. Lazy code stays lazy: an `import()` loads a file when it runs.
 *
 * @module
 */

import { type OutputChunk, rolldown } from "rolldown";
import { fetchEnvironment } from "../../lib/host/bundle.ts";
import { run } from "../../lib/host/process.ts";
import { parse } from "../../lib/host/toml.ts";

/** Modules that become one file, with all that they import statically. */
export interface Group {
  /** The name of the file, without `.js`. */
  readonly name: string;
  /** Paths of source modules, relative to the root of the tree. */
  readonly entries: readonly string[];
}

/** What is imported as text: everything that is not code. */
const NOT_CODE = /(?<!\.(ts|js|mjs|cjs|json))$/;

/**
 * Writes the program at `root` (a path that ends with `/`) to `folder`, as `cli.js` and the files that it loads. A
 * module belongs to the first group that needs it. Throws where a group names a module that the program does not have,
 * or would load a `node:` module at once.
 */
export async function writeChunks(root: string, folder: string, groups: readonly Group[]): Promise<void> {
  const packages = await linkPackages(root);
  try {
    await using bundle = await rolldown({
      input: `${root}cli.ts`,
      cwd: root,
      platform: "neutral",
      tsconfig: false,
      external: /^node:/,
      resolve: { modules: [packages.folder], mainFields: ["module", "main"] },
      plugins: [
        { name: "texts", load: { filter: { id: NOT_CODE }, handler: readText } },
        {
          name: "versions",
          resolveId(wanted, importer) {
            const link = importer === undefined ? undefined : packages.linkFor(wanted, importer);
            return link === undefined ? null : this.resolve(link, importer, { skipSelf: true });
          },
        },
      ],
      onLog: (level, log, report) => {
        // Modules that are loaded lazily here and at once there are what groups are for.
        if (log.code !== "INEFFECTIVE_DYNAMIC_IMPORT") report(level, log);
      },
    });
    const { output } = await bundle.write({
      dir: folder,
      format: "esm",
      minify: true,
      entryFileNames: "[name].js",
      chunkFileNames: "[name].js",
      codeSplitting: {
        groups: groups.map(({ name, entries }, at) => {
          const modules = new Set(entries.map((path) => root + path));
          return { name, priority: groups.length - at, test: (id: string) => modules.has(id) };
        }),
      },
    });
    check(root, groups, output.filter((item): item is OutputChunk => item.type === "chunk"));
  } finally {
    await Deno.remove(packages.folder, { recursive: true });
  }
}

/** Declarations of agents are read by every launch, and JSON is read in a tenth of the time. */
async function readText(path: string): Promise<{ code: string; moduleType: "text" }> {
  const text = await Deno.readTextFile(path);
  return { code: path.endsWith("/agent.toml") ? JSON.stringify(parse(text)) : text, moduleType: "text" };
}

function check(root: string, groups: readonly Group[], chunks: readonly OutputChunk[]): void {
  const bundled = new Set(chunks.flatMap(({ moduleIds }) => moduleIds));
  for (const { name, entries } of groups) {
    const missing = entries.find((path) => !bundled.has(root + path));
    if (missing !== undefined) throw new Error(`Cannot make ${name}.js: the program has no ${missing}.`);
    // It would be loaded, for 14 ms, by a command that needs anything else of the file.
    const slow = chunks.find((chunk) => chunk.name === name && chunk.moduleIds.length > 0)
      ?.imports.find((path) => path.startsWith("node:"));
    if (slow !== undefined) throw new Error(`Cannot make ${name}.js: ${slow} must be loaded lazily.`);
  }
}

/** A package of the program. */
interface Package {
  readonly name: string;
  readonly version: string;
  /** The packages that it imports, as `name@version`. */
  readonly dependencies: readonly string[];
  readonly localPath: string;
}

/** The program's packages as a bundler finds them. */
interface Packages {
  readonly folder: string;
  /** What to look for in place of a package that is there in several versions; `undefined`: the package itself. */
  linkFor(wanted: string, importer: string): string | undefined;
}

/** Names the program's packages as a `node_modules` does; Deno keeps them in a cache of another shape. */
async function linkPackages(root: string): Promise<Packages> {
  const result = await run(
    [Deno.execPath(), "info", "--json", `--config=${root}deno.json`, `${root}cli.ts`],
    {
      env: fetchEnvironment(),
      timeoutMs: 120_000,
    },
  );
  if (result.code !== 0) throw new Error(`Cannot find the program's packages: ${result.stderr.trim()}`);
  const { npmPackages = {} } = JSON.parse(result.stdout) as {
    npmPackages?: Record<string, Package>;
  };
  const folder = await Deno.makeTempDir({ prefix: "kanibako-packages-" });
  const all = Object.values(npmPackages);
  const isDouble = ({ name }: Package) => all.filter((one) => one.name === name).length > 1;
  for (const one of all) {
    const link = `${folder}/${isDouble(one) ? `${one.name}@${one.version}` : one.name}`;
    await Deno.mkdir(link.slice(0, link.lastIndexOf("/")), { recursive: true });
    await Deno.symlink(one.localPath, link);
  }
  const doubles = new Set(all.filter(isDouble).map(({ name }) => name));
  return {
    folder,
    linkFor(wanted, importer) {
      const name = wanted.split("/", wanted.startsWith("@") ? 2 : 1).join("/");
      if (!doubles.has(name)) return undefined;
      const owner = all.find(({ localPath }) => importer.startsWith(`${localPath}/`));
      const link = owner?.dependencies.find((one) => one.startsWith(`${name}@`));
      return link === undefined ? undefined : link + wanted.slice(name.length);
    },
  };
}
