/**
 * How Claude Code is installed on a host, and what of it a box must see.
 *
 * @module
 */

import { examineExecutable } from "../elf.ts";
import { type Examined, firstUsable } from "../examine.ts";
import { behindShim, dependencyOf, packageOf } from "../npm.ts";
import type { AgentInstall, TargetHost, TargetMount } from "../target.ts";
import { BOX_HOME } from "../../lib/spec/box_paths.ts";

const PACKAGE = "@anthropic-ai/claude-code";
const PLATFORMS: Readonly<Record<string, string>> = { x86_64: "linux-x64", aarch64: "linux-arm64" };
const BOX_BINARY = `${BOX_HOME}/.local/bin/claude`;
const BOX_INSTALL = `${BOX_HOME}/.local/share/claude`;
/** The method of packages that are a script for Node, as they were before programs of their own were shipped. */
const SCRIPT_METHOD = "npm (script)";

/** Looks where Claude Code's installers put it. `undefined` when there is no trace of it. */
export async function examine(host: TargetHost): Promise<Examined | undefined> {
  const candidates = [
    host.which("claude"),
    `${host.home}/.local/bin/claude`,
    `${host.home}/.claude/local/node_modules/.bin/claude`,
  ];
  return await firstUsable(host, candidates, (path) => examineOne(host, path));
}

async function examineOne(host: TargetHost, path: string, hops = 2): Promise<Examined> {
  const found = await examineExecutable(host, path);
  const owner = await packageOf(host, path, PACKAGE);
  if (found?.kind === "usable") {
    if (!/claude[^/]*(\/versions\/[^/]+)?$/.test(path)) {
      return { reason: `${path} is a version manager's launcher, which a box cannot use` };
    }
    const native = /\/claude\/versions\/([^/]+)$/.exec(path)?.[1];
    const version = native ?? owner?.version;
    return installed(path, native ? "native" : owner ? "npm" : "binary", version);
  }
  if (found === undefined) return { reason: `${path} cannot be read` };
  if (owner === undefined) {
    const behind = found.kind === "other" && hops > 0 && await behindShim(host, path, found.head, PACKAGE);
    if (behind) return await examineOne(host, behind, hops - 1);
    const why = found.kind === "unusable"
      ? found.reason
      : "it is neither a program nor part of the npm package";
    return { reason: `${path} cannot be shown to a box: ${why}` };
  }
  // The package's own program is a stub until its install script has run; the real one is in the platform's package.
  const platform = await dependencyOf(host, owner.root, `${PACKAGE}-${PLATFORMS[Deno.build.arch]}`);
  if (platform) {
    const program = `${platform.root}/claude`;
    const real = await examineExecutable(host, program);
    if (real?.kind === "usable") return installed(program, "npm", platform.version ?? owner.version);
  }
  const script = `${owner.root}/cli.js`;
  if (await host.kind(script) === "file") return installed(script, SCRIPT_METHOD, owner.version);
  return {
    reason: `${owner.root} holds only a stub: its install script did not run and ${PACKAGE}-${
      PLATFORMS[Deno.build.arch]
    } is missing`,
  };
}

function installed(binary: string, method: string, version: string | undefined): Examined {
  return { install: { name: "claude", binary, method, ...(version === undefined ? {} : { version }) } };
}

/** What to mount. The program is one file; nothing of the versions beside it is needed. */
export async function mountsOf(install: AgentInstall, host: TargetHost): Promise<readonly TargetMount[]> {
  if (await host.kind(install.binary) !== "file") return [];
  if (install.method !== SCRIPT_METHOD) return [{ source: install.binary, destination: BOX_BINARY }];
  return [{ source: install.binary.slice(0, install.binary.lastIndexOf("/")), destination: BOX_INSTALL }];
}

/** The file that stands in for the program where there is only a script: a mount cannot lead to the folder around it. */
export function launcher(install: AgentInstall): string | undefined {
  return install.method === SCRIPT_METHOD
    ? `#!/bin/sh\nexec node "$HOME/.local/share/claude/cli.js" "$@"\n`
    : undefined;
}
