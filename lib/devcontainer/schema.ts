/**
 * What a `devcontainer.json` may look like, and what an image or a feature may say of itself.
 *
 * Source: Development Containers specification, "devcontainer.json reference" and "Features".
 *
 * @module
 */

import {
  type Check,
  check,
  either,
  flag,
  listOf,
  matching,
  number,
  type Of,
  oneOf,
  optional,
  shape,
  tableOf,
  text,
} from "../host/light_schema.ts";

const envName = (name: string) =>
  /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name) ? undefined : "not a variable's name";
/** A line that reaches programs as an argument. */
const line = matching(/^[^\0\r\n]*$/, "expected text of one line");
const value = matching(/^[^\0]*$/, "expected text without NUL");
// A variable of this machine that is not put in yet stands between two U+0001, which no file can have.
const user = matching(
  // deno-lint-ignore no-control-regex
  /^([A-Za-z0-9_\u0001][A-Za-z0-9_.\u0001-]{0,63}(:[A-Za-z0-9_\u0001][A-Za-z0-9_.\u0001-]{0,63})?)?$/,
  "expected a user's name",
);
const command = check<string | string[]>(
  "expected a command: text, or a list of words",
  (given) => isText(given) || (Array.isArray(given) && given.every(isText)),
);
const port = check<number | string>(
  "expected a port, or HOST:PORT",
  (given) =>
    typeof given === "number" ? isPort(given) : typeof given === "string" &&
      /^([A-Za-z0-9_.-]+:)?\d{1,5}$/.test(given) && isPort(Number(given.split(":").at(-1))),
);
const portAttributes = shape({
  label: optional(line),
  protocol: optional(oneOf("http", "https")),
  onAutoForward: optional(line),
  requireLocalPort: optional(flag),
  elevateIfNeeded: optional(flag),
});
const anyTable = tableOf(check<unknown>("", () => true));
const commandOrMore: Check<string | string[] | Record<string, string | string[]>> = either(
  tableOf(command),
  command,
);
const absolute = matching(/^\/[^\0\r\n]*$/, "expected an absolute path");

/** A mount as an object. */
const mount = shape({
  type: oneOf("bind", "volume", "tmpfs"),
  source: optional(line),
  target: absolute,
  readonly: optional(flag),
  external: optional(flag),
}, "refused");

/** What an image or a feature may say as well as a file. */
const COMMON = {
  init: optional(flag),
  privileged: optional(flag),
  capAdd: optional(listOf(line)),
  securityOpt: optional(listOf(line)),
  mounts: optional(listOf(either(mount, line))),
  onCreateCommand: optional(commandOrMore),
  updateContentCommand: optional(commandOrMore),
  postCreateCommand: optional(commandOrMore),
  postStartCommand: optional(commandOrMore),
  postAttachCommand: optional(commandOrMore),
  customizations: optional(anyTable),
};

/** What an image may say as well as a file. */
const OF_IMAGES = {
  ...COMMON,
  waitFor: optional(oneOf(
    "initializeCommand",
    "onCreateCommand",
    "updateContentCommand",
    "postCreateCommand",
    "postStartCommand",
  )),
  containerUser: optional(user),
  remoteUser: optional(user),
  userEnvProbe: optional(oneOf("none", "loginShell", "interactiveShell", "loginInteractiveShell")),
  remoteEnv: optional(tableOf(either(oneOf(null), value), envName)),
  containerEnv: optional(tableOf(value, envName)),
  overrideCommand: optional(flag),
  portsAttributes: optional(tableOf(portAttributes)),
  otherPortsAttributes: optional(portAttributes),
  forwardPorts: optional(listOf(port)),
  shutdownAction: optional(oneOf("none", "stopContainer", "stopCompose")),
  updateRemoteUserUID: optional(flag),
  hostRequirements: optional(anyTable),
};

/** One entry of the label `devcontainer.metadata`, or what a feature says. */
export const METADATA = shape({ ...OF_IMAGES, id: optional(line), entrypoint: optional(line) });
/** An entry that fits. */
export type Metadata = Of<typeof METADATA>;

const build = shape({
  dockerfile: optional(line),
  dockerFile: optional(line),
  context: optional(line),
  args: optional(tableOf(value, envName)),
  target: optional(line),
  cacheFrom: optional(either(listOf(line), line)),
  options: optional(listOf(line)),
});

const FILE = {
  ...OF_IMAGES,
  $schema: optional(text),
  name: optional(value),
  image: optional(line),
  build: optional(build),
  // As files of earlier years say it.
  dockerFile: optional(line),
  context: optional(line),
  features: optional(tableOf(either(anyTable, either(flag, value)))),
  overrideFeatureInstallOrder: optional(listOf(line)),
  workspaceFolder: optional(absolute),
  workspaceMount: optional(line),
  runArgs: optional(listOf(value)),
  appPort: optional(either(listOf(either(number, line)), either(number, line))),
  initializeCommand: optional(commandOrMore),
  dockerComposeFile: optional(either(listOf(line), line)),
  service: optional(line),
  runServices: optional(listOf(line)),
  secrets: optional(anyTable),
};

/** The file. Other keys are passed over. */
export const DEVCONTAINER = shape(FILE);
/** A file that fits. */
export type DevContainerFile = Of<typeof DEVCONTAINER>;

/** The keys of a table that no `devcontainer.json` has. */
export function unknownKeys(given: unknown): readonly string[] {
  return typeof given === "object" && given !== null && !Array.isArray(given)
    ? Object.keys(given).filter((name) => !Object.hasOwn(FILE, name))
    : [];
}

function isText(given: unknown): given is string {
  return typeof given === "string" && !given.includes("\0");
}

function isPort(given: number): boolean {
  return Number.isInteger(given) && given > 0 && given < 65536;
}
