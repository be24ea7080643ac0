/**
 * The manifest of a workset: which projects belong to it, and where each of them is.
 *
 * @module
 */

import { sha256 } from "../../host/sha256.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { FileLock, readToml, type Schema, writeText } from "../../host/store.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { isName } from "../names.ts";

/** One project of a workset. */
export interface WorksetMember {
  readonly name: string;
  /** Where it came from; for a link, where its workspace is. */
  readonly sourcePath: string;
  /** `own`: its workspace is `<root>/workspaces/<name>`; `link`: its workspace is the source itself. */
  readonly placement: "own" | "link";
}

/** What `<root>/workset.toml` says. */
export interface Manifest {
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  /** Whether its boxes may use the host's login. */
  readonly groupAuth: boolean;
  /** Sorted by name. */
  readonly members: readonly WorksetMember[];
}

/** The manifest's file. */
export function manifestFile(root: string): string {
  return `${root}/workset.toml`;
}

/** The manifest of the workset in `root`. Throws `workset-damaged` when there is none, `bad-file` when it is no manifest. */
export async function readManifest(root: string): Promise<Manifest> {
  const manifest = await readToml(manifestFile(root), SCHEMA);
  if (manifest) return manifest;
  throw new KanibakoError("workset-damaged", `The workset in ${shellQuote(root)} has no workset.toml.`, {
    hint: [
      "Put the folder or the file back, or forget the workset: kanibako workset rm NAME",
    ],
  });
}

/**
 * Changes a manifest: read, changed and written by one process at a time, whole or not at all. When `change` throws,
 * nothing is written. Returns the new one.
 */
export async function updateManifest(
  host: Host,
  root: string,
  change: (manifest: Manifest) => Manifest | Promise<Manifest>,
): Promise<Manifest> {
  using _lock = await lockManifest(host, root);
  const before = await readManifest(root);
  const after = await change(before);
  if (JSON.stringify(after) !== JSON.stringify(before)) {
    await writeText(manifestFile(root), await manifestText(after), 0o644);
  }
  return after;
}

/** A manifest as the text of its file. */
export async function manifestText(manifest: Manifest): Promise<string> {
  const { stringify } = await import("../../host/toml.ts");
  const members = [...manifest.members].sort((a, b) => a.name < b.name ? -1 : 1);
  return stringify({
    name: manifest.name,
    created: manifest.created,
    group_auth: manifest.groupAuth,
    ...(members.length === 0 ? {} : {
      projects: members.map(({ name, sourcePath, placement }) => ({
        name,
        source_path: sourcePath,
        placement,
      })),
    }),
  });
}

async function lockManifest(host: Host, root: string): Promise<FileLock> {
  const name = (await sha256(root)).slice(0, 16);
  return await FileLock.acquire(`${host.dirs.state}/locks/workset-${name}.lock`);
}

const SCHEMA: Schema<Manifest> = {
  safeParse(value) {
    const wrong = (path: PropertyKey[], message: string) => ({
      success: false as const,
      error: { issues: [{ path, message }] },
    });
    const { name, created, group_auth, auth, projects = [], ...others } = Object(value) as Fields;
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) return wrong([unknown], "unknown key");
    if (typeof name !== "string" || name === "") return wrong(["name"], "the workset's name is missing");
    const shared = group_auth ?? auth ?? true;
    const groupAuth = shared === true || shared === "shared";
    // What is not understood must not grant the login.
    if (!groupAuth && shared !== false && shared !== "distinct") {
      return wrong([group_auth === undefined ? "auth" : "group_auth"], "use true or false");
    }
    if (!Array.isArray(projects)) return wrong(["projects"], "use a table [[projects]] for each project");
    const members: WorksetMember[] = [];
    for (const [index, entry] of projects.entries()) {
      const member = readMember(entry);
      if (typeof member === "string") return wrong(["projects", index], member);
      if (members.some((other) => other.name === member.name)) {
        return wrong(["projects", index], `there are two projects called ${member.name}`);
      }
      members.push(member);
    }
    members.sort((a, b) => a.name < b.name ? -1 : 1);
    // TOML has dates of its own, and an older program may have written one.
    const when = created instanceof Date
      ? created.toISOString()
      : typeof created === "string"
      ? created
      : "unknown";
    return { success: true, data: { name, created: when, groupAuth, members } };
  },
};

type Fields = Partial<Record<string, unknown>>;

/** One member, or what is wrong with it. Older manifests name no placement: their projects have their own folder. */
function readMember(entry: unknown): WorksetMember | string {
  const { name, source_path, placement = "own", ...others } = Object(entry) as Fields;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) return `unknown key ${unknown}`;
  if (typeof name !== "string" || !isName(name)) return "its name is not one a project can have";
  if (placement !== "own" && placement !== "link") return "its placement is neither own nor link";
  if (source_path !== undefined && typeof source_path !== "string") return "its source_path is not a text";
  const sourcePath = source_path ?? "";
  if (placement === "link" && !/^\/[^/]/.test(sourcePath)) return "its source_path is not an absolute path";
  return { name, sourcePath, placement };
}
