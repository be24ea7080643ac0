/**
 * Fewer and larger files for the built program.
 *
 * The bundler cuts the program wherever code is loaded lazily, which makes some 240 small files. A command needs 50 to
 * 80 of them and pays a tenth of a millisecond for each: it is opened, its compiled code looked up, and it is linked.
 * Here those that are loaded together become one file, by a second run of the bundler over what the first has made.
 *
 * @module
 */

import { run } from "../../lib/host/process.ts";

/** Modules that are loaded together, with all that they import. */
export interface Group {
  /** The name of the file, without `.js`. */
  readonly name: string;
  /** Paths of source modules. Each must be an entry of the bundle. */
  readonly entries: readonly string[];
}

/** What a file says about another: its exports by name, itself whole when it runs, or only that it comes first. */
type Reference =
  | { kind: "named"; target: string; names: readonly (readonly [name: string, local: string])[] }
  | { kind: "lazy"; target: string }
  | { kind: "first"; target: string };

// As the bundler writes them. What is not matched by these is found by `checkAll`.
const REFERENCE = /\bimport(?:\{(?<names>[^}]*)\}from)?"(?<static>\.[^"]+)";|\bimport\("(?<lazy>\.[^"]+)"\)/g;

/**
 * Merges the files of each group in a bundle's folder. A file belongs to the first group that needs it; those that the
 * modules of `apart` need stay as they are.
 */
export async function mergeGroups(
  folder: string,
  groups: readonly Group[],
  apart: readonly string[],
  deno: string = Deno.execPath(),
): Promise<void> {
  const texts = await readAll(folder);
  checkAll(texts);
  const owners = assign(texts, groups, apart);
  const exported = new Map<string, Set<string>>(groups.map(({ name }) => [name, new Set()]));
  const renamed = new Map([...texts].map(([file, text]) => [file, rename(file, text, owners, exported)]));

  const work = await Deno.makeTempDir({ prefix: "kanibako-group-" });
  try {
    const outside = [
      ...groups.map(({ name }) => `${name}.js`),
      ...[...texts.keys()].filter((file) => !owners.has(file)).map(flat),
    ];
    for (const file of texts.keys()) await Deno.remove(`${folder}/${file}`);
    for (const [file, text] of renamed) {
      await Deno.writeTextFile(`${owners.has(file) ? work : folder}/${flat(file)}`, text);
    }
    for (const { name, entries } of groups) {
      const lines = [
        ...entries.map((entry) => `import "./${flat(built(entry))}";`),
        ...[...exported.get(name)!].sort(),
      ];
      await Deno.writeTextFile(`${work}/${name}.group.js`, lines.join("\n"));
      await merge(deno, work, `${name}.group.js`, `${folder}/${name}.js`, outside);
      // It would be loaded, for 14 ms, by a command that needs anything else of the file.
      const slow = /\b(?:from|import)"(node:[^"]+)"/.exec(await Deno.readTextFile(`${folder}/${name}.js`));
      if (slow) throw new Error(`Cannot merge ${name}: ${slow[1]} must be loaded lazily.`);
    }
  } finally {
    await Deno.remove(work, { recursive: true });
  }
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) await Deno.remove(`${folder}/${name}`, { recursive: true });
    else if (name.endsWith(".js")) await Deno.chmod(`${folder}/${name}`, 0o644);
  }
}

/** Where the bundler puts an entry. */
function built(module: string): string {
  return module.replace(/\.ts$/, ".js");
}

function flat(file: string): string {
  return file.replaceAll("/", "-");
}

async function readAll(folder: string, below = ""): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  const entries = await Array.fromAsync(Deno.readDir(`${folder}/${below}`));
  for (const { name, isDirectory } of entries.sort((a, b) => a.name < b.name ? -1 : 1)) {
    if (isDirectory) {
      for (const [file, text] of await readAll(folder, `${below}${name}/`)) texts.set(file, text);
    } else if (name.endsWith(".js")) {
      texts.set(below + name, await Deno.readTextFile(`${folder}/${below}${name}`));
    }
  }
  return texts;
}

function references(file: string, text: string): Reference[] {
  const found: Reference[] = [];
  replaceReferences(file, text, (reference) => (found.push(reference), ""));
  return found;
}

function replaceReferences(file: string, text: string, by: (reference: Reference) => string): string {
  return text.replace(REFERENCE, (...match) => {
    const groups = match.at(-1) as { names?: string; static?: string; lazy?: string };
    const target = resolved(file, (groups.static ?? groups.lazy)!);
    if (groups.lazy !== undefined) return by({ kind: "lazy", target });
    if (groups.names === undefined) return by({ kind: "first", target });
    const names = groups.names.split(",").filter((part) => part !== "").map((part) => {
      const [name, local = name] = part.split(" as ");
      return [name!, local!] as const;
    });
    return by({ kind: "named", target, names });
  });
}

function resolved(file: string, specifier: string): string {
  return new URL(specifier, `file:///${file}`).pathname.slice(1);
}

/** Every mention of another file must be understood: one that is not would lead nowhere when that file is gone. */
function checkAll(texts: ReadonlyMap<string, string>): void {
  for (const [file, text] of texts) {
    const understood = references(file, text);
    const missing = understood.find(({ target }) => !texts.has(target));
    if (missing) throw new Error(`Cannot merge: ${file} refers to ${missing.target}, which is not there.`);
    const mentioned = [...text.matchAll(/"(\.{1,2}\/[^"\s]+\.js)"/g)]
      .filter(([, specifier]) => texts.has(resolved(file, specifier!)));
    if (mentioned.length === understood.length) continue;
    throw new Error(`Cannot merge: ${file} refers to others in a way that is not known here.`);
  }
}

/** Which group a file belongs to. */
function assign(
  texts: ReadonlyMap<string, string>,
  groups: readonly Group[],
  apart: readonly string[],
): Map<string, string> {
  const seen = new Set<string>();
  const owners = new Map<string, string>();
  const visit = (file: string, owner: string | undefined): void => {
    if (seen.has(file)) return;
    seen.add(file);
    if (owner !== undefined) owners.set(file, owner);
    for (const { kind, target } of references(file, texts.get(file)!)) {
      if (kind !== "lazy") visit(target, owner);
    }
  };
  for (const entry of apart) visit(built(entry), undefined);
  for (const { name, entries } of groups) for (const entry of entries) visit(built(entry), name);
  return owners;
}

/** The text with its references led to where things will be. Notes what the groups must export for that. */
function rename(
  file: string,
  text: string,
  owners: ReadonlyMap<string, string>,
  exported: ReadonlyMap<string, Set<string>>,
): string {
  const members = [...owners.keys()];
  return replaceReferences(file, text, (reference) => {
    const { target } = reference;
    const owner = owners.get(target);
    const path = owner === undefined || owner === owners.get(file) ? `./${flat(target)}` : `./${owner}.js`;
    const foreign = path === `./${owner}.js`;
    const unique = (name: string) => `m${members.indexOf(target)}_${name}`;
    if (reference.kind === "first") return `import"${path}";`;
    if (reference.kind === "lazy") {
      if (!foreign) return `import("${path}")`;
      exported.get(owner!)!.add(`export * as ${unique("all")} from "./${flat(target)}";`);
      return `import("${path}").then(({${unique("all")}:m})=>m)`;
    }
    const names = reference.names.map(([name, local]) => {
      if (foreign) {
        exported.get(owner!)!.add(`export { ${name} as ${unique(name)} } from "./${flat(target)}";`);
      }
      return `${foreign ? unique(name) : name} as ${local}`;
    });
    return `import{${names.join(",")}}from"${path}";`;
  });
}

async function merge(
  deno: string,
  work: string,
  entry: string,
  output: string,
  outside: readonly string[],
): Promise<void> {
  const result = await run([
    deno,
    "bundle",
    "--quiet",
    "--platform=deno",
    "--minify",
    "--no-config",
    ...outside.flatMap((file) => ["--external", `./${file}`]),
    `--output=${output}`,
    entry,
  ], { cwd: work, env: { NO_COLOR: "1", DENO_DIR: Deno.env.get("DENO_DIR") } });
  if (result.code !== 0) throw new Error(`Cannot merge ${entry}: ${result.stderr.trim()}`);
}

/** Loads every file of a folder but one, which loads the others itself: each must find what it imports. */
export async function checkLinks(
  folder: string,
  except: string,
  deno: string = Deno.execPath(),
): Promise<void> {
  const files = [...await readAll(folder)].map(([file]) => file).filter((file) => file !== except);
  const lines = files.map((file) => `import ${JSON.stringify(`./${file}`)};`);
  const program = `${folder}/.links.js`;
  await Deno.writeTextFile(program, lines.join("\n"));
  try {
    const result = await run(
      [deno, "run", "--allow-all", "--no-config", "--no-lock", "--no-remote", "--no-code-cache", program],
      {
        env: { NO_COLOR: "1", DENO_DIR: Deno.env.get("DENO_DIR") },
      },
    );
    if (result.code !== 0) throw new Error(`Cannot load what was merged: ${result.stderr.trim()}`);
  } finally {
    await Deno.remove(program);
  }
}
