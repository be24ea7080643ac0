/**
 * Puts a project's features on an image.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { sha256 } from "../../host/sha256.ts";
import { readText, writeText } from "../../host/store.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { checkUnchanged, type Making } from "../making.ts";
import { imageMetadata } from "../image_metadata.ts";
import { treeDigest } from "../build/tree_digest.ts";
import { type Collected, collectFeatures } from "./collect.ts";
import { addedFiles, installText } from "./install.ts";
import { type Lock, lockPath, lockText, parseLock } from "./lock.ts";
import { placeOf } from "./request.ts";

/** Where they lie in the scratch folder. */
const FOLDER = "features";

/** Gets all features of a file, and notes what local ones were. */
export async function collect(making: Making): Promise<Collected> {
  const { dev, tree, scratch, progress, copied, force, signal } = making;
  const into = `${scratch.path}/${FOLDER}`;
  await Deno.mkdir(into, { mode: 0o755 });
  const kept = force ? {} : await ownLock(await ownLockPath(making));
  const collected = await collectFeatures(dev, {
    tree,
    into,
    lock: { ...kept, ...parseLock(copied.lock, lockPath(dev.path)) },
    fetch: making.fetch ?? globalThis.fetch,
    onStep: (text) => progress.step(text),
    signal,
  });
  copied.features = dev.features.flatMap(({ id }) => {
    const place = placeOf(id, dev.folder, dev.path);
    const folder = collected.features.find((feature) => feature.id === id)!.folder;
    return place.kind === "local" ? [[place.folder, treeDigest(`${into}/${folder}`, {})] as const] : [];
  });
  return collected;
}

/** Builds `reference` of `base` with them. */
export async function installFeatures(
  making: Making,
  { features, lock }: Collected,
  base: string,
  reference: string,
): Promise<void> {
  const { dev, store, scratch, progress, labels, network, force, signal } = making;
  await checkUnchanged(making);
  const image = await store.get(base);
  if (!image) throw new KanibakoError("no-image", `The image ${shellQuote(base)} is not here.`);
  const metadata = imageMetadata(base, image);
  const imageUser = userOf(image.user) ?? "root";
  const containerUser = dev.containerUser || lastUser(metadata, "containerUser") || imageUser;
  const users = {
    containerUser: plainUser(containerUser),
    remoteUser: plainUser(dev.remoteUser || lastUser(metadata, "remoteUser") || containerUser),
  };
  for (const feature of features) {
    for (const [name, text] of Object.entries(addedFiles(feature, users))) {
      // A feature's own file of that name would be another's options.
      await scratch.write(`${FOLDER}/${feature.folder}/${name}`, text);
    }
  }
  const containerfile = await scratch.write(
    "Dockerfile.features",
    installText({ base, imageUser, ...users, features, labels, metadata }),
  );
  progress.step(`Installing features: ${features.map(({ id }) => shellQuote(id)).join(", ")}`);
  await store.build({
    reference,
    containerfile,
    context: `${scratch.path}/${FOLDER}`,
    buildArgs: {},
    labels: {},
    noCache: force ?? false,
    ...(network ? { network } : {}),
  }, { onOutput: (text) => progress.output(text), signal });
  if (Object.keys(lock).length > 0) await writeText(await ownLockPath(making), lockText(lock));
}

/** Where this machine keeps what a project's features were, for projects that have no lock of their own. */
async function ownLockPath({ host, project, dev }: Making): Promise<string> {
  const name = (await sha256(`${project}\n${dev.path}`)).slice(0, 32);
  return `${host.dirs.state}/devcontainer/${name}.json`;
}

async function ownLock(path: string): Promise<Lock> {
  const text = await readText(path);
  return text === undefined ? {} : parseLock(text, path);
}

function lastUser(
  metadata: readonly Readonly<Record<string, unknown>>[],
  key: "remoteUser" | "containerUser",
) {
  const found = metadata.findLast((entry) => typeof entry[key] === "string")?.[key];
  return typeof found === "string" ? userOf(found) : undefined;
}

/** A user as an image may have it, with a group or without. */
function userOf(user: string | undefined): string | undefined {
  if (!user) return undefined;
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?$/.test(user)) return user;
  throw new KanibakoError("bad-image-metadata", `The image's user ${shellQuote(user)} cannot be used.`);
}

function plainUser(user: string): string {
  return user.split(":")[0]!;
}
