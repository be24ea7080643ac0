/**
 * Changes settings at one place: with `read.ts`, the engine below every `config` command.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { FileLock } from "../host/store.ts";
import { nearest, shellQuote } from "../host/ui/text.ts";
import { cachePath, isCacheName } from "./caches.ts";
import { editEnvText } from "./env_file.ts";
import { splitBind } from "./expression.ts";
import type { Declared } from "./settings/declare.ts";
import type { ConfigPlace, PlaceEntry } from "./place.ts";
import { entriesOf } from "./read.ts";
import { isResource, type SettingName, settingNamed } from "./setting_name.ts";
import { checkBind } from "./shares.ts";
import { applyEdits, type Edit, type EditValue } from "./edit.ts";
import { parseValue, storedForm } from "./value.ts";

/** What the agents of this machine know, where it decides what may be set. */
export interface AgentFacts {
  /** Settings with their allowed values; none: any. */
  readonly settings: readonly { readonly key: string; readonly choices: readonly string[] }[];
  /** Parts of agents' configuration folders whose scope can be set. */
  readonly resources: readonly string[];
}

/** Sets one setting. Returns the value as it is shown. Throws `bad-value` and the like, and changes nothing then. */
export async function setSetting(
  place: ConfigPlace,
  setting: SettingName,
  text: string,
  facts: AgentFacts,
): Promise<EditValue> {
  const { name } = setting;
  const { value, stored } = valueOf(setting, text, facts);
  await changePlace(place, (entries) => {
    const there = entries.get(name);
    // A file that uses the opposite name goes on doing so.
    const written = there?.inverted && typeof stored === "boolean" ? !stored : stored;
    return [{ name, setting, value: written }];
  });
  return value;
}

/** Takes settings out, or all there are. Returns the names of those that were there. */
export async function resetSettings(
  place: ConfigPlace,
  which: readonly SettingName[] | "all",
  keep: (name: string, value: EditValue) => boolean = () => false,
): Promise<readonly string[]> {
  let gone: string[] = [];
  await changePlace(place, (entries) => {
    const names = which === "all"
      ? [...entries].filter(([name, { value }]) => !keep(name, value)).map(([name]) => name)
      : which.map(({ name }) => name).filter((name) => entries.has(name));
    gone = names;
    return names.map((name) => ({ name, value: undefined }));
  });
  return gone;
}

interface Change {
  readonly name: string;
  /** What to set; absent of a setting that is taken out, which is there. */
  readonly setting?: SettingName;
  readonly value: EditValue | undefined;
}

/** One change of a place's files, all of it or none, by one process at a time. */
async function changePlace(
  place: ConfigPlace,
  plan: (entries: ReadonlyMap<string, PlaceEntry>) => readonly Change[],
): Promise<void> {
  using _lock = await FileLock.acquire(place.lock);
  const before = await place.read();
  const start = before.settings ?? place.initial;
  const entries = await entriesOf(place, before);
  const edits: Edit[] = [];
  let env = before.env;
  for (const { name, setting, value } of plan(entries)) {
    if (name.startsWith("env.") && place.envFile !== undefined) {
      env = editEnvText(env ?? "", name.slice(4), value as string | undefined);
      continue;
    }
    if (name.startsWith("env.") && place.noEnv !== undefined) throw noVariables(place);
    const path = entries.get(name)?.path ?? (setting && place.pathOf(setting, start));
    if (path === undefined) continue;
    if (value !== undefined) edits.push(...outOfTheWay(place, entries, path, start));
    edits.push({ path, value });
  }
  const settings = edits.length === 0 ? before.settings : await applyEdits(start, edits);
  const after = { settings, env };
  if (after.settings === before.settings && after.env === before.env) return;
  await place.entries(after.settings ?? "");
  await place.check(after);
  await place.write(before, after);
}

/** Where the file has a value that is to be a table, as in `network = "filtered"`, the value moves to the place of its own. */
function outOfTheWay(
  place: ConfigPlace,
  entries: ReadonlyMap<string, PlaceEntry>,
  path: readonly string[],
  text: string,
): readonly Edit[] {
  const inTheWay = [...entries].find(([, entry]) =>
    entry.path.length > 0 && entry.path.length < path.length &&
    entry.path.every((part, at) => part === path[at])
  );
  if (inTheWay === undefined) return [];
  const [name, { path: from, value, inverted }] = inTheWay;
  const to = place.pathOf(settingNamed(name, place.level), text);
  // What stands under the opposite name is left to the user.
  if (inverted || to.join(".") === from.join(".")) return [];
  return [{ path: from, value: undefined }, { path: to, value }];
}

function noVariables(place: ConfigPlace): KanibakoError {
  return new KanibakoError("wrong-level", `There are no variables for ${place.title}.`, {
    hint: `Use ${place.noEnv}`,
  });
}

/** What a text means as a setting's value. Throws as {@link setSetting}. */
export function valueFor(setting: SettingName, text: string, facts: AgentFacts): EditValue {
  return valueOf(setting, text, facts).value;
}

/** What a text means as a setting's value, and how it is written down. */
function valueOf(
  setting: SettingName,
  text: string,
  facts: AgentFacts,
): { value: EditValue; stored: EditValue } {
  const { name } = setting;
  if (setting.kind === "key") {
    const { key, inverted } = setting;
    if (key.fixed) throw fixedKey(key);
    checkChoice(key.name, text, facts);
    const said = parseValue(key, text);
    const value = inverted && typeof said === "boolean" ? !said : said;
    // A size is kept as it was written: that is how people read it.
    return { value, stored: key.type.kind === "bytes" && value !== 0 ? text : storedForm(key, value) };
  }
  const value = name === "run_args" ? words(text) : text;
  const allowed = whatIsAllowed(setting, text, facts);
  if (allowed === undefined) return { value, stored: value };
  throw new KanibakoError("bad-value", `Cannot set ${name} to ${JSON.stringify(text)}.`, {
    hint: `Use ${allowed}.`,
  });
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

/** What would have been allowed, when the text is not. */
function whatIsAllowed(
  setting: Exclude<SettingName, { kind: "key" }>,
  text: string,
  facts: AgentFacts,
): string | undefined {
  if (setting.kind === "identity") {
    if (setting.name === "name") return text === "" ? "some text" : undefined;
    return setting.name === "run_args" || /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(text)
      ? undefined
      : "a template's name, such as standard";
  }
  const type = setting.map.type.of;
  if (setting.map.mixed) checkChoice(setting.part, text, facts);
  switch (type.kind) {
    case "variable":
      editEnvText("", setting.part, text);
      return undefined;
    case "cache":
      if (!isCacheName(setting.part)) return "a name of letters, digits and . _ - for the cache";
      return text === "" || cachePath(text) !== undefined
        ? undefined
        : "a path in the box's home, such as .cache/pip, or nothing";
    case "bind":
      if (!isBind(setting, text)) {
        return '"folder on this machine:folder in the box", or nothing to go without it';
      }
      checkBind(setting.name, text);
      return undefined;
    case "addresses":
      if (!HOST_NAME.test(setting.part)) return "a host name after network.hosts, such as db.example.com";
      parseValue({ name: setting.name, type }, text);
      return undefined;
    default:
      parseValue({ name: setting.name, type }, text);
      return undefined;
  }
}

const HOST_NAME = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/i;

/** An agent's own choices. An empty text means "no such argument" and needs none. */
function checkChoice(key: string, text: string, facts: AgentFacts): void {
  const declared = facts.settings.filter((one) => one.key === key);
  const choices = [...new Set(declared.flatMap((one) => one.choices))];
  if (text !== "" && choices.length > 0 && declared.every((one) => one.choices.length > 0)) {
    if (choices.includes(text)) return;
    throw new KanibakoError("bad-value", `Cannot set ${key} to ${JSON.stringify(text)}.`, {
      hint: `Use ${choices.join(" or ")}.`,
    });
  }
}

/**
 * The setting under the name that counts: a resource's own spelling, where a folder ends with a slash whether or not the
 * user wrote it. Throws `unknown-key` for a resource that no agent has.
 */
export function settledName(setting: SettingName, facts: AgentFacts): SettingName {
  if (!isResource(setting) || facts.resources.length === 0) return setting;
  const bare = (text: string) => text.replace(/\/+$/, "");
  const part = facts.resources.find((one) => bare(one) === bare(setting.part));
  if (part !== undefined) return { ...setting, part, name: `resource.${part}` };
  const meant = nearest(setting.part, facts.resources.flatMap((one) => [one, bare(one)]));
  throw new KanibakoError("unknown-key", `There is no resource ${shellQuote(setting.part)}.`, {
    hint: [
      ...(meant === undefined ? [] : [`Did you mean resource.${meant}?`]),
      `Known are: ${[...new Set(facts.resources)].sort().join(", ")}.`,
    ],
  });
}

function isBind(setting: SettingName, text: string): boolean {
  if (text === "" || (text === "empty" && setting.name.split(".")[2] === "seeded")) return true;
  const { host, guest } = splitBind(text);
  return host !== "" && guest !== undefined && guest !== "" && !/[\0\n]/.test(text);
}

/** Which command changes what is decided when a project is made. */
const CHANGED_BY: Readonly<Record<string, string>> = {
  mode: "kanibako box migrate PROJECT --to MODE",
  name: "kanibako box duplicate, or kanibako box archive and kanibako box extract --name NAME",
  layout: "kanibako box migrate, or create the project again: kanibako create",
  shell: "kanibako box move PROJECT FOLDER",
  "vault.ro": "kanibako box move PROJECT FOLDER",
  "vault.rw": "kanibako box move PROJECT FOLDER",
};

/** The error for a setting that was decided when its project was made. */
export function fixedKey(key: Declared): KanibakoError {
  const command = CHANGED_BY[key.name];
  return new KanibakoError("fixed-key", `Cannot set ${key.name}: it was decided when the project was made.`, {
    ...(command === undefined ? {} : { hint: `What changes it: ${command}` }),
  });
}
