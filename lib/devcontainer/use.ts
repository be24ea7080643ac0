/**
 * What a box gets of a `devcontainer.json` that was read, merged and approved, and what it does not get. Pure.
 *
 * @module
 */

import { parsePort, placeText, portProblem, portText } from "../config/port.ts";
import {
  type BoxVolume,
  type DevContainerUse,
  withLocalEnv,
  withLocalEnvNames,
} from "../config/devcontainer.ts";
import { whyNotSettable } from "../config/env.ts";
import { sha256 } from "../host/sha256.ts";
import { isWithin } from "../project/layout.ts";
import { BOX_HOME } from "../spec/box_paths.ts";
import { lifecycleText } from "./lifecycle_text.ts";
import { type DevPlace, placeOf } from "./place.ts";
import type { DevContainer, DevMount } from "./types.ts";

/** What decides beside the file. */
export interface Around {
  /** The reference of its image. */
  readonly image: string;
  /** The project's folder on the host. */
  readonly project: string;
  /** A variable of this machine: only asked for those that were approved. */
  readonly getEnv: (name: string) => string | undefined;
  /** Why a folder of this machine is not shown to a box, as a clause; `undefined`: it may be. */
  readonly whyNot: (source: string, readOnly: boolean) => Promise<string | undefined>;
}

/** What the box gets. */
export async function useOf(dev: DevContainer, around: Around): Promise<DevContainerUse> {
  const notes: string[] = [];
  const filled = (value: string) => withLocalEnv(value, dev.localEnv, around.getEnv);
  const { workspaceFolder, workspaceMount } = dev;
  const place = placeOf({
    ...workspaceFolder === undefined ? {} : { workspaceFolder: filled(workspaceFolder) },
    ...workspaceMount === undefined ? {} : { workspaceMount: filled(workspaceMount) },
  }, around.project);
  notes.push(...place.notes);
  const ports = portsOf(dev, notes);
  return {
    image: around.image,
    env: envOf(dev, notes),
    localEnv: dev.localEnv,
    ...ports,
    ...await mountsOf(dev, around, place, notes),
    ...place.place === undefined ? {} : { place: place.place },
    ...place.at === undefined ? {} : { at: place.at },
    lifecycle: lifecycleText(dev.lifecycle, dev.hash.slice(0, 16), place.at ?? ""),
    notes: [...notes, ...userNotes(dev), ...leftOut(dev)],
  };
}

/** Those of the container, and over them those of its users: all that runs in a box has both. */
function envOf(dev: DevContainer, notes: string[]): Record<string, string> {
  const env: Record<string, string> = {};
  const set = (name: string, value: string) => {
    const why = whyNotSettable(name) ??
      (value.includes("\0") ? "its value contains a NUL character" : undefined);
    if (why === undefined) env[name] = value;
    else notes.push(`The variable ${JSON.stringify(name)} is not set: ${why}.`);
  };
  for (const [name, value] of Object.entries(dev.containerEnv)) set(name, value);
  const own = { ...env };
  for (const [name, value] of Object.entries(dev.remoteEnv)) {
    if (value !== null) set(name, withOwn(value, own));
    else if (Object.hasOwn(env, name)) delete env[name];
    else notes.push(`The variable ${JSON.stringify(name)} is not taken away: the image sets it.`);
  }
  return env;
}

/** A value with the file's own variables put in: the box knows the others. */
function withOwn(value: string, own: Readonly<Record<string, string>>): string {
  return value.replace(
    /\$\{containerEnv:([A-Za-z_][A-Za-z0-9_]*)(?::[^}]*)?\}/g,
    (whole, name) => Object.hasOwn(own, name) ? own[name]! : whole,
  );
}

function portsOf(dev: DevContainer, notes: string[]): Pick<DevContainerUse, "ports" | "requiredPorts"> {
  const ports = new Map<string, string>();
  const required: string[] = [];
  const own = Array.isArray(dev.configuration.forwardPorts) ? dev.configuration.forwardPorts : [];
  for (const written of [...dev.forwardPorts, ...dev.appPorts]) {
    const text = plainPort(written);
    const isOwn = dev.appPorts.includes(written) || own.includes(written);
    const problem = isOwn
      ? whyNotPublished(written)
      : "the image asks for it, and only devcontainer.json can";
    if (problem !== undefined) {
      notes.push(`The port ${JSON.stringify(text)} is not published: ${problem}.`);
      continue;
    }
    const port = parsePort(text);
    if (ports.has(placeText(port))) continue;
    ports.set(placeText(port), portText(port));
    if (dev.portsAttributes[String(port.boxPort)]?.requireLocalPort) required.push(portText(port));
  }
  return { ports: [...ports.values()], requiredPorts: required };
}

/** Why a port is not published, as a clause; `undefined`: it is. */
export function whyNotPublished(written: number | string): string | undefined {
  const text = plainPort(written);
  // A port of another container, or an address other than this machine's own, is not for a file of a project to choose.
  return /^\d+(:\d+)?$/.test(text) ? portProblem(text) : "only ports of the box are published, on localhost";
}

function plainPort(written: number | string): string {
  return String(written).replace(/^(localhost|127\.0\.0\.1):(?=\d+$)/, "");
}

async function mountsOf(
  dev: DevContainer,
  { getEnv, whyNot }: Around,
  place: DevPlace,
  notes: string[],
): Promise<Pick<DevContainerUse, "binds" | "volumes" | "inMemory">> {
  const binds: Record<string, string> = {};
  const volumes: BoxVolume[] = [];
  const inMemory: string[] = [];
  const taken = new Set<string>();
  for (const mount of dev.mounts) {
    const target = inOurWorkspace(mount.target.replace(/(.)\/+$/, "$1"), place);
    const left = (why: string) =>
      notes.push(`Nothing is mounted at ${JSON.stringify(mount.target)}: ${why}.`);
    if (!/^(\/[^/\0\n]+)+$/.test(target) || /\/\.\.?(\/|$)/.test(target)) left("it is no absolute path");
    else if (taken.has(target)) left("something else is mounted there");
    else if (isReserved(target)) left("that place of the box is reserved");
    else if (place.place !== undefined && isWithin(place.place, target)) left("the project is there");
    else if (mount.type === "tmpfs") inMemory.push(target);
    else if (mount.type === "volume") {
      volumes.push({ name: await volumeName(mount), target, readOnly: mount.readOnly });
    } else {
      // What comes with an image was not in the file that was approved.
      const source = withLocalEnv(mount.source ?? "", dev.localEnv, getEnv);
      const why = mount.from !== "devcontainer.json"
        ? `a folder of this machine is not shown for ${mount.from}`
        : source.startsWith("/")
        ? await whyNot(source, mount.readOnly)
        : "the folder of this machine is no absolute path";
      if (why !== undefined) {
        left(why);
        continue;
      }
      const kind = mount.readOnly ? "share_ro" : "share_rw";
      binds[`box.path.${kind}.devcontainer-${Object.keys(binds).length + 1}`] = `${written(source)}:${
        written(target)
      }`;
    }
    taken.add(target);
  }
  return { binds, volumes, inMemory };
}

/** Parts of a plan know the workspace at its usual place; what is in it moves along with it. */
function inOurWorkspace(target: string, { place }: DevPlace): string {
  return place !== undefined && isWithin(target, place)
    ? `${BOX_HOME}/workspace${target.slice(place.length)}`
    : target;
}

/** What a box cannot have replaced: the system's own, ours, and its home and workspace as a whole. */
function isReserved(target: string): boolean {
  const whole = ["/", BOX_HOME, `${BOX_HOME}/workspace`];
  const all = [
    "/proc",
    "/sys",
    "/dev",
    "/etc",
    "/run",
    "/var/run",
    "/bin",
    "/sbin",
    "/lib",
    "/lib64",
    "/usr/bin",
  ];
  return whole.includes(target) || isWithin(BOX_HOME, target) ||
    all.some((folder) => isWithin(target, folder)) ||
    ["/usr", "/var", "/home", "/tmp", "/root", "/opt", "/srv"].includes(target);
}

/** A half of a share as it is written, with nothing in it that means something. */
function written(path: string): string {
  return path.replace(/[\\:$~@]/g, "\\$&");
}

async function volumeName({ source, target }: DevMount): Promise<string> {
  if (source !== undefined && /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/.test(source)) return source;
  return `volume-${(await sha256(source ?? target)).slice(0, 12)}`;
}

/** What is said of the users that it asks for, a sentence each. */
export function userNotes({ remoteUser, containerUser }: DevContainer): string[] {
  const user = remoteUser ?? containerUser;
  return user === undefined ? [] : [
    `It asks for the user ${
      JSON.stringify(withLocalEnvNames(user))
    }. Everything in the box runs as the box's own user, with the home ${BOX_HOME}.`,
  ];
}

function leftOut({ widening, unsupported }: DevContainer): string[] {
  return [
    ...widening.filter(({ treatment }) => treatment === "left-out").map(({ key, why }) =>
      `${key} has no effect: ${why}`
    ),
    ...unsupported,
  ];
}
