/**
 * Shares, caches and seeds: what the settings bring into a box beside the project and the agent.
 *
 * @module
 */

import { isFolder } from "../host/path.ts";
import { resolveCaches } from "../config/caches.ts";
import type { Settings } from "../config/settings.ts";
import { resolveSeeds, resolveShares, type Seed } from "../config/shares.ts";
import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import { nestedProjects } from "../project/nested/nested.ts";
import { crabId, targets } from "../../targets/discover.ts";
import { BOX_HOME } from "../spec/box_paths.ts";
import { binds, shareContext, type ShareRequest } from "./declared_binds.ts";
import { bind } from "./parts/part.ts";
import { giveTo } from "../host/give.ts";
import { type Asked, assertMayShare } from "./refused_source.ts";
import type { FoundSource, Sources } from "./share_sources.ts";
import { fromPart, sourceText } from "../spec/source.ts";
import type { BindMount, UserMapping } from "../spec/box_spec.ts";

/** Shares and caches of one box, and what to do and say about them. */
export interface Shared {
  readonly shares: readonly BindMount[];
  readonly caches: readonly BindMount[];
  /** Folders to create before the box starts. */
  readonly missing: readonly string[];
  /** What was asked for and does not exist; one sentence each. */
  readonly warnings: readonly string[];
}

/** The folders of the host that these are. */
export function sharedSources({ shares, caches }: Pick<Shared, "shares" | "caches">): string[] {
  return [...shares, ...caches].map(({ source }) => source);
}

/** Caches that a rig names, and which rig that is. The settings say the same of a name more strongly. */
export interface RigCaches {
  readonly rig: string;
  /** A path relative to the home, by the name of the cache. */
  readonly caches: Readonly<Record<string, string>>;
}

/** Finds shares and caches. Creates nothing. Throws `bad-share`, `unsafe-share` (of a cache too), `bad-cache`. */
export async function findShared(request: ShareRequest, ofRig?: RigCaches): Promise<Shared> {
  const [shares, caches] = await Promise.all([findShares(request), findCaches(request, ofRig)]);
  return { ...shares, caches };
}

async function findShares(request: ShareRequest): Promise<Omit<Shared, "caches">> {
  const shares = resolveShares(binds(request, "share"), shareContext(request));
  const mounts: BindMount[] = [];
  const missing: string[] = [];
  const warnings: string[] = [];
  if (shares.length > 0) {
    const sources = await sourcesOf(request);
    for (const share of shares) {
      const found = await sources.find(share);
      const make = found.kind === "missing" && share.mode === "rw" && found.canMake;
      if (found.kind === "missing" && !make) {
        warnings.push(`${found.path} does not exist and is not shared (${sourceText(share.from)}).`);
        continue;
      }
      if (make) missing.push(found.path);
      if (found.dotfiles.length > 0) {
        warnings.push(
          `Programs of this machine read or run files in ${found.path}, which the box can change (${
            sourceText(share.from)
          }): ${found.dotfiles.join(", ")}.`,
        );
      }
      mounts.push(
        bind(found.path, share.destination, share.from, {
          readOnly: share.mode === "ro",
          // Files elsewhere that the box only reads keep their labels.
          ...(share.mode === "rw" || share.root !== undefined ? { relabel: "shared" } : {}),
        }),
      );
    }
  }
  return { shares: mounts, missing, warnings };
}

/** A cache is mounted once its folder exists, and never in a standalone project: everything that has is in its own folder. */
function findCaches({ host, project, settings, agent }: ShareRequest, ofRig?: RigCaches): BindMount[] {
  if (project?.mode === "standalone") return [];
  const names = targets().map(({ name }) => name);
  const all = { ...settings, caches: { ...ofRig && floorOf(ofRig), ...settings.caches } };
  const caches = resolveCaches(host.system, all, crabId(agent?.target), project?.workset, names);
  const there = caches.filter(({ source }) => isFolder(source));
  for (const { name, source, from } of there) assertMayShare(host, `shared.${name}`, source, from);
  return there.map(({ source, path, from }) =>
    bind(source, `${BOX_HOME}/${path}`, from, { relabel: "shared" })
  );
}

function floorOf({ rig, caches }: RigCaches): Settings["caches"] {
  const from = fromPart(`rig ${rig}`);
  return Object.fromEntries(
    Object.entries(caches).map(([name, value]) => [name, { value, level: "default", from }]),
  );
}

/** A seed and its source, which may be `missing`. `mark` identifies it in the record of what was delivered. */
export type FoundSeed = Seed & { readonly found: FoundSource; readonly mark: string };

/**
 * Finds the seeds whose mark is not in `done`, or `all` of them, the strongest first. Throws `bad-share`, `unsafe-share`.
 */
export async function findSeeds(
  request: ShareRequest,
  done: readonly string[],
  all: boolean,
): Promise<readonly FoundSeed[]> {
  const agent = crabId(request.agent?.target);
  const seeds = resolveSeeds(binds(request, "seed"), shareContext(request))
    // A seed of agents has a different source for each agent.
    .map((seed) => ({
      ...seed,
      mark: `${seed.key.startsWith("crab.") ? agent : "*"} ${seed.key} ${seed.path}`,
    }))
    .filter(({ mark }) => all || !done.includes(mark));
  if (seeds.length === 0) return [];
  const sources = await sourcesOf(request);
  const found = await Promise.all(
    seeds.map(async (seed) => ({ ...seed, found: await sources.find(seed) })),
  );
  await checkSeeds(request, found);
  return found;
}

/** A copy of what only one box may have is as little for others as the folder itself. */
async function checkSeeds({ host }: ShareRequest, seeds: readonly FoundSeed[]): Promise<void> {
  const { byRoot } = await nestedProjects(host, seeds.map(({ found }) => found.path), undefined);
  for (const { found: { path }, from } of seeds) {
    const [hidden] = byRoot.get(path)?.hidden ?? [];
    if (hidden === undefined) continue;
    throw new KanibakoError(
      "unsafe-share",
      `Cannot give ${shellQuote(path)} to a box (${sourceText(from)}): ${
        shellQuote(hidden)
      } in it belongs to another box.`,
      { hint: "Put what the box needs into a folder of its own, and copy that." },
    );
  }
}

/** Why a seed is not copied, as one sentence; empty when it is. */
export function seedProblem({ found: { kind, path: source }, path, from }: FoundSeed): string[] {
  if (kind === "missing") {
    return [`${source} does not exist and is not copied into the box (${sourceText(from)}).`];
  }
  return kind === "file" && path === ""
    ? [`${source} is a file and cannot become the home (${sourceText(from)}).`]
    : [];
}

/** Finds a folder of the host that is to be shown in a box. Throws `unsafe-share`. */
export async function findSource(request: ShareRequest, asked: Asked): Promise<FoundSource> {
  return await (await sourcesOf(request)).find(asked);
}

/** Creates missing folders, owned by the box's user. */
export async function makeMissing(folders: readonly string[], user: UserMapping): Promise<void> {
  for (const folder of folders) {
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
    if (user.kind === "owner") giveTo(folder, user);
  }
}

/** How sources are found. Most boxes have neither shares nor seeds of their own, so its code is loaded with the first. */
export async function sourcesOf({ host, project, agent }: ShareRequest): Promise<Sources> {
  const { Sources } = await import("./share_sources.ts");
  return new Sources(host, project?.path, `${host.system.paths.crabs}/${crabId(agent?.target)}/share`);
}
