/**
 * What a `devcontainer.json` asks for, in words, for whoever is to approve it. Pure.
 *
 * @module
 */

import { withLocalEnvNames } from "../config/devcontainer.ts";
import { isSecretName } from "../config/env.ts";
import { MASK } from "../spec/mask.ts";
import { userNotes, whyNotPublished } from "./use.ts";
import { stagesOf } from "./lifecycle_text.ts";
import type { DevContainer } from "./types.ts";

/** Longest value that is shown whole. */
const MOST = 1000;

/** One line for each thing that it asks for, and for each that has no effect. */
export function askedOf(dev: DevContainer): readonly string[] {
  const { build, image, localEnv } = dev;
  return [
    ...image === undefined ? [] : [`image = ${json(image)}: the box runs this image`],
    ...build === undefined ? [] : [
      `build = ${json(build.dockerfile)}: an image is built from this file, by the engine${
        build.target === undefined ? "" : `, up to ${json(build.target)}`
      }`,
    ],
    ...dev.widening.filter(({ key }) => key === "build.context")
      .map(({ key, value, why }) => `${key} = ${short(value)}: ${why}`),
    ...dev.features.map(({ id, options }) =>
      `feature ${json(id)}${
        Object.keys(options).length === 0 ? "" : ` with ${json(options)}`
      }: it is installed into the image`
    ),
    ...Object.entries(dev.containerEnv).map(([name, value]) => variable("containerEnv", name, value)),
    ...Object.entries(dev.remoteEnv).map(([name, value]) => variable("remoteEnv", name, value)),
    ...localEnv.map((name) => `variable ${json(name)} of this machine: the box gets its value`),
    ...dev.mounts.map(({ type, source, target, readOnly }) =>
      type === "bind"
        ? `mount ${json(target)}: the box can ${readOnly ? "read" : "read and change"} ${
          json(source ?? "")
        } of this machine`
        : `mount ${json(target)}: ${type === "volume" ? "a folder that only this box has" : "in memory"}`
    ),
    ...[...dev.forwardPorts, ...dev.appPorts].map((port) => {
      const why = whyNotPublished(port);
      return `port ${json(port)}: ${
        why === undefined ? "this machine publishes it on localhost" : `it is not published: ${why}`
      }`;
    }),
    ...[...stagesOf(dev.lifecycle)].flatMap(([name, commands]) =>
      commands.map((command) => `${name} = ${json(command)}: it runs in the box`)
    ),
    ...dev.widening.filter(({ treatment }) => treatment === "left-out")
      .map(({ key, value, why }) => `${key} = ${short(value)}: has no effect. ${why}`),
    ...userNotes(dev),
    ...dev.unsupported,
  ].map(withLocalEnvNames);
}

/** The lines with what changed since others were approved. */
export function comparedWith(
  before: readonly string[] | undefined,
  now: readonly string[],
): readonly string[] {
  if (before === undefined) return now;
  const gone = before.filter((line) => !now.includes(line)).map((line) => `no longer: ${line}`);
  const lines = now.map((line) => before.includes(line) ? `${line} (as before)` : `${line} (new)`);
  // Files that are part of it may have changed where no line has.
  return gone.length === 0 && lines.every((line) => line.endsWith("(as before)"))
    ? [...lines, "Other content that it uses has changed, such as its Dockerfile."]
    : [...lines, ...gone];
}

function variable(where: string, name: string, value: string | null): string {
  const shown = value === null ? "null" : isSecretName(name) ? MASK : json(value);
  return `${where} ${name} = ${shown}: a variable of the box`;
}

function json(value: unknown): string {
  return short(JSON.stringify(value, (_, one) => typeof one === "string" ? withLocalEnvNames(one) : one));
}

function short(text: string): string {
  const more = text.length - MOST;
  return more > 0 ? `${text.slice(0, MOST)}... (${more} more characters, which are not shown here)` : text;
}
