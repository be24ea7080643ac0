/**
 * One answer of what the image, the features in it and the file say, by the rules of the reference implementation.
 *
 * Source: Development Containers specification, "Image Metadata", "Merge Logic".
 *
 * @module
 */

import { readMount } from "./mounts.ts";
import type { Metadata } from "./schema.ts";
import type { DevContainer, DevMount, Lifecycle, LifecycleCommand } from "./types.ts";

/** What one of them says; the file comes last. */
export interface Origin {
  readonly from: string;
  readonly says: Metadata;
}

/** What all of them come to. */
export type Merged = Pick<
  DevContainer,
  | "containerEnv"
  | "remoteEnv"
  | "mounts"
  | "forwardPorts"
  | "portsAttributes"
  | "otherPortsAttributes"
  | "remoteUser"
  | "containerUser"
  | "updateRemoteUserUID"
  | "overrideCommand"
  | "init"
  | "entrypoints"
  | "lifecycle"
  | "waitFor"
>;

/** Merges. Throws `bad-devcontainer` for a mount that cannot be read. */
export function merge(origins: readonly Origin[]): Merged {
  const optional = <K extends keyof Metadata & keyof Merged>(key: K) => {
    const value = last(origins, key);
    return value === undefined ? {} : { [key]: value } as unknown as Pick<Merged, K>;
  };
  return {
    containerEnv: together(origins, "containerEnv"),
    remoteEnv: together(origins, "remoteEnv"),
    mounts: mounts(origins),
    forwardPorts: all(origins, "forwardPorts"),
    portsAttributes: together(origins, "portsAttributes"),
    ...optional("otherPortsAttributes"),
    ...optional("remoteUser"),
    ...optional("containerUser"),
    updateRemoteUserUID: last(origins, "updateRemoteUserUID") ?? true,
    overrideCommand: last(origins, "overrideCommand") ?? true,
    init: origins.some(({ says }) => says.init),
    entrypoints: origins.flatMap(({ says }) => says.entrypoint ? [says.entrypoint] : []),
    lifecycle: lifecycle(origins),
    waitFor: last(origins, "waitFor") ?? "updateContentCommand",
  };
}

function last<K extends keyof Metadata>(origins: readonly Origin[], key: K): Metadata[K] | undefined {
  return origins.findLast(({ says }) => says[key] !== undefined)?.says[key];
}

/** The entries of a table, each as it is said in the last place. */
function together<K extends "containerEnv" | "remoteEnv" | "portsAttributes">(
  origins: readonly Origin[],
  key: K,
): NonNullable<Metadata[K]> {
  const entries = origins.flatMap(({ says }) => Object.entries<unknown>(says[key] ?? {}));
  return Object.fromEntries(entries) as NonNullable<Metadata[K]>;
}

function all(origins: readonly Origin[], key: "forwardPorts"): readonly (number | string)[] {
  return [...new Set(origins.flatMap(({ says }) => says[key] ?? []))];
}

/** Of two mounts with one target the last. */
function mounts(origins: readonly Origin[]): readonly DevMount[] {
  const found = origins.flatMap(({ from, says }) => (says.mounts ?? []).map((one) => readMount(one, from)));
  return found.filter(({ target }, index) =>
    found.findLastIndex((other) => other.target === target) === index
  );
}

function lifecycle(origins: readonly Origin[]): Lifecycle {
  const stage = (key: `${keyof Lifecycle}Command`): readonly LifecycleCommand[] =>
    origins.flatMap(({ from, says }) => {
      const command = says[key];
      return command === undefined || command === "" ? [] : [{ from, command }];
    });
  return {
    onCreate: stage("onCreateCommand"),
    updateContent: stage("updateContentCommand"),
    postCreate: stage("postCreateCommand"),
    postStart: stage("postStartCommand"),
    postAttach: stage("postAttachCommand"),
  };
}
