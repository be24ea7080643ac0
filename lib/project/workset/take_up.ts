/**
 * Registers a workset that lies in a folder already: one that was forgotten, or came from another machine.
 *
 * @module
 */

import { absolutePath, real } from "../../host/path.ts";
import { askedFor } from "../../config/approval.ts";
import { checkedEnv } from "../../config/env_file.ts";
import { type ConfigFile, EMPTY, parseConfig } from "../../config/file.ts";
import { checkOwnership } from "../../config/ownership.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { readText } from "../../host/store.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { Change, Step } from "../change/change.ts";
import { findProject } from "../detect.ts";
import { checkWorkspace } from "../guard.ts";
import { Locations } from "../location.ts";
import { worksetBoxId } from "../identity.ts";
import { isWithin } from "../layout.ts";
import { checkName } from "../names.ts";
import { checkNameFree, readRegistry, type Registry } from "../registry.ts";
import { checkWorksets, projectsBelow } from "./create.ts";
import { isDefaultWorkset } from "./find.ts";
import { manifestFile, manifestText, type WorksetMember } from "../membership/manifest.ts";
import {
  boxesFolder,
  manifestOf,
  memberBox,
  memberPath,
  memberVault,
  readWorksets,
  type Workset,
} from "../membership/members.ts";

/** A workset that can be taken up. */
export interface TakingUp {
  readonly name: string;
  readonly root: string;
  readonly members: readonly { readonly name: string; readonly path: string }[];
  /** What its files ask for, by `workset` or the project's name: people must see it before it counts. */
  readonly asked: readonly (readonly [of: string, asked: ReadonlyMap<string, string>])[];
  /** Everything that was read to find that out: what is not the same later was not seen. */
  readonly texts: string;
  /** To be made by `runChange`. */
  readonly change: Change;
}

/**
 * Plans it; changes nothing. Throws `no-workset` where there is none, `unsafe-workset` when it asks for places that are
 * neither its own nor its projects', and what keeps a folder from being a workset or a project.
 */
export async function planTakingUp(
  host: Host,
  options: { readonly path: string; readonly cwd?: string; readonly name?: string },
): Promise<TakingUp> {
  const asked = absolutePath(options.path, options.cwd ?? Deno.cwd());
  const root = real(asked);
  const found = (await readWorksets({ "": root }))[0]!;
  if (await readText(manifestFile(root)) === undefined) {
    throw new KanibakoError(
      "no-workset",
      `There is no workset in ${shellQuote(root)}: it has no workset.toml.`,
      {
        hint: `To create one: kanibako workset create ${shellQuote(root)}`,
      },
    );
  }
  const manifest = manifestOf({ ...found, name: root });
  const name = options.name ?? manifest.name;
  if (isDefaultWorkset(name)) throw new KanibakoError("bad-name", `Cannot call a workset ${name}.`);
  checkName(name);
  await checkWorkspace(host, root, { standalone: false, allowHome: false, what: "workset" });
  const registry = await readRegistry(host);
  const worksets = await readWorksets(registry.worksets);
  checkWorksets(worksets, root);
  checkNameFree(registry, name, "Choose another name with --name.");
  const texts: string[] = [manifest.name];
  const members: { name: string; path: string }[] = [];
  const wishes: [string, ReadonlyMap<string, string>][] = [];
  const look = async (of: string, folder: string, file: string): Promise<ConfigFile> => {
    const files = [folder, `${folder}/${file}`, `${folder}/env`];
    await Promise.all(files.map((path) => checkOwnership(path, "others may read")));
    const [settings, env] = [await readText(files[1]!), await readText(files[2]!)];
    texts.push(of, settings ?? "", env ?? "");
    const config = settings === undefined
      ? EMPTY
      : await parseConfig(settings, files[1]!, file === "config.toml" ? "workset" : "box");
    const asks = askedFor(config, env === undefined ? {} : checkedEnv(env, files[2]!));
    if (asks.size > 0) wishes.push([of, asks]);
    return config;
  };
  await look("workset", root, "config.toml");
  await checkOwnership(boxesFolder(root), "others may read");
  for (const member of manifest.members) {
    const path = real(memberPath(root, member));
    await checkMember(host, { registry, worksets, root, member, path });
    const config = await look(member.name, memberBox(root, member.name), "project.toml");
    checkPlaces(root, member, path, config);
    members.push({ name: member.name, path });
  }
  const place = { name, root };
  const before = await readText(manifestFile(root));
  const rename: Step[] = name === manifest.name ? [] : [{
    do: "write",
    file: manifestFile(root),
    before: before ?? null,
    after: await manifestText({ ...manifest, name }),
    mode: 0o644,
  }];
  const steps: Step[] = [...rename, { do: "names", table: "worksets", add: { [name]: root } }];
  return {
    ...place,
    members,
    asked: wishes,
    texts: JSON.stringify([before, texts]),
    change: {
      what: "workset create",
      about: `registration of the workset ${name} in ${root}`,
      projects: await Promise.all(members.map((member) => worksetBoxId(place, member.name))),
      steps,
      commitAt: steps.length,
    },
  };
}

interface Membership {
  readonly registry: Registry;
  readonly worksets: readonly Workset[];
  readonly root: string;
  readonly member: WorksetMember;
  readonly path: string;
}

/** Its workspace must be one that could be connected now. */
async function checkMember(
  host: Host,
  { registry, worksets, root, member, path }: Membership,
): Promise<void> {
  const taken = await findProject(host, registry, worksets, path);
  const [other] = taken ? [taken.path] : await projectsBelow(host, registry, worksets, path);
  if (other !== undefined) {
    throw unsafe(root, `${shellQuote(path)} belongs to another project: ${shellQuote(other)}`);
  }
  if (member.placement === "own") {
    // `workspaces` itself could be a link.
    if (path !== memberPath(root, member)) throw unsafe(root, `${member.name} leads to ${shellQuote(path)}`);
    return;
  }
  if (isWithin(path, root) || isWithin(root, path)) {
    throw unsafe(root, `${shellQuote(path)} contains it or is inside it`);
  }
  await checkWorkspace(host, path, { standalone: false, allowHome: false });
}

/**
 * A project's own file may say where its home and its vault are, and a link may stand in the place of one: in a workset of strangers
 * either could lead anywhere.
 */
function checkPlaces(root: string, member: WorksetMember, path: string, config: ConfigFile): void {
  const locations = new Locations();
  const places: readonly (readonly [key: string, place: unknown])[] = [
    ...["shell", "vault.ro", "vault.rw"].map((key) => [key, config.values[key]] as const),
    ["its home", `${memberBox(root, member.name)}/shell`],
    ["its vault", memberVault(root, member.name)],
  ];
  for (const [key, place] of places) {
    if (typeof place !== "string") continue;
    const at = locations.of(place).path;
    if (isWithin(at, root) || isWithin(at, path)) continue;
    throw unsafe(root, `${member.name} wants ${shellQuote(at)} as ${key}`);
  }
}

function unsafe(root: string, why: string): KanibakoError {
  return new KanibakoError("unsafe-workset", `Cannot register the workset in ${shellQuote(root)}: ${why}.`, {
    hint: "Fix its workset.toml and the project.toml files in boxes/, if you know where it comes from.",
  });
}
