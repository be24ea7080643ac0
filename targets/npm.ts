/**
 * Finding what npm, pnpm, yarn and bun installed.
 *
 * @module
 */

import { isRecord } from "./json.ts";
import type { TargetHost } from "./target.ts";

/** An installed package. */
export interface Package {
  /** Its folder, symlinks resolved. */
  readonly root: string;
  readonly version?: string;
  /** The lowest major version of Node that it says it needs. */
  readonly node?: number;
}

const MANIFEST_BYTES = 256 * 1024;

/** The package of that name which holds a file, by the file's own path. */
export async function packageOf(host: TargetHost, file: string, name: string): Promise<Package | undefined> {
  const marker = `/node_modules/${name}/`;
  const at = file.lastIndexOf(marker);
  return at < 0 ? undefined : await readPackage(host, file.slice(0, at + marker.length - 1));
}

/**
 * A package that another depends on: below it, beside it, or in any `node_modules` further up, which is the order in which
 * Node looks, and finds hoisted and pnpm's linked packages too.
 */
export async function dependencyOf(
  host: TargetHost,
  root: string,
  name: string,
): Promise<Package | undefined> {
  for (let folder = root; folder !== ""; folder = folder.slice(0, folder.lastIndexOf("/"))) {
    const holder = folder.endsWith("/node_modules") ? folder : `${folder}/node_modules`;
    const path = await host.realPath(`${holder}/${name}`);
    if (path !== undefined) return await readPackage(host, path);
  }
  return undefined;
}

async function readPackage(host: TargetHost, root: string): Promise<Package | undefined> {
  const text = await host.readText(`${root}/package.json`, MANIFEST_BYTES);
  if (text === undefined) return undefined;
  try {
    const manifest: unknown = JSON.parse(text);
    const version = isRecord(manifest) ? manifest["version"] : undefined;
    const node = nodeOf(isRecord(manifest) ? manifest["engines"] : undefined);
    return {
      root,
      ...(typeof version === "string" ? { version } : {}),
      ...(node === undefined ? {} : { node }),
    };
  } catch {
    return undefined; // half installed
  }
}

/** As `{ node: ">=22.0.0" }`, where it is that simple: of several ranges the first one is the lowest, as packages write them. */
function nodeOf(engines: unknown): number | undefined {
  const range = isRecord(engines) ? engines["node"] : undefined;
  const major = typeof range === "string"
    ? /^\s*(?:>=|\^|~)?\s*v?(\d{1,3})(?:[.x\s|]|$)/.exec(range)?.[1]
    : undefined;
  return major === undefined ? undefined : Number(major);
}

/**
 * What a shell script that only starts something else starts: pnpm and old installers put one on PATH in place of a symlink.
 * `head` is its beginning.
 */
export async function behindShim(
  host: TargetHost,
  path: string,
  head: string,
  name: string,
): Promise<string | undefined> {
  if (!head.startsWith("#!")) return undefined;
  const folder = path.slice(0, path.lastIndexOf("/"));
  for (const line of head.split("\n")) {
    if (!/^\s*exec\s/.test(line)) continue;
    for (const [, relative, target] of line.matchAll(/"(\$basedir)?(\/[^"$`\\]+)"/g)) {
      if (!target!.includes(`/${name}/`) && !target!.includes("/node_modules/.bin/")) continue;
      const found = await host.realPath(relative === undefined ? target! : `${folder}${target}`);
      if (found !== undefined && found !== path) return found;
    }
  }
  return undefined;
}
