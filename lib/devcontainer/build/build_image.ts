/**
 * Builds the image of a project's Dockerfile.
 *
 * @module
 */

import { findLocal } from "../../rig/image_name.ts";
import { buildPart } from "../content.ts";
import { checkUnchanged, type Making } from "../making.ts";
import { labelLine } from "../features/install.ts";
import { checked, copiedDigest, copyContext, readBuildFiles } from "./context.ts";

/** Builds it under this name, which it answers. Features must have been collected: all that decides is compared before anything runs. */
export async function buildImage(making: Making, reference: string): Promise<string> {
  const { dev, tree, store, scratch, progress, labels, copied, names, network, force, signal } = making;
  const build = dev.build!;
  progress.step(`Building ${build.dockerfile}`);
  const files = readBuildFiles(tree, build);
  const context = `${scratch.path}/context`;
  await copyContext(tree, files, context, signal);
  copied.build = buildPart(files, copiedDigest(files, context));
  await checkUnchanged(making);
  const { text } = checked(files.dockerfile, build, (name) => findLocal(name, names));
  const containerfile = await scratch.write("Dockerfile", `${text}${labelLine(labels)}\n`);
  await store.build({
    reference,
    containerfile,
    context,
    buildArgs: {},
    labels: {},
    noCache: force ?? false,
    ...(network ? { network } : {}),
  }, { onOutput: (text) => progress.output(text), signal });
  return reference;
}
