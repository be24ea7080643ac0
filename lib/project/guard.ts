/**
 * Which folders may never be a workspace: a box writes all of its workspace, so it must not hold what the host lives on.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import { reasonInHome, type Use } from "./home_guard.ts";
import { isWithin } from "./layout.ts";

/** Neither these nor anything below them. */
const TREES = [
  "/bin",
  "/boot",
  "/dev",
  "/etc",
  "/lib",
  "/lib32",
  "/lib64",
  "/libx32",
  "/proc",
  "/sbin",
  "/sys",
];
/** Not these themselves; folders below them are fine. */
const FOLDERS = [
  ...[
    "/",
    "/home",
    "/media",
    "/mnt",
    "/opt",
    "/root",
    "/run",
    "/run/media",
    "/run/user",
    "/snap",
    "/srv",
    "/tmp",
  ],
  ...["/usr/local/src", "/usr/src", "/var", "/var/lib", "/var/tmp", "/var/www"],
];
/** Below these, only what the list above or the exceptions below let through. */
const MOSTLY = ["/usr", "/var/cache", "/var/lib/containers", "/var/lib/docker", "/var/log", "/var/run"];
const EXCEPT = ["/usr/local/src/", "/usr/src/"];
/** What a user may say about it. */
export interface GuardOptions {
  readonly standalone: boolean;
  /** The home itself, for a standalone project. */
  readonly allowHome: boolean;
  /** What it is wanted for. [default: `project`] */
  readonly what?: string;
}

/** Throws `home-project` or `unsafe-workspace` when a folder (symlinks resolved) must not be a workspace. */
export async function checkWorkspace(host: Host, path: string, options: GuardOptions): Promise<void> {
  const home = real(host.dirs.home);
  if (path === home || await isSame(path, home)) {
    if (options.standalone && options.allowHome) return;
    if (options.what !== undefined) throw refused(path, options.what, "it is your whole home");
    throw new KanibakoError(
      "home-project",
      options.standalone
        ? "Cannot use your whole home as a project without --allow-home: the agent could change everything in it."
        : "Cannot use your whole home as a project unless it is standalone and you ask for it explicitly.",
      {
        hint: [
          "Create a folder for the project: mkdir project && cd project",
          `To do it anyway: kanibako create --standalone --allow-home ${shellQuote(path)}`,
        ],
      },
    );
  }
  const reason = await reasonAgainst(host, path);
  if (reason !== undefined) throw refused(path, options.what, reason);
}

/**
 * Why a folder or file (symlinks resolved) must not be in a box's reach, the home itself apart; `undefined` when nothing
 * is against it. `use`: what the box would do with it.
 */
export async function reasonAgainst(
  host: Host,
  path: string,
  use: Use = "write",
): Promise<string | undefined> {
  const home = real(host.dirs.home);
  if (path !== home && isWithin(home, path)) return "your home is in it";
  const system = [...TREES, ...MOSTLY].some((tree) => isWithin(path, tree)) &&
    !EXCEPT.some((prefix) => path.startsWith(prefix));
  if (system || FOLDERS.includes(path) || await isSame(path, "/")) return "it belongs to the system";
  if (/^\/home\/[^/]+$/.test(path)) return "it is somebody's home";
  const inHome = path === home ? undefined : await reasonInHome(home, path, use);
  if (inHome !== undefined) return inHome;
  const own = [host.dirs.data, host.dirs.state, host.dirs.cache, ...Object.values(host.system.paths)];
  for (const folder of new Set(await Promise.all(own.map(real)))) {
    if (isWithin(path, folder)) return "kanibako keeps its own files there";
    if (isWithin(folder, path)) return "kanibako's own files are in it";
  }
  return isWithin(real(host.dirs.configFile), path) ? "kanibako's configuration is in it" : undefined;
}

function refused(path: string, what: string | undefined, why: string): KanibakoError {
  return new KanibakoError(
    "unsafe-workspace",
    `Cannot use ${shellQuote(path)} as a ${what ?? "project"}: ${why}.`,
    {
      hint: `Use a folder with only the ${what ?? "project"} in it.`,
    },
  );
}

/** The path with symlinks resolved as far as it exists. */
export function real(path: string): string {
  const missing: string[] = [];
  for (let at = path;;) {
    try {
      const found = Deno.realPathSync(at);
      return [found === "/" ? "" : found, ...missing].join("/") || "/";
    } catch (cause) {
      if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    }
    const slash = at.lastIndexOf("/");
    missing.unshift(at.slice(slash + 1));
    at = at.slice(0, slash) || "/";
  }
}

/** Whether both are one folder, reached by another mount perhaps. */
async function isSame(path: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([path, other].map((each) => Deno.stat(each).catch(() => undefined)));
  return a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev;
}
