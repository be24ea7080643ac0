/**
 * From what the file and the image say to one answer.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { sha256 } from "../host/sha256.ts";
import { problemOf } from "../host/store.ts";
import { merge, type Origin } from "./merge.ts";
import { type DevContainerFile, METADATA, type Metadata } from "./schema.ts";
import type { DevBuild, DevContainer, DevVariables, FeatureRequest, ImageMetadata } from "./types.ts";
import { substitute } from "./variables.ts";
import { wideningOf } from "./widening.ts";

/** What is known of the file besides what it says. */
export interface FileFacts {
  readonly path: string;
  readonly folder: string;
  readonly hash: string;
  readonly file: DevContainerFile;
  readonly build: DevBuild | undefined;
  readonly features: readonly FeatureRequest[];
  readonly workspaceFolder: string | undefined;
  readonly localEnv: readonly string[];
  readonly unsupported: readonly string[];
  /** Whether what the build copies is not part of the hash. */
  readonly copiesAll: boolean;
}

/** What made a {@link DevContainer}, for those that are merged with more. */
const FACTS = new WeakMap<DevContainer, FileFacts>();

/** The answer of a file, with what an image says. */
export function answerOf(
  facts: FileFacts,
  hash: string,
  metadata: readonly Origin[],
  localEnv: readonly string[],
): DevContainer {
  const { file, build, features, path, folder, workspaceFolder, unsupported } = facts;
  const origins: readonly Origin[] = [...metadata, { from: "devcontainer.json", says: file as Metadata }];
  const merged = merge(origins);
  const answer: DevContainer = {
    path,
    folder,
    hash,
    configuration: file,
    ...(file.name === undefined ? {} : { name: file.name }),
    ...(build ? { build } : { image: file.image! }),
    features,
    overrideFeatureInstallOrder: file.overrideFeatureInstallOrder ?? [],
    ...merged,
    appPorts: file.appPort === undefined ? [] : [file.appPort].flat(),
    ...(workspaceFolder === undefined ? {} : { workspaceFolder }),
    ...(file.workspaceMount === undefined ? {} : { workspaceMount: file.workspaceMount }),
    localEnv,
    widening: wideningOf({
      file,
      origins,
      build,
      features,
      mounts: merged.mounts,
      localEnv,
      copiesAll: facts.copiesAll,
    }),
    unsupported,
  };
  FACTS.set(answer, facts);
  return answer;
}

/**
 * Merges what an image says of itself into what a file says. The hash is another where the image says anything: what widens may come
 * from there. Of this machine's variables it has those that the file names, since only these were approved. Throws
 * `bad-image-metadata`.
 */
export async function mergeImageMetadata(
  dev: DevContainer,
  metadata: readonly ImageMetadata[],
  variables: DevVariables,
): Promise<DevContainer> {
  const facts = FACTS.get(dev);
  if (!facts) throw new Error("only what readDevContainer answered can be merged");
  if (metadata.length === 0) return dev;
  const approved = (name: string) => facts.localEnv.includes(name);
  const { value, localEnv } = substitute(metadata, {
    ...variables,
    localEnv: (name) => approved(name) ? variables.localEnv(name) : undefined,
  });
  const hash = await sha256(`${facts.hash}\n${JSON.stringify(metadata)}`);
  const refused = localEnv.filter((name) => !approved(name)).map((name) =>
    `The image asks for the variable ${
      JSON.stringify(name)
    } of this machine, which only devcontainer.json can.`
  );
  const unsupported = [...facts.unsupported, ...refused];
  return answerOf({ ...facts, unsupported }, hash, value.map(originOf), facts.localEnv);
}

/** An entry of an image's label. */
function originOf(entry: ImageMetadata, index: number): Origin {
  const result = METADATA(entry);
  if (result.ok) return { from: fromOf(result.value.id), says: result.value };
  const problem = problemOf([{ path: result.path, message: result.message }], entry);
  throw new KanibakoError(
    "bad-image-metadata",
    `The image's label devcontainer.metadata cannot be used: entry ${index + 1}: ${problem}.`,
    { hint: "Use another image, or build this one again." },
  );
}

/** A feature is called by its place. Any other name could be that of something which counts for more. */
function fromOf(id: string | undefined): string {
  return id?.includes("/") && !id.includes("devcontainer.json") ? id : "image";
}
