/**
 * Finds an agent on the host by its declaration: its program, or the script or the environment that makes up its package.
 *
 * @module
 */

import { examineExecutable } from "../elf.ts";
import { firstUsable } from "../examine.ts";
import { behindShim, dependencyOf, type Package, packageOf } from "../npm.ts";
import type { Examined, TargetHost } from "../target.ts";
import { behindWrapper } from "../wrapper.ts";
import { examineEnvironment } from "./python.ts";
import type { Declaration } from "./schema.ts";

/** The processor, in the words of npm's packages and of Rust. */
const PLATFORMS: Readonly<Record<string, { readonly npm: string; readonly triple: string }>> = {
  x86_64: { npm: "linux-x64", triple: "x86_64-unknown-linux-musl" },
  aarch64: { npm: "linux-arm64", triple: "aarch64-unknown-linux-musl" },
};
/** The method of packages that are a script for Node. */
export const SCRIPT = "npm (script)";
/** How many launchers are seen through. */
const MAX_HOPS = 2;

/** Looks where installers put it. `undefined` when there is no trace of it. */
export async function examine(agent: Declaration, host: TargetHost): Promise<Examined | undefined> {
  const names = namesOf(agent);
  const candidates = [
    ...names.map((name) => host.which(name)),
    ...(agent.find?.places ?? []).map((place) => place.startsWith("~/") ? host.home + place.slice(1) : place),
    // Where PATH is short, as in scripts that the system starts.
    host.remembered?.(agent.name),
  ];
  return await firstUsable(host, candidates, (path) => examineOne(agent, host, path, MAX_HOPS));
}

/** Names of its program. */
export function namesOf(agent: Declaration): readonly string[] {
  return agent.find?.names ?? [agent.name];
}

async function examineOne(
  agent: Declaration,
  host: TargetHost,
  path: string,
  hops: number,
  // A wrapper of the user's that does nothing but start it has said that it is the agent.
  said = false,
): Promise<Examined> {
  const npm = agent.find?.npm;
  const found = await examineExecutable(host, path);
  const owner = npm && await packageOf(host, path, npm.package);
  if (found === undefined) return { reason: `${path} cannot be read` };
  if (found.kind === "usable") {
    const native = versionIn(agent, path);
    if (native === undefined && !owner && !said && !isNamed(agent, path)) {
      return { reason: `${path} is a version manager's launcher, which a box cannot use` };
    }
    return installed(agent, path, native ? "native" : owner ? "npm" : "binary", native ?? owner?.version);
  }
  if (owner) return await examinePackage(agent, host, owner);
  if (found.kind === "other") {
    const behind = npm && hops > 0 && await behindShim(host, path, found.head, npm.package);
    if (behind) return await examineOne(agent, host, behind, hops - 1);
    const wrapped = hops > 0 ? await behindWrapper(host, path, found.head) : undefined;
    if (wrapped) return await examineOne(agent, host, wrapped.path, hops - 1, wrapped.only);
    const environment = agent.find?.python && await examineEnvironment(agent, host, path, found.head);
    if (environment) return environment;
  }
  const why = found.kind === "unusable"
    ? found.reason
    : npm
    ? "it is neither a program nor part of the npm package"
    : "it is no program that a rig can run";
  return { reason: `${path} cannot be shown to a box: ${why}` };
}

/** The package's own program may be a stub until its install script has run; the real one is in the platform's package. */
async function examinePackage(agent: Declaration, host: TargetHost, owner: Package): Promise<Examined> {
  const npm = agent.find!.npm!;
  const platform = PLATFORMS[Deno.build.arch];
  const fill = (text: string) =>
    text.replaceAll("{platform}", platform?.npm ?? "").replaceAll("{triple}", platform?.triple ?? "");
  const name = npm.platform && platform && fill(npm.platform);
  const holder = (name ? await dependencyOf(host, owner.root, name) : undefined) ?? owner;
  for (const program of npm.program ?? []) {
    const path = `${holder.root}/${fill(program)}`;
    if ((await examineExecutable(host, path))?.kind !== "usable") continue;
    return installed(agent, path, "npm", versionOf(holder, owner));
  }
  const script = npm.script && `${owner.root}/${npm.script}`;
  if (script && await host.kind(script) === "file") {
    const node = Math.max(agent.needs?.node ?? 0, owner.node ?? 0);
    return installed(agent, script, SCRIPT, owner.version, node > 0 ? node : undefined);
  }
  return {
    reason: name
      ? `${owner.root} contains no program for this machine: ${name} is missing (it may be a stub whose install script did not run)`
      : `${owner.root} contains no program for this machine`,
  };
}

/** The release's own: a platform's package may carry a suffix. */
function versionOf(holder: Package, owner: Package): string | undefined {
  return owner.version ?? holder.version;
}

function isNamed(agent: Declaration, path: string): boolean {
  const file = path.slice(path.lastIndexOf("/") + 1);
  return namesOf(agent).some((name) => file.startsWith(name));
}

/** The version a path names, where installers name one there. */
function versionIn(agent: Declaration, path: string): string | undefined {
  const [before, after] = agent.find?.version?.split("{version}") ?? [];
  if (before === undefined || after === undefined) return undefined;
  const at = path.lastIndexOf(`/${before}`);
  const rest = at < 0 ? "" : path.slice(at + 1 + before.length);
  if (!rest.endsWith(after)) return undefined;
  const version = rest.slice(0, rest.length - after.length);
  return /^[^/]+$/.test(version) ? version : undefined;
}

function installed(
  agent: Declaration,
  binary: string,
  method: string,
  version: string | undefined,
  node?: number,
): Examined {
  return {
    install: {
      name: agent.name,
      binary,
      method,
      ...(version === undefined ? {} : { version }),
      ...(node === undefined ? {} : { node }),
    },
  };
}
