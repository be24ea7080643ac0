/**
 * From a launch to its delivery: reads what is still to be delivered, and nothing else; hands it in; and records it when
 * the box has applied it.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { readJson, writeJson } from "../host/store.ts";
import type { AgentInstall, ResourceScope, Target, TargetHost } from "../../targets/target.ts";
import { type DeliveredSeed, type Delivery, type DeliveryInput, digest, planDelivery } from "./deliver.ts";
import { type LayerFile, readLayer, readLayerFile } from "./layers.ts";
import { addSteps, type Steps, type StepsChange, stepsChangeIssue } from "./steps.ts";
import { templateLayers } from "./templates.ts";

/** What decides a delivery. */
export interface DeliveryRequest {
  readonly steps: Steps;
  /** The agent that is to run; absent for a shell. */
  readonly agent?: {
    readonly target: Target;
    readonly install: AgentInstall;
    /** The template variant of its crab file. */
    readonly template: string;
  };
  readonly host: TargetHost;
  /** Whether the box uses the host's login. */
  readonly sharedAuth: boolean;
  /** `<data>/templates`. */
  readonly templates: string;
  /** Where the shared resources of this agent are; absent when the box takes none. Boxes may write there. */
  readonly sharedResources?: string;
  /** What the settings copy into the home once, the strongest first; sources are there, links in their paths resolved. */
  readonly homeSeeds?: readonly HomeSeed[];
  /** Overrides of the resources' scopes, by path. */
  readonly scopes: Readonly<Record<string, ResourceScope>>;
  /** Whether old files that nobody misses are deleted in the box. */
  readonly sweep: boolean;
  /** Today, such as 2026-10-31. */
  readonly today?: string;
}

/** A seed of the user's. */
export interface HomeSeed {
  readonly mark: string;
  /** Absolute path on the host. */
  readonly source: string;
  readonly kind: "file" | "folder";
  /** Relative to the home; empty: the home itself. */
  readonly path: string;
}

/** Whether templates, which replace files, are still to be applied for an agent. */
export function wantsTemplates(steps: Steps, agent: string): boolean {
  return steps.templates[agent] === undefined;
}

/** Something to hand in. */
export interface PreparedDelivery {
  /** What the box has to do; absent when only something is to be taken out. */
  readonly delivery: Delivery | undefined;
  /** Writes it into a run's `in` folder, and beside that folder what will have been done. */
  write(inFolder: string): Promise<void>;
}

/** Files unchanged for so many days are swept. */
const SWEEP_DAYS = 7;

/** Prepares what a run hands in; `undefined` when there is nothing to hand in and nothing to take out. */
export async function prepareDelivery(request: DeliveryRequest): Promise<PreparedDelivery | undefined> {
  const delivery = await planDelivery(await gatherDelivery(request));
  const take = request.sharedAuth ? takeList(request.agent?.target) : "";
  if (!delivery && take === "") return undefined;
  return { delivery, write: (inFolder) => writeDelivery(inFolder, delivery, take) };
}

/** What a box leaves for the host, as its script reads it. Empty: nothing. */
function takeList(target: Target | undefined): string {
  return (target?.credentials ?? []).map((file) => `${file.id} ${file.boxPath}\n`).join("");
}

async function gatherDelivery(request: DeliveryRequest): Promise<DeliveryInput> {
  const { steps, agent, host } = request;
  const homeSeeds = await Promise.all((request.homeSeeds ?? []).map(readSeed));
  if (!agent) {
    return {
      steps,
      agent: "general",
      configDir: "",
      instructionFiles: [],
      seeds: [],
      homeSeeds,
      credentials: [],
    };
  }
  const { target, install, template } = agent;
  const id = target.name;
  const needsTemplates = wantsTemplates(steps, id) || !steps.instructions.includes(id);
  const [templates, homeFiles, seeds, credentials] = await Promise.all([
    needsTemplates ? templateLayers(request.templates, id, template) : undefined,
    steps.homeFiles[id] === install.method ? undefined : target.homeFiles(host, request.sharedAuth),
    gatherSeeds(request, target),
    request.sharedAuth ? gatherCredentials(target, host) : [],
  ]);
  return {
    steps,
    agent: id,
    configDir: target.configDir,
    ...(templates ? { templates } : {}),
    instructionFiles: target.instructionFiles,
    ...(homeFiles ? { homeFiles: { method: install.method, files: homeFiles } } : {}),
    seeds,
    homeSeeds,
    credentials,
    ...(request.sweep
      ? {
        sweep: {
          today: request.today ?? new Date().toISOString().slice(0, 10),
          days: SWEEP_DAYS,
          folders: (target.disposable ?? []).map((folder) => `${target.configDir}/${folder}`),
        },
      }
      : {}),
  };
}

async function readSeed({ mark, source, kind, path }: HomeSeed): Promise<DeliveredSeed> {
  if (kind === "folder") {
    const files = await readLayer(source, "keep") ?? [];
    const below = path === "" ? "" : `${path}/`;
    return { mark, path, kind, files: files.map((file) => ({ ...file, path: below + file.path })) };
  }
  const at = source.lastIndexOf("/");
  const file = await readLayerFile(source.slice(0, at) || "/", source.slice(at + 1), "keep");
  return { mark, path, kind, files: file ? [{ ...file, path }] : [] };
}

async function gatherSeeds(request: DeliveryRequest, target: Target): Promise<DeliveryInput["seeds"]> {
  const root = request.sharedResources;
  if (root === undefined) return [];
  const seeds: { path: string; files: readonly LayerFile[] }[] = [];
  for (const { path, scope } of target.resources) {
    if ((request.scopes[path] ?? scope) !== "seeded") continue;
    if (request.steps.seeds.includes(`${target.name}/${path}`)) continue;
    const files = path.endsWith("/")
      ? await readLayer(`${root}/${path.slice(0, -1)}`)
      : await readLayerFile(root, path).then((file) => file && [file]);
    if (files === undefined) continue;
    const place = path.endsWith("/") ? `${target.configDir}/${path}` : `${target.configDir}/`;
    seeds.push({ path, files: files.map((file) => ({ ...file, path: place + file.path })) });
  }
  return seeds;
}

/** The host's login of this agent, reduced to what is to be moved. */
async function gatherCredentials(target: Target, host: TargetHost): Promise<DeliveryInput["credentials"]> {
  const found: { file: Target["credentials"][number]; content: string; digest: string }[] = [];
  for (const file of target.credentials) {
    const text = await host.readText(`${host.home}/${file.hostPath}`, file.maxBytes);
    const content = text === undefined ? undefined : file.merge(text, undefined);
    if (content === undefined) continue;
    found.push({ file, content, digest: await digest(new TextEncoder().encode(content)) });
  }
  return found;
}

async function writeDelivery(inFolder: string, delivery: Delivery | undefined, take: string): Promise<void> {
  if (take !== "") await Deno.writeTextFile(`${inFolder}/take`, take, { mode: 0o600 });
  if (!delivery) return;
  const folder = `${inFolder}/${delivery.id}`;
  await Deno.mkdir(folder, { mode: 0o700, recursive: true });
  for (const [name, content] of delivery.files) {
    const options = { mode: 0o600 };
    if (typeof content === "string") await Deno.writeTextFile(`${folder}/${name}`, content, options);
    else await Deno.writeFile(`${folder}/${name}`, content, options);
  }
  await writeJson(recordPath(inFolder), { id: delivery.id, change: delivery.change });
  // Last, and whole: a box that runs already may look at any time.
  await Deno.writeTextFile(`${inFolder}/.todo`, `${delivery.id}\n`, { mode: 0o600 });
  await Deno.rename(`${inFolder}/.todo`, `${inFolder}/todo`);
}

/**
 * Records a delivery as done if the box says that it has applied it. `state` is the project's state folder, `inFolder` and
 * `outFolder` those of the run. Costs one look when nothing was delivered. Returns whether something was recorded.
 */
export async function settleDelivery(state: string, inFolder: string, outFolder: string): Promise<boolean> {
  const record = await readJson(recordPath(inFolder), recordSchema);
  if (!record) return false;
  const { openTree } = await import("../host/tree/tree.ts");
  let applied: Uint8Array | undefined;
  try {
    using out = openTree(outFolder);
    applied = out.readFile("applied", 256);
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
  }
  if (applied === undefined || new TextDecoder().decode(applied).trim() !== record.id) return false;
  await addSteps(state, record.change);
  await Deno.remove(recordPath(inFolder)).catch(() => {});
  return true;
}

/** Beside the `in` folder, where no box can see it. */
function recordPath(inFolder: string): string {
  return `${inFolder.slice(0, inFolder.lastIndexOf("/"))}/delivery.json`;
}

const recordSchema = {
  safeParse: (value: unknown):
    | { success: true; data: { id: string; change: StepsChange } }
    | { success: false; error: { issues: { path: string[]; message: string }[] } } => {
    const record = typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
    const issue = typeof record["id"] === "string"
      ? stepsChangeIssue(record["change"])
      : { path: ["id"], message: "expected text" };
    return issue === undefined
      ? { success: true, data: { id: record["id"] as string, change: record["change"] as StepsChange } }
      : { success: false, error: { issues: [issue] } };
  },
};
