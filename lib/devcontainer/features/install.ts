/**
 * The Dockerfile that puts features on an image: a layer for each, and what the image says of itself afterwards.
 *
 * Source: Development Containers specification, "Features", "Invoking install.sh", "Option resolution", "User environment variables".
 *
 * @module
 */

import type { CollectedFeature } from "./collect.ts";
import type { ImageMetadata } from "../types.ts";

/** The label under which images say what they are. */
export const METADATA_LABEL = "devcontainer.metadata";
/** Where features lie while they are installed. */
const PLACE = "/tmp/kanibako-features";
const SCRIPT = "kanibako-install.sh";

/** What the Dockerfile is made of. */
export interface InstallOptions {
  readonly base: string;
  /** The user of the image; `root` where it names none. */
  readonly imageUser: string;
  readonly containerUser: string;
  readonly remoteUser: string;
  readonly features: readonly CollectedFeature[];
  /** Labels besides what the image says of itself. */
  readonly labels: Readonly<Record<string, string>>;
  /** What the base says of itself. */
  readonly metadata: readonly ImageMetadata[];
}

/** All that the finished image says of itself. */
function metadataAfter({ metadata, features }: InstallOptions): readonly ImageMetadata[] {
  return [...metadata, ...features.map((feature) => feature.metadata.says)];
}

/** The Dockerfile. Its context has the features' folders, each with the two files of {@link addedFiles}. */
export function installText(options: InstallOptions): string {
  const { base, imageUser, features } = options;
  return [
    `FROM ${base}`,
    "USER root",
    ...features.flatMap(({ folder, metadata }) => [
      ...Object.entries(metadata.containerEnv ?? {}).map(([name, value]) =>
        `ENV ${name}=${quoted(value, false)}`
      ),
      `COPY ${folder} ${PLACE}/${folder}`,
      `RUN cd ${PLACE}/${folder} && chmod -R 0755 . && sh ./${SCRIPT} && rm -rf ${PLACE}`,
    ]),
    `USER ${imageUser}`,
    labelLine({ ...options.labels, [METADATA_LABEL]: JSON.stringify(metadataAfter(options)) }),
    "",
  ].join("\n");
}

/** One instruction for all labels: each costs an engine a layer. */
export function labelLine(labels: Readonly<Record<string, string>>): string {
  return ["LABEL", ...Object.entries(labels).map(([name, value]) => `${name}=${quoted(value, true)}`)].join(
    " ",
  );
}

/** What lies beside an install script, by name: its variables, and the script that runs it with them. */
export function addedFiles(
  feature: CollectedFeature,
  users: Pick<InstallOptions, "containerUser" | "remoteUser">,
) {
  return { "devcontainer-features.env": optionsText(feature), [SCRIPT]: scriptText(users) };
}

function scriptText(
  { containerUser, remoteUser }: Pick<InstallOptions, "containerUser" | "remoteUser">,
): string {
  return `# Runs a feature's install script with what the specification gives it.
entry() { { getent passwd "$1" || awk -F: -v u="$1" '$1 == u || $3 == u' /etc/passwd; } 2>/dev/null | head -n 1; }
name() { n=$(entry "$1" | cut -d: -f1); echo "\${n:-$1}"; }
home() { entry "$1" | cut -d: -f6; }
set -a
. ./devcontainer-features.env
_REMOTE_USER=$(name ${word(remoteUser)})
_REMOTE_USER_HOME=$(home ${word(remoteUser)})
_CONTAINER_USER=$(name ${word(containerUser)})
_CONTAINER_USER_HOME=$(home ${word(containerUser)})
set +a
exec ./install.sh
`;
}

/** The file of variables that an install script finds beside it: the user's options, else the defaults. */
function optionsText({ metadata, options }: CollectedFeature): string {
  const defaults = Object.entries(metadata.options ?? {}).flatMap(([name, { default: value }]) =>
    value === undefined ? [] : [[name, value] as const]
  );
  const all = new Map<string, string | boolean>([...defaults, ...Object.entries(options)]);
  return [...all].filter(([name]) => name !== "").map(([name, value]) =>
    `${variableOf(name)}=${word(String(value))}\n`
  ).join("");
}

/** `node-version` is `NODE_VERSION`. */
function variableOf(option: string): string {
  return option.replace(/[^\w]/g, "_").replace(/^[\d_]+/g, "_").toUpperCase();
}

/** A word for a shell. */
function word(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A value for a Dockerfile; `literal`: variables are not put in. */
function quoted(text: string, literal: boolean): string {
  return `"${text.replace(literal ? /[\\"$]/g : /[\\"]/g, "\\$&")}"`;
}
