/**
 * From a launch to its delivery: reads what is still to be delivered, and nothing else.
 *
 * @module
 */

import type { HandedFile } from "../spec/box_spec.ts";
import { GENERAL } from "../../targets/discover.ts";
import type {
  AgentInstall,
  CredentialFile,
  ResourceScope,
  Target,
  TargetHost,
} from "../../targets/target.ts";
import { type DeliveredSeed, type Delivery, type DeliveryInput, planDelivery } from "./deliver.ts";
import { type Cover, hostLogins, type HostLoginText } from "./host_logins.ts";
import type { OwnDelivery } from "./own/delivery.ts";
import { type LayerFile, readLayer, readLayerFile } from "./layers.ts";
import { type Steps, wantsTemplates } from "./steps.ts";
import { templateLayers } from "./templates.ts";

/** What decides a delivery. */
export interface DeliveryRequest {
  readonly steps: Steps;
  /** The agent that is to run; absent for a shell. */
  readonly agent?: {
    readonly target: Target;
    readonly install: AgentInstall;
  };
  /** The template variant of the crab file, a shell's too. */
  readonly template: string;
  readonly host: TargetHost;
  /** Reads a login of the host; `undefined` when there is none that may be given to a box. */
  readonly readLogin: (file: CredentialFile) => Promise<string | undefined>;
  /** Whether the box uses the host's login. */
  readonly sharedAuth: boolean;
  /** Where it does so without having it: what it is given, and what stands in the place of keys, by their variables. */
  readonly guarded?: { readonly cover: Cover; readonly keys: Readonly<Record<string, string>> };
  /** `<data>/templates`. */
  readonly templates: string;
  /** Where the shared resources of this agent are; absent when the box takes none. Boxes may write there. */
  readonly sharedResources?: string;
  /** What the settings copy into the home once, the strongest first; sources are there, links in their paths resolved. */
  readonly homeSeeds?: readonly HomeSeed[];
  /** Files with the placeholders of secrets. */
  readonly secretFiles?: DeliveryInput["secretFiles"];
  /** What says to the agent what it can do in the box. */
  readonly guides?: DeliveryInput["guides"];
  /** What the user has of their own for this agent, as far as it is given to this box. */
  readonly own?: OwnDelivery;
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

/** Something to hand in. */
export interface PreparedDelivery {
  /** What the box has to do; absent when only something is to be taken out. */
  readonly delivery: Delivery | undefined;
  /** What the host has a login of now, as marks. */
  readonly logins: readonly string[];
  /** What is handed in, by path: the list `take`, the delivery's own folder, and `todo`, which names it. */
  readonly files: ReadonlyMap<string, HandedFile>;
  /** What of the user's own is among it. */
  readonly own?: OwnDelivery;
}

/** Files unchanged for so many days are swept. */
const SWEEP_DAYS = 7;

/** Prepares what a run hands in; `undefined` when there is nothing to hand in and nothing to take out. */
export async function prepareDelivery(request: DeliveryRequest): Promise<PreparedDelivery | undefined> {
  const { input, credentials } = await gatherDelivery(request);
  const delivery = await planDelivery(input);
  // A box without a login leaves none; what is handed in later is heeded where there is such a list.
  const take = !request.sharedAuth ? "" : request.guarded ? "\n" : takeList(request.agent?.target);
  if (!delivery && take === "") return undefined;
  return {
    delivery,
    logins: credentials.flatMap(({ marks }) => marks),
    files: handedIn(delivery, take),
    ...(request.own && (delivery?.change.own || request.own.again) ? { own: request.own } : {}),
  };
}

/** What a box leaves for the host, as its script reads it. Empty: nothing. */
function takeList(target: Target | undefined): string {
  return (target?.credentials ?? []).map((file) => `${file.id} ${file.boxPath}\n`).join("");
}

async function gatherDelivery(
  request: DeliveryRequest,
): Promise<{ readonly input: DeliveryInput; readonly credentials: readonly HostLoginText[] }> {
  const { steps, agent, host } = request;
  const homeSeeds = await Promise.all((request.homeSeeds ?? []).map(readSeed));
  const secretFiles = request.secretFiles ? { secretFiles: request.secretFiles } : {};
  if (!agent) {
    const none = { agent: GENERAL, configDir: "", instructionFiles: [], seeds: [], credentials: [] };
    // A home that is there already is not made from a template by a shell.
    const templates = steps.home === 0 && wantsTemplates(steps, GENERAL)
      ? { templates: await templateLayers(request.templates, GENERAL, request.template) }
      : {};
    return { input: { ...none, ...templates, steps, homeSeeds, ...secretFiles }, credentials: [] };
  }
  const { target, install } = agent;
  const id = target.name;
  const needsTemplates = wantsTemplates(steps, id) || !steps.instructions.includes(id);
  const [templates, homeFiles, seeds, credentials] = await Promise.all([
    needsTemplates ? templateLayers(request.templates, id, request.template) : undefined,
    steps.homeFiles[id] === homeMark(install, request.guarded !== undefined)
      ? undefined
      : target.homeFiles(install, host, request.sharedAuth, request.guarded?.keys),
    gatherSeeds(request, target),
    request.sharedAuth ? hostLogins(target, request.readLogin, request.guarded?.cover) : [],
  ]);
  const input = {
    steps,
    agent: id,
    configDir: target.configDir,
    ...(templates ? { templates } : {}),
    instructionFiles: target.instructionFiles,
    ...(homeFiles
      ? { homeFiles: { method: homeMark(install, request.guarded !== undefined), files: homeFiles } }
      : {}),
    seeds,
    homeSeeds,
    ...secretFiles,
    ...(request.guides ? { guides: request.guides } : {}),
    ...(request.own ? { own: request.own } : {}),
    credentials,
    ...(request.sweep
      ? {
        sweep: {
          today: request.today ?? new Date().toISOString().slice(0, 10),
          days: SWEEP_DAYS,
          folders: target.disposable ?? [],
          compressed: target.compress ?? [],
          program: target.entrypoint,
          configDir: target.configDir,
        },
      }
      : {}),
  };
  return { input, credentials };
}

/** What the files of its home depend on: another installation, or another version of Node, takes others, and so does a guarded login. */
function homeMark({ method, node }: AgentInstall, guarded: boolean): string {
  return [method, ...node === undefined ? [] : [`node ${node}`], ...guarded ? ["guarded"] : []].join(", ");
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

/** The files of a delivery, with the list of what is to be left for the host. */
export function handedIn(delivery: Delivery | undefined, take: string): ReadonlyMap<string, HandedFile> {
  const files = new Map<string, HandedFile>();
  const add = (path: string, content: string | Uint8Array) => files.set(path, { content, mode: 0o600 });
  if (take !== "") add("take", take);
  if (!delivery) return files;
  for (const [name, content] of delivery.files) add(`${delivery.id}/${name}`, content);
  // Last: a box that runs already may look at any time.
  add("todo", `${delivery.id}\n`);
  return files;
}
