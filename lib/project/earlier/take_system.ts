/**
 * Takes over what concerns every box: the system configuration and the variables. What is set here already stays.
 *
 * @module
 */

import { readUntrusted } from "../../config/approval.ts";
import { applyEdits, type Edit } from "../../config/edit.ts";
import { checkedEnv, editEnvText } from "../../config/env_file.ts";
import { parseConfig, parseEntries } from "../../config/file.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { readText } from "../../host/store.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { ConfigLevel } from "../../config/settings/declare.ts";
import { type Document, isTable, readDocument, type Table, tableAt } from "./document.ts";
import { cannotTake, type Item } from "./item.ts";
import { copyOf, takeSettings } from "./settings.ts";
import type { Source } from "./source.ts";
import { earlierVariables } from "./variables.ts";
import { changeOf, sharesOf, withoutShares } from "./take_box.ts";

/** Plans taking over the settings of every box. `undefined`: there are none beside those of this program. */
export async function takeConfig(host: Host, { config }: Source, shares: boolean): Promise<Item | undefined> {
  if (!config) return undefined;
  return await merged(config, host.system.file, "system", withoutPlaces(config.table, shares));
}

/** Plans taking over the settings of all boxes that are in no workset. */
export async function takeDefaults(host: Host, { data }: Source, shares: boolean): Promise<Item | undefined> {
  if (data === undefined) return undefined;
  const file = host.system.paths.defaultWorkset;
  try {
    const found = await readDocument(`${data}/config`);
    return found && await merged(found, file, "workset", withoutShares(copyOf(found.table), shares));
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    return cannotTake("settings", "config.toml", `${data}/config`, error.message);
  }
}

/** Settings that are added to a file of this program, where it does not set them. */
async function merged(
  { file: about }: Document,
  file: string,
  level: ConfigLevel,
  table: Table,
): Promise<Item | undefined> {
  if (about === file) return undefined;
  const item = { kind: "settings", name: file.slice(file.lastIndexOf("/") + 1), about } as const;
  try {
    const { table: known, left, ...settings } = await takeSettings(table, level);
    const before = await readText(file) ?? "";
    const here = await parseEntries(before, file, level);
    const edits: Edit[] = [];
    const notes = left.map((one) => `not taken: ${one}`);
    const entries = await parseEntries(settings.text, about, level);
    for (const [name, { value, path }] of entries) {
      const now = here.get(name);
      if (now === undefined) edits.push({ path, value: valueIn(known, path) ?? value });
      else if (JSON.stringify(now.value) !== JSON.stringify(value)) {
        notes.push(`${name} stays as it is set here`);
      }
    }
    if (edits.length === 0) return { ...item, fate: "here", notes };
    const after = await applyEdits(before, edits);
    await parseConfig(after, file, level);
    return {
      ...item,
      fate: "take",
      notes: [`set: ${edits.map(({ path }) => path.join(".")).join(", ")}`, ...notes],
      asks: sharesOf({ ...settings, table: known, left }),
      change: changeOf(`takeover of ${item.name}`, [], [
        { do: "write", file, before: before === "" ? null : before, after },
      ]),
    };
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    return cannotTake("settings", item.name, about, error.message);
  }
}

/** The rigs that the earlier program used where nothing was set. */
const DEFAULT_IMAGES = ["kanibako-oci:latest", "kanibako-base:latest"].map((name) =>
  `ghcr.io/doctorjei/${name}`
);

function isFalse(value: unknown): boolean {
  return value === false || value === "false" || value === "False";
}

/** Without the places of the earlier program's folders: this program has its own. */
function withoutPlaces(whole: Table, shares: boolean): Table {
  const table = copyOf(whole);
  const path = tableAt(tableAt(table, "system"), "path");
  for (const [name, value] of Object.entries(path)) if (!isTable(value)) delete path[name];
  delete table["paths"];
  // Defaults that its first run wrote down say nothing.
  for (const section of ["box", "container"]) {
    const box = tableAt(table, section);
    if (box["crab"] === "") delete box["crab"];
    if (DEFAULT_IMAGES.includes(String(box["image"]))) delete box["image"];
    if (isFalse(box["share_images"])) delete box["share_images"];
  }
  return withoutShares(table, shares);
}

function valueIn(table: Table, path: readonly string[]): Edit["value"] {
  let value: unknown = table;
  for (const part of path) value = isTable(value) ? value[part] : undefined;
  return value as Edit["value"];
}

/** Plans taking over the variables of every box. */
export async function takeVariables(host: Host, source: Source): Promise<Item | undefined> {
  if (source.data === undefined || source.isOwn) return undefined;
  const from = `${source.data}/env`;
  try {
    const text = await readUntrusted(from);
    if (text === undefined) return undefined;
    const { entries, left } = earlierVariables(text);
    const file = host.system.paths.env;
    const before = await readText(file) ?? "";
    const here = checkedEnv(before, file);
    const notes = left.map((one) => `not taken: ${one}`);
    const names: string[] = [];
    let after = before;
    for (const [name, value] of Object.entries(entries)) {
      if (Object.hasOwn(here, name)) {
        if (here[name] !== value) notes.push(`${name} stays as it is set here`);
      } else {
        after = editEnvText(after, name, value);
        names.push(name);
      }
    }
    const item = { kind: "variables", name: "env", about: from } as const;
    if (names.length === 0) return { ...item, fate: "here", notes };
    const change = changeOf("takeover of the variables of every box", [], [
      { do: "write", file, before: before === "" ? null : before, after },
    ]);
    return { ...item, fate: "take", notes: [`set: ${names.join(", ")}`, ...notes], change };
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    return cannotTake("variables", "env", shellQuote(from), error.message);
  }
}
