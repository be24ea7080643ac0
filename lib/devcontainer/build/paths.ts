/**
 * Where a `devcontainer.json` has its Dockerfile and the context of the build: in the project, and nowhere else.
 *
 * @module
 */

import { shellQuote } from "../../host/ui/text.ts";
import { badFile } from "../jsonc.ts";
import type { DevContainerFile } from "../schema.ts";
import type { DevBuild } from "../types.ts";

/** What is built; `undefined` where an image is named. Paths are relative to the file's folder. Throws `bad-devcontainer`. */
export function buildOf(file: DevContainerFile, folder: string, path: string): DevBuild | undefined {
  const { build = {} } = file;
  const name = build.dockerfile ?? build.dockerFile ?? file.dockerFile;
  if (name === undefined) return undefined;
  const dockerfile = inProject(name, folder, path);
  const context = build.context ?? file.context;
  return {
    dockerfile,
    context: context === undefined ? parentOf(dockerfile) : inProject(context, folder, path),
    args: build.args ?? {},
    ...(build.target === undefined ? {} : { target: build.target }),
    cacheFrom: build.cacheFrom === undefined ? [] : [build.cacheFrom].flat(),
    options: build.options ?? [],
  };
}

/** A path as it is written in the file, relative to the project. */
export function inProject(written: string, folder: string, path: string): string {
  const names = folder === "" ? [] : folder.split("/");
  for (const name of written.split("/")) {
    if (name === "..") {
      if (names.pop() === undefined) throw leadsOut(written, path);
    } else if (name !== "" && name !== ".") names.push(name);
  }
  if (written.startsWith("/") || written.includes("\0")) throw leadsOut(written, path);
  return names.join("/");
}

function leadsOut(written: string, path: string) {
  return badFile(path, `${shellQuote(written)} is not in the project`);
}

function parentOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
}
