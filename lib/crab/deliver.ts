/**
 * What a box has to change in its own home, as a script and its files. Pure: what was read, and what has been done
 * before, decides.
 *
 * @module
 */

import { sha256 } from "../host/sha256.ts";
import apply from "./apply.sh" with { type: "text" };
import bashrc from "../../templates/home/bashrc" with { type: "text" };
import profile from "../../templates/home/profile" with { type: "text" };
import shellD from "../../templates/home/shell_d" with { type: "text" };
import { isUtf8, nameBytes } from "../host/tree/raw_name.ts";
import type { CredentialFile, HomeFile } from "../../targets/target.ts";
import { quoted } from "./env_script.ts";
import { mergeInstructions } from "./instructions.ts";
import type { LayerFile } from "./layers.ts";
import { ownChange, type OwnDelivery, ownFiles, ownNeeds, ownServers } from "./own/delivery.ts";
import ownWords from "./own/own.sh" with { type: "text" };
import { HOME_REVISION, type Steps, type StepsChange } from "./steps.ts";
import { dueLayers, type TemplateLayers, templatesApplied } from "./templates.ts";

/** What there is to deliver. What is absent is not wanted, or was found to be done. */
export interface DeliveryInput {
  readonly steps: Steps;
  /** The crab id. */
  readonly agent: string;
  /** The agent's configuration folder, relative to the home; empty for a shell. */
  readonly configDir: string;
  readonly templates?: TemplateLayers;
  /** The names of instruction files in the configuration folder. Their layers are in `templates`. */
  readonly instructionFiles: readonly string[];
  /** `method`: how the agent is installed. */
  readonly homeFiles?: { readonly method: string; readonly files: readonly HomeFile[] };
  /** Resources to copy once; `path` as the agent names it, files relative to the home. */
  readonly seeds: readonly { readonly path: string; readonly files: readonly LayerFile[] }[];
  /** What the user's settings copy into the home once, the strongest first; files relative to the home. */
  readonly homeSeeds?: readonly DeliveredSeed[];
  /** What the user has of their own for the agent, as far as the settings give it to this box. */
  readonly own?: OwnDelivery;
  readonly credentials: readonly {
    readonly file: CredentialFile;
    readonly content: string;
    readonly digest: string;
    /** It stands in the place of the login, and gives way to nothing but one that the box has of its own. */
    readonly covers?: boolean;
  }[];
  /** Files with the placeholders of secrets; `path` relative to the home. */
  readonly secretFiles?: readonly {
    readonly path: string;
    readonly content: string;
    readonly digest: string;
  }[];
  /** What says to the agent what it can do here. Others that were delivered are taken back. Absent: they stay as they are. */
  readonly guides?: readonly GuideFile[];
  /** What is tidied in the home once a day. */
  readonly sweep?: Sweep;
}

/** A file of ours that the agent reads. */
export interface GuideFile {
  /** Relative to the home. */
  readonly path: string;
  readonly content: string;
  readonly digest: string;
}

/** What of a home nobody misses. */
export interface Sweep {
  /** Such as 2026-10-31. */
  readonly today: string;
  /** After so many days without a change. */
  readonly days: number;
  /** Folders whose old files go, relative to the home. */
  readonly folders: readonly string[];
  /** Old files that are compressed, relative to the home, with `*` after the first name. */
  readonly compressed: readonly string[];
  /** The agent's program: large copies of it where it leaves them go, since the host's is mounted. */
  readonly program: string;
  /** The agent's configuration folder, relative to the home. */
  readonly configDir: string;
}

/** A seed of the user's. Those that were delivered before are given as well where templates are to be applied. */
export interface DeliveredSeed {
  /** Its mark among the steps. */
  readonly mark: string;
  /** Relative to the home; empty: the home itself. */
  readonly path: string;
  readonly kind: "file" | "folder";
  readonly files: readonly LayerFile[];
}

/** One delivery. */
export interface Delivery {
  /** Its identity, from its content: a box that has applied it says so by this. */
  readonly id: string;
  /** Flat names and contents, `todo.sh` among them. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  /** What is done once the box has applied it. */
  readonly change: StepsChange;
}

/** Plans a delivery; `undefined` when there is nothing to do. */
export async function planDelivery(input: DeliveryInput): Promise<Delivery | undefined> {
  const script = new Script();
  // Seeds come first and replace nothing: what they bring stands in the place of our own first files and of templates'.
  const done = homeSeeds(script, input);
  const own = input.own && ownChange(input.own, input.steps);
  const looks = input.own !== undefined && (own !== undefined || input.own.again === true);
  if (looks) script.words(ownWords);
  if (input.own && own) ownFiles(script, input.own, own);
  const change: StepsChange = { ...home(script, input), ...once(script, input) };
  done.push(...seeds(script, input));
  if (input.own && own) ownServers(script, input.own, own);
  if (input.own && looks) ownNeeds(script, input.own);
  const credentials: Record<string, string> = {};
  for (const { file, content, digest, covers } of input.credentials) {
    if (input.steps.credentials[file.id] === digest) continue;
    credentials[file.id] = digest;
    if (covers) {
      script.line("guarded", script.file(content), file.boxPath, ...placesOf(file.guard?.secrets ?? []));
      continue;
    }
    const freshness = file.freshness.map((name) => `[${JSON.stringify(name)}]`).join("");
    const words = [script.file(content), file.boxPath, freshness === "" ? "" : `.${freshness}`];
    script.line(file.entries ? "logins" : "credentials", ...words);
  }
  const secretFiles: Record<string, string> = {};
  for (const { path, content, digest } of input.secretFiles ?? []) {
    if (input.steps.secretFiles[path] === digest) continue;
    script.line("replace", script.file(content), path, "600");
    secretFiles[path] = digest;
  }
  const guides = guideFiles(script, input);
  const { sweep } = input;
  const sweeps = sweep !== undefined && sweep.today !== input.steps.sweptOn;
  if (sweeps) tidy(script, sweep);
  if (script.isEmpty) return undefined;
  const files = script.finish();
  return {
    id: `todo-${await digestOf(files)}`,
    files,
    change: {
      ...change,
      ...(done.length > 0 ? { seeds: done } : {}),
      ...(own ? { own } : {}),
      ...(Object.keys(credentials).length > 0 ? { credentials } : {}),
      ...(Object.keys(secretFiles).length > 0 ? { secretFiles } : {}),
      ...(Object.keys(guides).length > 0 ? { guides } : {}),
      ...(sweeps ? { sweptOn: sweep.today } : {}),
    },
  };
}

/** Places in a JSON text: as a list of jq's, and the last name of each. */
function placesOf(places: readonly string[]): string[] {
  const names = places.map((place) => place.split("."));
  const jq = names.map((path) => `(.${path.map((name) => `[${JSON.stringify(name)}]`).join("")})?`);
  return [jq.join(", "), ...new Set(names.map((path) => path.at(-1)!))];
}

function home(script: Script, { steps }: DeliveryInput): StepsChange {
  if (steps.home >= HOME_REVISION) return {};
  script.line("folder", ".shell.d", "755");
  script.line("source_shell_d", script.file(shellD)); // before a new .bashrc, which has it already
  script.line("create", script.file(bashrc), ".bashrc", "644");
  script.line("create", script.file(profile), ".profile", "644");
  return { home: HOME_REVISION };
}

/** What an agent's home gets once: templates, instructions, the agent's own files. */
function once(script: Script, input: DeliveryInput): StepsChange {
  const { steps, agent, templates } = input;
  const change: { -readonly [K in keyof StepsChange]: StepsChange[K] } = {};
  if (input.configDir !== "") script.needed("folder", input.configDir, "700");
  const instructionPaths = input.instructionFiles.map((name) => `${input.configDir}/${name}`);
  if (templates && steps.templates[agent] === undefined) {
    const taken = new Set([
      ...instructionPaths,
      ...(input.homeSeeds ?? []).flatMap(({ files }) => files.map(({ path }) => path)),
    ]);
    for (const file of dueLayers(templates, steps)) {
      if (!taken.has(file.path)) put(script, file, "replace");
    }
    change.templates = templatesApplied(templates, agent);
  }
  if (templates && !steps.instructions.includes(agent)) {
    for (const path of instructionPaths) {
      const text = textOf(templates.files, path);
      const merge = mergeInstructions(
        path,
        textOf(templates.base, path),
        text === undefined ? undefined : { variant: templates.variant, text },
      );
      if (!merge) continue;
      const layers = merge.layers.map((layer) => script.file(layer));
      script.line("instructions", path, script.file(merge.merged), script.file(merge.prefix), ...layers);
    }
    change.instructions = [agent];
  }
  const { homeFiles } = input;
  if (homeFiles && steps.homeFiles[agent] !== homeFiles.method) {
    for (const file of homeFiles.files) {
      if (file.without) script.line("without", file.path, ...placesOf(file.without));
      script.line(file.when, script.file(file.content), file.path, octal(file.mode));
    }
    change.homeFiles = { [agent]: homeFiles.method };
  }
  if (Object.keys(change).length > 0) script.mark();
  return change;
}

function homeSeeds(script: Script, { steps, homeSeeds = [] }: DeliveryInput): string[] {
  const due = homeSeeds.filter(({ mark }) => !steps.seeds.includes(mark));
  for (const { path, kind, files } of due) {
    if (kind === "folder" && path !== "") script.line("folder", path, "755");
    for (const file of files) {
      if ("link" in file) script.raw(`there "$HOME"/${quoted(file.path)} ||`);
      put(script, file, "create");
    }
  }
  return due.map(({ mark }) => mark);
}

function seeds(script: Script, { steps, agent, seeds, configDir }: DeliveryInput): string[] {
  const done: string[] = [];
  for (const { path, files } of seeds) {
    const mark = `${agent}/${path}`;
    if (steps.seeds.includes(mark)) continue;
    const place = `${configDir}/${path}`.replace(/\/$/, "");
    script.raw(`there "$HOME"/${quoted(place)} || {\n:`);
    for (const file of files) put(script, file, "create");
    script.raw("}");
    done.push(mark);
  }
  return done;
}

/** Delivers what is new of the guides, and takes back those that are no longer wanted. */
function guideFiles(script: Script, { steps, guides }: DeliveryInput): Record<string, string> {
  const change: Record<string, string> = {};
  if (guides === undefined) return change;
  for (const { path, content, digest } of guides) {
    if (steps.guides[path] === digest) continue;
    script.line("replace", script.file(content), path, "644");
    change[path] = digest;
  }
  for (const [path, digest] of Object.entries(steps.guides)) {
    if (digest === "" || guides.some((one) => one.path === path)) continue;
    script.raw(`rm -f "$HOME"/${quoted(path)}`);
    change[path] = "";
  }
  return change;
}

function tidy(script: Script, { days, folders, compressed, program, configDir }: Sweep): void {
  for (const folder of folders) script.line("sweep", `${days}`, folder);
  for (const files of compressed) script.line("compress", `${days}`, files);
  // `find` takes the name for a pattern.
  if (/^[\w.+-]+$/.test(program)) script.line("strays", program, configDir);
}

function put(script: Script, file: LayerFile, how: "create" | "replace"): void {
  if ("link" in file) script.line("link", file.link, file.path);
  else script.line(how, script.file(file.content), file.path, octal(file.mode));
}

function textOf(files: readonly LayerFile[], path: string): string | undefined {
  const file = files.find((one) => one.path === path);
  return file && "content" in file ? new TextDecoder().decode(file.content) : undefined;
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8);
}

/** The lines of a todo.sh and the files they name. */
class Script {
  readonly #files = new Map<string, string | Uint8Array>();
  readonly #words: string[] = [];
  readonly #before: string[] = [];
  readonly #lines: string[] = [];
  #marked = false;

  /** Adds a file; its name is returned. */
  file(content: string | Uint8Array): string {
    const name = `f${this.#files.size}`;
    this.#files.set(name, content);
    return name;
  }

  /** Adds a line of words. */
  line(word: string, ...words: string[]): void {
    this.#lines.push([word, ...words.map(quoted)].join(" "));
  }

  /** Adds a line that is only worth having when there are others. */
  needed(word: string, ...words: string[]): void {
    this.#before.push([word, ...words.map(quoted)].join(" "));
  }

  /** Adds words that some lines are written in. */
  words(text: string): void {
    this.#words.push(text);
  }

  /** Adds shell text as it is. */
  raw(text: string): void {
    this.#lines.push(text);
  }

  /** A step that may have no lines is done all the same. */
  mark(): void {
    this.#marked = true;
  }

  get isEmpty(): boolean {
    return this.#lines.length === 0 && !this.#marked;
  }

  finish(): ReadonlyMap<string, string | Uint8Array> {
    const lines = [...this.#before, ...this.#lines, '[ -z "$failed" ]', ""];
    const text = [apply, ...this.#words, ...lines].join("\n");
    return new Map([...this.#files, ["todo.sh", isUtf8(text) ? text : nameBytes(text)]]);
  }
}

async function digestOf(files: ReadonlyMap<string, string | Uint8Array>): Promise<string> {
  const parts: string[] = [];
  for (const [name, content] of files) parts.push(name, await sha256(content));
  return (await sha256(parts.join("\n"))).slice(0, 24);
}
