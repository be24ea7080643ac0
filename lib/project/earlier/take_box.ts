/**
 * Takes over one box: its settings as a file of this program, its home and vault as copies, or where they are when it lies in this
 * program's own folder. Nothing of the original is changed.
 *
 * @module
 */

import { askedFor, readUntrusted } from "../../config/approval.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { exists, isFolder, real } from "../../host/path.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { Change, Step } from "../change/change.ts";
import { checkWorkspace } from "../guard.ts";
import { boxId } from "../identity.ts";
import { boxState } from "../../config/box_state.ts";
import { isWithin, projectFolders } from "../layout.ts";
import { freeName, isName } from "../names.ts";
import type { ProjectLayout } from "../project.ts";
import type { Registry } from "../registry.ts";
import { absolute, type EarlierBox, PLACEHOLDER } from "./boxes.ts";
import { copyOf, type TakenSettings, takeSettings } from "./settings.ts";
import { type Table, tableAt } from "./document.ts";
import { cannotTake, type Item } from "./item.ts";
import type { Source } from "./source.ts";
import { earlierVariables } from "./variables.ts";
import { earlierSteps } from "./steps.ts";

/** What is known of all boxes that are taken over. */
export interface BoxesTaken {
  readonly registry: Registry;
  /** Names that boxes of this run get. */
  readonly names: Set<string>;
  /** Folders of projects that get a box in this run. */
  readonly paths: Map<string, string>;
  /** Whether shares and seeds are taken. */
  readonly shares: boolean;
}

/** Plans it. */
export async function takeBox(host: Host, source: Source, box: EarlierBox, taken: BoxesTaken): Promise<Item> {
  const { folder, metadata } = box;
  const cannot = (why: string, notes?: readonly string[]) =>
    cannotTake("box", box.name, metadata ?? box.path ?? folder, why, notes);
  if (folder === PLACEHOLDER) {
    return cannot("all unregistered projects shared it, so nobody knows whose it is");
  }
  if (metadata === undefined) return cannot("its data is gone");
  if (box.error) return cannot(box.error.message);
  if (box.path === undefined) {
    return cannot("nothing says which folder it belongs to", [
      `its home is ${shellQuote(`${metadata}/shell`)}`,
    ]);
  }
  const path = real(box.path);
  const target = `${host.system.paths.boxes}/${folder}`;
  const inPlace = source.isOwn && metadata === target && isName(folder);
  const owner = Object.entries(taken.registry.projects).find(([, other]) => other === path)?.[0];
  if (owner !== undefined && !(inPlace && owner === folder && !exists(`${target}/project.toml`))) {
    return {
      kind: "box",
      name: owner,
      about: path,
      fate: "here",
      ...inPlace ? marked(host, box, owner) : {},
    };
  }
  const other = taken.paths.get(path);
  if (other !== undefined) return cannot(`its folder ${shellQuote(path)} has the box ${other}`);
  try {
    await checkWorkspace(host, path, { standalone: false, allowHome: false });
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    return cannot(error.message);
  }
  const name = inPlace && isFree(taken, folder, path) ? folder : await newName(host, taken, box.name);
  taken.names.add(name);
  taken.paths.set(path, name);
  return await new BoxTaker(host, box, metadata, path, name, {
    inPlace: name === folder && inPlace,
    source,
    taken,
  }).item();
}

function isFree({ registry, names }: BoxesTaken, name: string, path: string): boolean {
  const there = Object.hasOwn(registry.projects, name) ? registry.projects[name] : undefined;
  return !names.has(name) && (there === undefined || there === path) &&
    !Object.hasOwn(registry.worksets, name);
}

async function newName(host: Host, { registry, names }: BoxesTaken, wanted: string): Promise<string> {
  const { boxes } = host.system.paths;
  return await freeName(
    `/${wanted.replaceAll("/", "-")}`,
    (name) =>
      names.has(name) || Object.hasOwn(registry.projects, name) || Object.hasOwn(registry.worksets, name) ||
      exists(`${boxes}/${name}`),
  );
}

/** A box whose files are read where they are: what was done in its home is noted once. */
function marked(host: Host, { metadata, document }: EarlierBox, name: string): Pick<Item, "change"> {
  const id = boxId("default", name, "");
  const state = boxState(host.dirs, id);
  const resolved = {
    ...tableAt(document?.table ?? {}, "paths"),
    ...tableAt(document?.table ?? {}, "resolved"),
  };
  if (resolved["project_hash"] === undefined || exists(`${state}/steps.json`)) return {};
  const steps: Step[] = [
    { do: "write", file: `${state}/steps.json`, before: null, after: earlierSteps(`${metadata}/shell`) },
  ];
  return { change: changeOf(`takeover of the box ${name}`, [id], steps) };
}

/** A change that can be taken back as a whole. */
export function changeOf(about: string, makes: readonly string[], steps: readonly Step[]): Change {
  return { what: "migration", about, projects: [], makes, steps, commitAt: steps.length };
}

class BoxTaker {
  readonly #steps: Step[] = [];
  readonly #notes: string[] = [];
  readonly #target: string;
  #variables: readonly string[] = [];

  constructor(
    readonly host: Host,
    readonly box: EarlierBox,
    readonly metadata: string,
    readonly path: string,
    readonly name: string,
    readonly rest: { readonly inPlace: boolean; readonly source: Source; readonly taken: BoxesTaken },
  ) {
    this.#target = `${host.system.paths.boxes}/${name}`;
  }

  async item(): Promise<Item> {
    const { host, name, path, metadata } = this;
    const { inPlace } = this.rest;
    const id = boxId("default", name, "");
    const { settings, layout, kept } = await this.#settings();
    if (!inPlace) this.#steps.push({ do: "make-folder", path: this.#target, mode: 0o700, owned: true });
    const home = kept["shell"] ?? (inPlace || layout === "simple" ? this.#oldHome(layout) : this.#copyHome());
    if (!inPlace && layout === "robust") this.#copy(`${metadata}/vault`, `${this.#target}/vault`);
    const file = `${this.#target}/project.toml`;
    if (!exists(file)) this.#steps.push({ do: "write", file, before: null, after: settings.text });
    await this.#environment();
    const state = boxState(host.dirs, id);
    if (!exists(`${state}/steps.json`)) {
      const after = earlierSteps(home ?? this.#oldHome(layout));
      this.#steps.push({ do: "write", file: `${state}/steps.json`, before: null, after });
    }
    if (this.rest.taken.registry.projects[name] !== path) {
      this.#steps.push({ do: "names", add: { [name]: path } });
    }
    if (!isFolder(path)) {
      this.#notes.push(
        `its folder ${shellQuote(path)} is gone; if it was moved: kanibako box migrate ${name} FOLDER`,
      );
    }
    const set = [...askedFor(settings.config, {}).keys(), ...this.#variables.map((one) => `env.${one}`)];
    if (!this.rest.source.isOwn && set.length > 0) this.#notes.push(`it sets: ${set.join(", ")}`);
    if (name !== this.box.name) this.#notes.push(`it was called ${shellQuote(this.box.name)}`);
    return {
      kind: "box",
      name,
      about: path,
      fate: "take",
      notes: this.#notes,
      asks: sharesOf(settings),
      change: changeOf(`takeover of the box ${name}`, [id], this.#steps),
    };
  }

  async #settings(): Promise<
    { settings: TakenSettings; layout: ProjectLayout; kept: Record<string, string> }
  > {
    const table = copyOf(this.box.document?.table ?? {});
    const places = { ...tableAt(table, "paths"), ...tableAt(table, "resolved") };
    for (const name of ["paths", "resolved"]) delete table[name];
    const { config: { values }, table: known, left } = await takeSettings(
      withoutShares(table, this.rest.taken.shares),
      "box",
    );
    this.#notes.push(...left.map((one) => `not taken: ${one}`));
    const layout = values["layout"] as ProjectLayout | undefined ?? "default";
    const kept = this.#kept(places, layout);
    const own = {
      project: {
        mode: "default",
        layout,
        enable_vault: values["vault.enabled"] !== false,
        group_auth: values["group_auth"] !== false,
      },
      resolved: { workspace: this.path, ...kept },
    };
    for (const name of ["enable_vault", "vault_enabled", "group_auth", "auth"]) delete known[name];
    return { settings: await takeSettings(known, "box", own), layout, kept };
  }

  /** Places that somebody chose: kept where this is this program's own folder, and else named. */
  #kept(places: Table, layout: ProjectLayout): Record<string, string> {
    const { path, metadata, box } = this;
    const { source, inPlace } = { ...this.rest, source: this.rest.source };
    const usual = projectFolders({ mode: "default", layout, path: box.path ?? path, box: metadata });
    const kept: Record<string, string> = {};
    const chosen = [["shell", usual.home], ["vault_ro", usual.vault], ["vault_rw", usual.vault]] as const;
    for (const [name, folder] of chosen) {
      const place = absolute(places[name]);
      if (place === undefined || place === folder || isWithin(place, folder) && name !== "shell") continue;
      // A copy of a box once kept the places of its original, which that one uses.
      const others = isWithin(place, source.boxes) && !isWithin(place, metadata);
      const moved = isWithin(place, metadata) || isWithin(place, box.path ?? path);
      if (inPlace && !others && !moved && isFolder(place)) kept[name] = place;
      else if (!moved || others) {
        this.#notes.push(
          `not taken: ${name === "shell" ? "its home" : "its vault"} in ${shellQuote(place)}` +
            (others ? ", which is another box's" : ""),
        );
      }
    }
    return kept;
  }

  #oldHome(layout: ProjectLayout): string {
    return layout === "simple" ? `${this.path}/.shell` : `${this.metadata}/shell`;
  }

  #copyHome(): string | undefined {
    const from = `${this.metadata}/shell`;
    return this.#copy(from, `${this.#target}/shell`) ? from : undefined;
  }

  /** Copies a folder. A link in its place could lead anywhere. */
  #copy(from: string, to: string): boolean {
    const info = linkInfo(from);
    if (info?.isDirectory) this.#steps.push({ do: "copy", from, to });
    else if (info) this.#notes.push(`not taken: ${shellQuote(from)}, which is no folder`);
    return info?.isDirectory === true;
  }

  async #environment(): Promise<void> {
    const [from, to] = [`${this.metadata}/env`, `${this.#target}/env`];
    const text = await readUntrusted(from);
    if (text === undefined) return;
    const { entries, left } = earlierVariables(text);
    // Where the file is used as it is, what is wrong in it stops the box until it is put right.
    this.#notes.push(
      ...left.map((one) => `${this.rest.inPlace ? `change in ${shellQuote(from)}` : "not taken"}: ${one}`),
    );
    if (this.rest.inPlace) return;
    this.#variables = Object.keys(entries);
    const after = Object.entries(entries).map(([name, value]) => `${name}=${value}\n`).join("");
    if (after !== "") this.#steps.push({ do: "write", file: to, before: null, after });
  }
}

function linkInfo(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch {
    return undefined;
  }
}

const SCOPES: readonly string[] = ["system", "crab", "workset", "box"];

/** The settings without shares and seeds, unless these are taken. */
export function withoutShares(table: Table, shares: boolean): Table {
  if (shares) return table;
  for (const scope of SCOPES) delete tableAt(table, scope)["path"];
  return table;
}

/** The shares and seeds that settings ask for. */
export function sharesOf({ config }: TakenSettings): ReadonlyMap<string, string> {
  const asked = [...askedFor(config, {})];
  return new Map(asked.filter(([name]) => /\.path\.(share_ro|share_rw|seeded)\./.test(name)));
}
