/**
 * The manifest of a workset: which projects belong to it, and where each of them is.
 *
 * @module
 */

import { sha256 } from "../../host/sha256.ts";
import {
  check,
  type Checked,
  listOf,
  matching,
  oneOf,
  optional,
  schemaOf,
  shape,
  text,
  wrong,
} from "../../host/light_schema.ts";
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
  /** Projects of the earlier program whose names are none here: kept, and nothing else. */
  readonly unusable?: readonly OddMember[];
}

interface OddMember {
  readonly name: string;
  readonly source_path?: string | undefined;
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
      "Restore the folder or the file, or forget the workset: kanibako workset rm NAME",
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
    ...(members.length === 0 && !manifest.unusable ? {} : {
      projects: [
        ...members.map(({ name, sourcePath, placement }) => ({
          name,
          source_path: sourcePath,
          placement,
        })),
        ...manifest.unusable ?? [],
      ],
    }),
  });
}

async function lockManifest(host: Host, root: string): Promise<FileLock> {
  const name = (await sha256(root)).slice(0, 16);
  return await FileLock.acquire(`${host.dirs.state}/locks/workset-${name}.lock`);
}

const memberFields = shape({
  name: text,
  source_path: optional(text),
  placement: optional(oneOf("own", "link")),
}, "refused");

// What is not understood must not grant the login.
const auth = optional(
  check<boolean | string>(
    "use true or false",
    (value) => [true, false, "shared", "distinct"].includes(value as boolean),
  ),
);

const fields = shape({
  name: matching(/./, "the workset's name is missing"),
  created: (value) => ({ ok: true, value }),
  group_auth: auth,
  auth,
  projects: optional(listOf(member)),
}, "refused");

const SCHEMA: Schema<Manifest> = schemaOf((value): Checked<Manifest> => {
  const found = fields(value);
  if (!found.ok) return found;
  const { name, created, group_auth, auth, projects = [] } = found.value;
  const members = projects.filter(({ name }) => isName(name)).toSorted((a, b) => a.name < b.name ? -1 : 1);
  const odd = projects.filter(({ name }) => !isName(name))
    .map(({ name, sourcePath }) => ({ name, source_path: sourcePath }));
  const twice = members.find((one, index) => one.name === members[index + 1]?.name);
  if (twice) return wrong(`there are two projects called ${twice.name}`, ["projects"]);
  const groupAuth = [true, "shared"].includes((group_auth ?? auth ?? true) as boolean);
  return {
    ok: true,
    value: {
      name,
      created: whenOf(created),
      groupAuth,
      members,
      ...(odd.length > 0 ? { unusable: odd } : {}),
    },
  };
});

/** TOML has dates of its own, and an older program may have written one. */
function whenOf(created: unknown): string {
  return created instanceof Date ? created.toISOString() : typeof created === "string" ? created : "unknown";
}

/** One member. Older manifests name no placement: their projects have their own folder. */
function member(value: unknown): Checked<WorksetMember> {
  const found = memberFields(value);
  if (!found.ok) return found;
  const { name, source_path: sourcePath = "", placement = "own" } = found.value;
  if (found.value.placement !== undefined && !isName(name)) {
    return wrong("not a valid project name", ["name"]);
  }
  return placement === "link" && !/^\/[^/]/.test(sourcePath)
    ? wrong("not an absolute path", ["source_path"])
    : { ok: true, value: { name, sourcePath, placement } };
}
