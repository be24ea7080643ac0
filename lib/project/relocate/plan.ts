/**
 * The plan of moving or copying a project: which folders, files and records change, in an order that can be taken back.
 *
 * @module
 */

import { exists } from "../../host/path.ts";
import { approvedBoxFiles } from "../../config/box_files.ts";
import { type BoxTexts, readOwn, readUntrusted } from "../../config/approval.ts";
import { parseConfig } from "../../config/file.ts";
import type { Host } from "../../config/system.ts";
import { boxState } from "../../config/box_state.ts";
import { helpersRoot } from "../../hub/folders.ts";
import { helperIds } from "../../hub/left.ts";
import type { Change } from "../change/step.ts";
import { withIgnored } from "../git/ignore.ts";
import { ignoredEntries, isWithin } from "../layout.ts";
import { hiddenBelow } from "../nested/nested.ts";
import { qualifiedName } from "../project.ts";
import { credentialPaths, stepsOfCopy } from "./credentials.ts";
import { gitChanges } from "./git_data.ts";
import { StepList } from "./step_list.ts";
import { base, isElsewhere, parent, type Places, placesNow, placesOf, type Relocation } from "./places.ts";
import { addRecords } from "./records.ts";
import { changedSettings } from "./settings_text.ts";
import { leadsTo, linksTo, newLinks } from "./links.ts";

export type { Relocation } from "./places.ts";

/**
 * Plans it, and changes nothing. Throws `not-approved` when settings nobody has seen would come to count, and `left-over`
 * when something is where the project's data shall be.
 */
export async function planRelocation(host: Host, relocation: Relocation): Promise<Change> {
  return await new Planner(host, relocation, placesNow(relocation.project), await target(host, relocation))
    .plan();
}

async function target(host: Host, { project, to }: Relocation): Promise<Places> {
  return await placesOf(host, project, to);
}

/** What of a box's settings folder is no setting: it is remade where it is needed. */
const JUNK = new Set([".kanibako.lock", "project-path.txt", "helpers", ".image-sharing"]);

class Planner {
  readonly #list = new StepList();
  readonly #moves: boolean;

  constructor(
    readonly host: Host,
    readonly relocation: Relocation,
    readonly from: Places,
    readonly to: Places,
  ) {
    this.#moves = relocation.how === "move";
  }

  async plan(): Promise<Change> {
    const { relocation, to } = this;
    const { project, what } = relocation;
    await this.#workspace();
    await this.#metadata();
    await this.#home();
    await this.#vault();
    await this.#settings();
    await this.#links();
    await this.#state();
    await addRecords(this.host, this.#list, relocation, this.from, to, this.#approved);
    const { steps, commitAt } = this.#list.finish();
    const { workset } = relocation.to;
    const name = qualifiedName({ name: to.name, ...(workset ? { workset } : {}) });
    const others = [
      ...(name === qualifiedName(project) ? [] : [`as ${name}`]),
      ...(to.mode === project.mode ? [] : [`in mode ${to.mode}`]),
    ];
    return {
      what,
      about: `${qualifiedName(project)} to ${to.path}${others.length > 0 ? `, ${others.join(", ")}` : ""}`,
      // Of a plain folder the identity is only the one it might get.
      projects: project.exists
        ? [project.id, ...this.#moves ? helperIds(this.host.dirs, project.id) : []]
        : [],
      ...(this.to.id === project.id ? {} : { makes: [this.to.id] }),
      steps,
      commitAt,
    };
  }

  /** Whether the workspace goes to another place. */
  get #takes(): boolean {
    return this.relocation.workspace === "take" && this.from.path !== this.to.path;
  }

  /** Where something of the project is once the workspace has been moved. */
  #at(path: string): string {
    const along = this.#moves && this.#takes && isWithin(path, this.from.path);
    return along ? this.to.path + path.slice(this.from.path.length) : path;
  }

  /** What lies in the workspace and is none of it: it is copied, or left, separately. */
  async #apart(): Promise<string[]> {
    const { from, to } = this;
    const inside = (path: string) => isWithin(path, from.path) && path !== from.path;
    const names = [from.metadata, from.home];
    // The vault stays in the workspace where both have it there, under the same name.
    const same = inside(from.vault) && to.path + from.vault.slice(from.path.length) === to.vault;
    if (inside(from.vault) && !same) names.push(from.vault);
    if (await leadsTo(`${from.path}/vault`, from.vault)) names.push(`${from.path}/vault`);
    // A copy that is to be standalone has its settings where the original may have something else.
    if (to.mode === "standalone") names.push(to.metadata.replace(to.path, from.path));
    const paths = [...new Set(names.filter(inside).filter(exists))];
    return paths.filter((path) => !paths.some((other) => other !== path && isWithin(path, other)))
      .map((path) => path.slice(from.path.length + 1)).sort();
  }

  async #workspace(): Promise<void> {
    const { from, to } = this;
    const { workspace } = this.relocation;
    if (workspace === "stay" || from.path === to.path) return;
    if (exists(to.path)) return;
    await this.#list.parents(to.path, 0o755);
    const { how } = this.relocation;
    const git = workspace === "take" ? await gitChanges({ from: from.path, to: to.path, how }) : undefined;
    if (workspace === "empty") {
      this.#list.add({ do: "make-folder", path: to.path, mode: 0o755, ownerOf: from.path });
    } else if (this.#moves) {
      await this.#list.transfer(from.path, to.path, from.path, this.#written(from.path));
    } else {
      const exclude = [...await this.#apart(), ...git?.exclude ?? []];
      for (const path of await hiddenBelow(this.host, from.path)) {
        if (!exclude.some((other) => isWithin(path, other))) exclude.push(path);
      }
      this.#list.add({ do: "copy", from: from.path, to: to.path, exclude, ...this.#written(from.path) });
    }
    for (const write of git?.writes ?? []) this.#list.add(write);
  }

  /** Where in a folder the box writes its vault: a copy of that is to be one of which snapshots are taken at once. */
  #written(folder: string): { subvolume?: string } {
    const path = this.relocation.project.exists ? this.relocation.project.vault?.readWrite : undefined;
    if (path === undefined || path === folder || !isWithin(path, folder)) return {};
    return { subvolume: path.slice(folder.length + 1) };
  }

  /** The folder of the settings, with whatever else is kept there. */
  async #metadata(): Promise<void> {
    const { from, to } = this;
    const now = this.#at(from.metadata);
    if (now === to.metadata) return;
    await this.#list.free(to.metadata, this.#source(to.metadata));
    await this.#list.parents(to.metadata, 0o700, this.#begin(to.metadata));
    this.#list.add({ do: "make-folder", path: to.metadata, mode: 0o700, owned: true });
    // What else lies in a folder of the workspace is not known to be ours.
    if (this.from.mode === "standalone") return;
    const own = [from.home, from.vault].filter((path) => parent(path) === from.metadata).map(base);
    for (const name of await names(from.metadata)) {
      if (["project.toml", "env", ...own].includes(name) || JUNK.has(name) || name.endsWith(".tmp")) continue;
      await this.#carry(`${from.metadata}/${name}`, `${to.metadata}/${name}`);
    }
  }

  async #home(): Promise<void> {
    const { from, to } = this;
    const { project, withCredentials } = this.relocation;
    if (!project.exists || this.#staysElsewhere(from.home)) return;
    const exclude = this.#moves || project.sharedAuth || withCredentials ? [] : credentialPaths();
    await this.#carry(from.home, to.home, exclude);
  }

  async #vault(): Promise<void> {
    const { from, to } = this;
    // What a folder that is no project calls its vault is none of ours.
    if (!this.relocation.project.exists || this.#staysElsewhere(from.vault)) return;
    const along = !this.#moves && this.#takes && isWithin(from.vault, from.path) &&
      isWithin(to.vault, to.path);
    // It came with the workspace.
    if (along && to.path + from.vault.slice(from.path.length) === to.vault) return;
    const info = await Deno.lstat(from.vault).catch(() => undefined);
    if (!info?.isDirectory) return;
    if (this.#at(from.vault) === to.vault) return;
    if (this.#moves) await this.#unlinkVault();
    await this.#carry(from.vault, to.vault);
  }

  /** Moves or copies a folder of the box to its new place. */
  async #carry(from: string, to: string, exclude: readonly string[] = []): Promise<void> {
    if (this.#at(from) === to || !exists(from)) return;
    await this.#list.free(to, this.#source(to));
    await this.#list.parents(to, isWithin(to, this.to.path) ? 0o755 : 0o700, this.#begin(to));
    const rest = this.#written(from);
    if (this.#moves) await this.#list.transfer(this.#at(from), to, from, rest);
    else this.#list.add({ do: "copy", from, to, ...(exclude.length > 0 ? { exclude } : {}), ...rest });
  }

  /** Where the destination's content is now, before the workspace is brought there. */
  #source(to: string): string | undefined {
    if (this.relocation.workspace === "stay" || this.from.path === this.to.path) return to;
    if (!isWithin(to, this.to.path)) return to;
    // A copy leaves out what would be in the way.
    return this.relocation.workspace === "take" && this.#moves
      ? this.from.path + to.slice(this.to.path.length)
      : undefined;
  }

  /** What is there already when a folder below the new workspace is made. */
  #begin(path: string): string | undefined {
    return isWithin(path, this.to.path) ? this.to.path : undefined;
  }

  #staysElsewhere(place: string): boolean {
    return this.#moves && this.to.mode !== "standalone" && isElsewhere(this.relocation.project, place);
  }

  async #settings(): Promise<void> {
    const { from, to } = this;
    const { project } = this.relocation;
    const before = await this.#texts();
    const now = this.#at(from.metadata);
    const file = `${to.metadata}/project.toml`;
    const settings = await changedSettings(before.settings ?? "", file, {
      config: await parseConfig(before.settings ?? "", file, "box"),
      to,
      distinctAuth: !project.sharedAuth,
      kept: this.#kept(),
    });
    const moved = now !== to.metadata;
    // A standalone project that only moves keeps its file byte for byte, and with it what was approved.
    const text = !moved && to.mode === "standalone" ? before.settings ?? settings : settings;
    const was = moved ? null : before.settings ?? null;
    if (was !== text) this.#list.add({ do: "write", file, before: was, after: text });
    if (moved && before.env !== undefined) {
      this.#list.add({ do: "write", file: `${to.metadata}/env`, before: null, after: before.env });
    }
    this.#approved = { settings: text, env: before.env };
    await this.#ignore();
    if (!moved || !this.#moves || !project.exists) return;
    if (from.mode !== "standalone") return this.#list.later({ do: "remove", path: now });
    for (const name of ["project.toml", "env"]) {
      if (exists(`${from.metadata}/${name}`)) {
        this.#list.later({ do: "remove", path: `${now}/${name}` });
      }
    }
    this.#list.later({ do: "tidy", path: now });
  }

  #approved: BoxTexts = { settings: "", env: undefined };

  /** The settings as they are. Those of a standalone project must be approved before they count without being asked. */
  async #texts(): Promise<{ settings: string | undefined; env: string | undefined }> {
    const { project, to } = this.relocation;
    if (!project.exists) return { settings: undefined, env: undefined };
    const trusted = project.mode !== "standalone";
    if (!trusted && to.mode !== "standalone") await approvedBoxFiles(this.host.dirs.state, project);
    const [settings, env] = await Promise.all(
      ["project.toml", "env"].map((name) => readOwn(`${project.metadata}/${name}`, trusted)),
    );
    return { settings, env };
  }

  #kept(): Record<string, string> {
    const { project } = this.relocation;
    const places: readonly (readonly [string, string | undefined])[] = [
      ["shell", project.home],
      ["vault_ro", project.vault?.readOnly],
      ["vault_rw", project.vault?.readWrite],
    ];
    return Object.fromEntries(
      places.filter((entry): entry is [string, string] =>
        entry[1] !== undefined && this.#staysElsewhere(entry[1])
      ),
    );
  }

  async #ignore(): Promise<void> {
    const { from, to } = this;
    const entries = ignoredEntries(to, to.path);
    if (entries.length === 0) return;
    const kept = this.relocation.workspace === "take" || from.path === to.path;
    const now = kept ? `${from.path}/.gitignore` : `${to.path}/.gitignore`;
    const info = await Deno.lstat(now).catch(() => undefined);
    if (info && !info.isFile) return;
    const before = await readUntrusted(now);
    const after = withIgnored(before, entries);
    if (after === undefined) return;
    this.#list.add({
      do: "write",
      file: `${to.path}/.gitignore`,
      before: before ?? null,
      after,
      mode: (info?.mode ?? 0o644) & 0o777,
    });
  }

  #unlinked = false;

  /** Removes the links that lead to the vault as it was. */
  async #unlinkVault(): Promise<void> {
    if (this.#unlinked) return;
    this.#unlinked = true;
    const { from } = this;
    for (const path of await linksTo(this.host, from.path, from.vault)) {
      this.#list.add({ do: "unlink", path: this.#at(path), target: from.vault });
    }
  }

  async #links(): Promise<void> {
    const { from, to } = this;
    const changed = this.#at(from.vault) !== to.vault || !this.#moves;
    if (this.#moves && changed) await this.#unlinkVault();
    if (!changed || (this.relocation.project.exists && !this.relocation.project.vault)) return;
    if (this.#staysElsewhere(from.vault)) return;
    const here = this.relocation.workspace === "stay" || from.path === to.path ? to.path : from.path;
    for (const path of await newLinks(this.host, to, here, from.vault)) {
      await this.#list.parents(path, 0o700, this.#begin(path));
      this.#list.add({ do: "symlink", path, target: to.vault });
    }
  }

  /** What is known of the box on this machine: what has been done in its home, that there is a conversation. */
  /** Its helpers go by its identity. */
  #helpers(): void {
    const { from, to, host: { dirs } } = this;
    const [before, after] = [helpersRoot(dirs, from.id), helpersRoot(dirs, to.id)];
    const moved = [
      [before, after],
      [`${before}.homes`, `${after}.homes`],
      ...helperIds(dirs, from.id).map((id) =>
        [boxState(dirs, id), boxState(dirs, to.id + id.slice(from.id.length))] as const
      ),
    ] as const;
    for (const [old, now] of moved) this.#list.add({ do: "rename", from: old, to: now, ifThere: true });
  }

  async #state(): Promise<void> {
    const { from, to } = this;
    const { project } = this.relocation;
    if (!project.exists) return;
    if (from.id !== to.id && exists(to.state)) {
      // Of a box that was here once: what it says is not true of this home.
      const aside = `${parent(to.state)}/.old-${to.id}`;
      await this.#list.free(aside, aside);
      this.#list.add({ do: "rename", from: to.state, to: aside });
      this.#list.later({ do: "remove", path: aside });
    }
    if (this.#moves) {
      if (from.id === to.id) return;
      this.#list.add({ do: "rename", from: from.state, to: to.state, ifThere: true });
      this.#helpers();
      return;
    }
    const steps = await stepsOfCopy(
      project.state,
      project.sharedAuth || this.relocation.withCredentials === true,
    );
    if (steps === undefined) return;
    this.#list.add({ do: "make-folder", path: to.state, mode: 0o700, owned: true });
    this.#list.add({ do: "write", file: `${to.state}/steps.json`, before: null, after: steps });
  }
}

async function names(folder: string): Promise<string[]> {
  const found: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) found.push(name);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
  }
  return found.sort();
}
