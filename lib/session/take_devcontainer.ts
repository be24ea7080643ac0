/**
 * Offers the environment that a project describes, and gets the image of one that is wanted.
 *
 * @module
 */

import {
  type DevContainerRecord,
  fromDevContainer,
  readDevContainerRecord,
  writeDevContainerRecord,
} from "../config/devcontainer.ts";
import { DevContainerNotApproved } from "../devcontainer/approval.ts";
import { currentDevContainer, devContainerIn, filled, marked } from "../devcontainer/current.ts";
import { prepareImage } from "../devcontainer/image.ts";
import { mergeImageMetadata } from "../devcontainer/origins.ts";
import { placeOf, whyNotBeside } from "../devcontainer/place.ts";
import type { DevContainer, DevVariables } from "../devcontainer/types.ts";
import { useOf } from "../devcontainer/use.ts";
import { askedOf } from "../devcontainer/words.ts";
import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import { openTree, type Tree } from "../host/tree/tree.ts";
import { findSource } from "../plan/shared_folders.ts";
import { workspacePlace } from "../plan/workspace_place.ts";
import { checkWorkspace } from "../project/guard.ts";
import { readRun } from "../run/record.ts";
import { imagesOf } from "../runtime/open.ts";
import { info, warning } from "../spec/ui.ts";
import type { Session } from "./gather.ts";

/**
 * Asks and prepares what is to be asked and prepared before the box of a session is started. True: the session is to be gathered once
 * more. Throws what keeps the image from being had.
 */
export async function takeDevContainer(session: Session): Promise<boolean> {
  const { devContainer, host, project, request } = session;
  if (!devContainer || devContainer.state === "used") return false;
  const { state, refusal, file } = devContainer;
  if (state === "refused") {
    // Before anything is made for a project that is new.
    if (!project.exists && refusal) throw refusal;
    return false;
  }
  if (state === "offered") {
    // A box that runs has what it was started with.
    if (await readRun(project.state)) return false;
    if (!host.ui.attended || request.terminal === undefined) {
      if (!project.exists) info(host.ui, "hint", { text: hintText(project.path, file) });
      return false;
    }
    if (!await offered(session)) return false;
  }
  // What would be refused in any case is refused before an image is made for it.
  if (!project.exists) {
    await checkWorkspace(host, project.path, { standalone: false, allowHome: false });
  }
  await prepared(session);
  return true;
}

function hintText(path: string, file: string): string {
  return `This project describes its environment in ${file}, which the box does not have. To look at it and to use it: kanibako box approve ${
    shellQuote(path)
  }`;
}

/** Asks, once. */
async function offered({ host, project }: Session): Promise<boolean> {
  const dev = await currentDevContainer(project);
  if (!dev) return false;
  const { path: file, hash } = dev;
  const lines = askedOf(dev);
  info(host.ui, "devcontainer-asks", { file: shellQuote(`${project.path}/${file}`), changed: false, lines });
  const answer = await host.ui.choose({
    text: "Use this environment for the box?",
    answers: [
      ["no", "the box has its usual rig; to change that later: kanibako box config devcontainer=yes"],
      ["yes", "the box has this environment, and you are asked again when the file changes"],
    ],
  });
  if (answer === undefined) return false;
  const { state } = host.dirs;
  await writeDevContainerRecord(state, project.path, { file, answer, hash, shown: lines });
  return answer === "yes";
}

/** Makes sure of the image, and keeps what the box gets. */
async function prepared(session: Session): Promise<void> {
  const { host, project } = session;
  const { state } = host.dirs;
  const record = await readDevContainerRecord(state, project.path);
  if (record?.answer !== "yes") return;
  using tree = openTree(project.path);
  // Once more, now that it counts: what is built is what was approved.
  const read = (given: DevVariables) => approvedIn(tree, project, record, given);
  const inBox = placeInBox(session, await read(await filled(project)));
  const image = await getImage(session, await read(await filled(project, inBox)), tree);
  const variables = await marked(project, inBox);
  const dev = await mergeImageMetadata(await read(variables), image.metadata, variables);
  const use = await useOf(dev, {
    image: image.reference,
    project: project.path,
    getEnv: (name) => Deno.env.get(name),
    whyNot: async (source, readOnly) => {
      try {
        const from = fromDevContainer(record.file);
        const asked = { key: "mounts", source, mode: readOnly ? "ro" : "rw", from } as const;
        return whyNotBeside((await findSource(session, asked)).path, project.path, readOnly);
      } catch (error) {
        if (!(error instanceof KanibakoError)) throw error;
        return error.message.replace(/\.$/, "");
      }
    },
  });
  for (const text of use.notes) warning(host.ui, "plan-warning", { text: `${record.file}: ${text}` });
  await writeDevContainerRecord(state, project.path, { ...record, use });
}

/** Gets the image of a `devcontainer.json` that is in use, where its engine turns out not to have it; the reference. */
export async function devImageAgain(session: Session): Promise<string> {
  const { project, host } = session;
  const record = await readDevContainerRecord(host.dirs.state, project.path);
  if (!record) throw new KanibakoError("stale", "What was approved of a devcontainer.json is gone.");
  using tree = openTree(project.path);
  const read = (given: DevVariables) => approvedIn(tree, project, record, given);
  const inBox = placeInBox(session, await read(await filled(project)));
  return (await getImage(session, await read(await filled(project, inBox)), tree)).reference;
}

/** Reads the file, and refuses what is not the content that was approved: a box may be writing it. */
async function approvedIn(
  tree: Tree,
  project: Session["project"],
  { file, hash }: DevContainerRecord,
  given: DevVariables,
): Promise<DevContainer> {
  const dev = await devContainerIn(tree, file, given);
  if (dev.hash !== hash) throw new DevContainerNotApproved(project, file, true);
  return dev;
}

/** The folder that the file knows as the project's. */
function placeInBox({ settings, project }: Session, dev: DevContainer): string {
  const { place, at } = placeOf(dev, project.path);
  return at ?? place ?? workspacePlace(settings.workspacePath.value, project.path);
}

async function getImage(
  { host, runtime, project, settings }: Session,
  dev: Parameters<typeof prepareImage>[0],
  tree: Tree,
): ReturnType<typeof prepareImage> {
  const progress = host.ui.progress();
  try {
    const image = await prepareImage(dev, {
      tree,
      host,
      store: imagesOf(runtime),
      progress,
      project: project.name,
      ...settings.network.value === "none" ? { network: "none" } : {},
    });
    if (image.how !== "present") progress.done(image.summary);
    return image;
  } finally {
    progress.stop();
  }
}
