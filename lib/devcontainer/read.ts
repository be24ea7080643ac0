/**
 * Reads a project's `devcontainer.json`. By handle, and whatever is not understood is an error or is listed: the file and all beside it
 * come from a project, or from a box that could write them.
 *
 * @module
 */

import type { Tree } from "../host/tree/tree.ts";
import { addFiles, hashOf, readDeciding } from "./content.ts";
import { buildOf } from "./build/paths.ts";
import { requestsOf } from "./features/request.ts";
import { badFile, checkedValue, parseJsonc } from "./jsonc.ts";
import { answerOf } from "./origins.ts";
import { DEVCONTAINER, unknownKeys } from "./schema.ts";
import type { DevContainer, DevVariables } from "./types.ts";
import { unsupportedOf } from "./unsupported.ts";
import { substitute } from "./variables.ts";

/**
 * Reads the file at a path of {@link findDevContainers}. Throws `bad-devcontainer` for what is no such file, `devcontainer-compose` for
 * one that needs several containers, `bad-dockerfile`, `bad-feature`, and what {@link Tree} throws for what is no plain file.
 */
export async function readDevContainer(
  tree: Tree,
  path: string,
  variables: DevVariables,
): Promise<DevContainer> {
  const deciding = readDeciding(tree, path);
  const written = parseJsonc(deciding.text, path);
  const asked = workspaceFolderOf(written, variables);
  const inBox = variables.containerWorkspaceFolder ?? asked ??
    `/workspaces/${lastName(variables.localWorkspaceFolder)}`;
  const { value, localEnv } = substitute(written, { ...variables, containerWorkspaceFolder: inBox });
  refuseCompose(value, path);
  const file = checkedValue(value, path, DEVCONTAINER);
  const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
  const build = buildOf(file, folder, path);
  if (!build && !file.image) {
    throw badFile(
      path,
      "it names neither an image nor a Dockerfile",
      'Add "image", or "build" with a "dockerfile".',
    );
  }
  const features = requestsOf(file, path);
  const copiesAll = addFiles(tree, deciding, { folder, build, features });
  const hash = await hashOf(deciding);
  return answerOf(
    {
      path,
      folder,
      hash,
      file,
      build,
      features,
      workspaceFolder: file.workspaceFolder,
      localEnv,
      unsupported: unsupportedOf(file, unknownKeys(value)),
      copiesAll,
    },
    hash,
    [],
    localEnv,
  );
}

/** The place of the project that the file asks for: other values may name it. */
function workspaceFolderOf(written: unknown, variables: DevVariables): string | undefined {
  const folder = (written as { readonly workspaceFolder?: unknown } | null)?.workspaceFolder;
  return typeof folder === "string" ? substitute(folder, variables).value : undefined;
}

function refuseCompose(value: unknown, path: string): void {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, "dockerComposeFile")) return;
  throw badFile(
    path,
    "it needs several containers (dockerComposeFile), and a box is one",
    "Use one with an image or a Dockerfile, or do without it: kanibako box config devcontainer=no",
    "devcontainer-compose",
  );
}

function lastName(path: string): string {
  return path.split("/").findLast((name) => name !== "") ?? "";
}
