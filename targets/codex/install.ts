/**
 * How Codex is installed on a host, and what of it a box must see.
 *
 * @module
 */

import { BOX_HOME } from "../../lib/spec/box_paths.ts";
import { examineExecutable } from "../elf.ts";
import { type Examined, firstUsable } from "../examine.ts";
import { behindShim, dependencyOf, packageOf } from "../npm.ts";
import type { AgentInstall, TargetHost, TargetMount } from "../target.ts";

const PACKAGE = "@openai/codex";
const PLATFORMS: Readonly<Record<string, { readonly suffix: string; readonly triple: string }>> = {
  x86_64: { suffix: "linux-x64", triple: "x86_64-unknown-linux-musl" },
  aarch64: { suffix: "linux-arm64", triple: "aarch64-unknown-linux-musl" },
};

/** Looks where Codex's installers put it. `undefined` when there is no trace of it. */
export async function examine(host: TargetHost): Promise<Examined | undefined> {
  const candidates = [host.which("codex"), `${host.home}/.local/bin/codex`];
  return await firstUsable(host, candidates, (path) => examineOne(host, path));
}

async function examineOne(host: TargetHost, path: string, hops = 2): Promise<Examined> {
  const found = await examineExecutable(host, path);
  if (found?.kind === "usable") {
    return /\/codex[^/]*$/.test(path)
      ? { install: { name: "codex", binary: path, method: "binary" } }
      : { reason: `${path} is a version manager's launcher, which a box cannot use` };
  }
  const owner = await packageOf(host, path, PACKAGE);
  const platform = PLATFORMS[Deno.build.arch];
  if (owner === undefined && found?.kind === "other" && hops > 0) {
    const behind = await behindShim(host, path, found.head, PACKAGE);
    if (behind) return await examineOne(host, behind, hops - 1);
  }
  if (owner === undefined || platform === undefined) {
    const why = found?.kind === "unusable"
      ? found.reason
      : "it is neither a program nor part of the npm package";
    return { reason: `${path} cannot be shown to a box: ${why}` };
  }
  const holder = await dependencyOf(host, owner.root, `${PACKAGE}-${platform.suffix}`) ?? owner;
  const vendor = `${holder.root}/vendor/${platform.triple}`;
  // The second is where releases before the program had companions kept it.
  for (const binary of [`${vendor}/bin/codex`, `${vendor}/codex/codex`]) {
    if ((await examineExecutable(host, binary))?.kind !== "usable") continue;
    const version = owner.version;
    return {
      install: { name: "codex", binary, method: "npm", ...(version === undefined ? {} : { version }) },
    };
  }
  return { reason: `${owner.root} lacks the program for this machine, ${PACKAGE}-${platform.suffix}` };
}

/** What to mount. The program looks for its companions by its own place, so they keep their places relative to it. */
export async function mountsOf(install: AgentInstall, host: TargetHost): Promise<readonly TargetMount[]> {
  if (await host.kind(install.binary) !== "file") return [];
  const mounts: TargetMount[] = [{ source: install.binary, destination: `${BOX_HOME}/.local/bin/codex` }];
  if (!install.binary.endsWith("/bin/codex") || install.method !== "npm") return mounts;
  const root = install.binary.slice(0, -"/bin/codex".length);
  for (const name of ["bin/codex-code-mode-host", "codex-package.json", "codex-path", "codex-resources"]) {
    if (await host.kind(`${root}/${name}`) !== undefined) {
      mounts.push({ source: `${root}/${name}`, destination: `${BOX_HOME}/.local/${name}` });
    }
  }
  return mounts;
}
