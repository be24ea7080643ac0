/** The program's modules and what they import, for the tests of the architecture. */

/** A module of ours: its path from the root, its text, and what it imports of ours. */
export interface Source {
  readonly path: string;
  readonly text: string;
  /** Paths from the root. */
  readonly imports: readonly string[];
  /** Of those, the ones loaded before the module runs. */
  readonly staticImports: readonly string[];
}

/** The root of the source tree, ending with a slash. */
export const root: string = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/** Every module below the given folders or files. */
export async function readSources(...places: string[]): Promise<Source[]> {
  const sources: Source[] = [];
  const visit = async (path: string): Promise<void> => {
    const info = await Deno.stat(root + path).catch(() => undefined);
    if (info?.isDirectory) {
      for await (const entry of Deno.readDir(root + path)) await visit(`${path}/${entry.name}`);
    } else if (info?.isFile && path.endsWith(".ts")) {
      sources.push(parse(path, await Deno.readTextFile(root + path)));
    }
  };
  for (const place of places) await visit(place);
  return sources.sort((a, b) => a.path < b.path ? -1 : 1);
}

/** Takes a module's imports apart. Examples in comments do not count. */
export function parse(path: string, text: string): Source {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");
  const ours = (pattern: RegExp) =>
    [...code.matchAll(pattern)].map((match) => match[1]!)
      .filter((specifier) => specifier.startsWith("."))
      .map((specifier) => new URL(specifier, `file:///${path}`).pathname.slice(1));
  const fixed = ours(/(?:^|\n)\s*(?:import|export)\s(?:[^"';]*?\sfrom\s)?\s*"([^"]+)"/g);
  const lazy = ours(/\bimport\(\s*"([^"]+)"/g);
  return { path, text: code, imports: [...fixed, ...lazy], staticImports: fixed };
}
