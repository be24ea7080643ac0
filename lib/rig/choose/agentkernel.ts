/**
 * Reads an agentkernel.toml as far as a single run has a use for it. Each key is taken, refused, or said to have no effect. What asks
 * for more than a box has anyway is kept apart, for the user to approve where the file is not theirs.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { schemaOf } from "../../host/light_schema.ts";
import { sha256 } from "../../host/sha256.ts";
import { parseToml } from "../../host/store.ts";
import { quotePath } from "../../host/ui/quote_path.ts";
import { enumerated } from "../../host/ui/text.ts";
import { AGENTKERNEL, type Agentkernel } from "./agentkernel_schema.ts";
import { domainSettings, NO_DOMAINS } from "./domains.ts";
import { secretSettings } from "./secret_hosts.ts";
import type { RunProfile, RunSettings } from "./types.ts";

/** Most bytes of the file that are read. */
export const MOST_CONFIG_BYTES = 256 * 1024;

/** What a file says of the image. */
export interface SaidImage {
  readonly key: "base_image" | "runtime";
  readonly word: string;
}

/** What a file says. */
export interface Said {
  readonly path: string;
  readonly digest: string;
  /** `undefined`: it leaves the image open. */
  readonly image: SaidImage | undefined;
  /** Whether it wants an image to be built, which a run does not do. */
  readonly build: boolean;
  /** What takes nothing but what any box has, or takes something away. */
  readonly narrow: RunSettings;
  /** What asks for more, and as which of its keys. */
  readonly wide: RunSettings;
  readonly asked: ReadonlyMap<string, string>;
  readonly files: NonNullable<Agentkernel["files"]>;
  readonly commands: NonNullable<NonNullable<Agentkernel["security"]>["commands"]>;
  /** Sentences about what has no effect though somebody may count on it. */
  readonly notes: readonly string[];
  /** Keys that mean nothing to a run. */
  readonly idle: readonly string[];
}

/** Reads a text. `path` is for errors. Throws `bad-file` for what cannot be in such a file, and `config` for what cannot be kept. */
export async function readAgentkernel(text: string, path: string): Promise<Said> {
  const file = await parseToml(text, path, schemaOf(AGENTKERNEL));
  const { sandbox = {}, agent = {}, resources = {}, network = {}, security = {}, build, secrets = {} } = file;
  const profile: RunProfile | undefined = security.profile === "custom" ? "moderate" : security.profile;
  const cannot = (key: string, why: string, hint: string) =>
    new KanibakoError("config", `Cannot keep ${key} of ${quotePath(path)}: ${why}.`, { hint });
  if (security.seccomp !== undefined && security.seccomp !== "default") {
    throw cannot("security.seccomp", "each profile here has its own filter", 'Use profile = "restrictive".');
  }
  if (security.read_only === true && profile !== "restrictive") {
    throw cannot("security.read_only", "it belongs to a profile here", 'Use profile = "restrictive".');
  }
  const isOff = security.network === false || profile === "restrictive";
  const domains = isOff ? NO_DOMAINS : await domainSettings(security.domains, path);
  const { git_name: gitName, git_email: gitEmail } = agent;
  const git: Record<string, string> = {
    ...gitName === undefined ? {} : { GIT_AUTHOR_NAME: gitName, GIT_COMMITTER_NAME: gitName },
    ...gitEmail === undefined ? {} : { GIT_AUTHOR_EMAIL: gitEmail, GIT_COMMITTER_EMAIL: gitEmail },
  };
  const narrow: RunSettings = {
    ...resources.memory_mb === undefined ? {} : { memoryBytes: resources.memory_mb * 2 ** 20 },
    ...resources.vcpus === undefined ? {} : { cpus: resources.vcpus },
    ...profile === undefined || profile === "permissive" ? {} : { profile },
    ...isOff ? { network: "none" } : security.network === true ? { network: "open" } : {},
    ...domains.settings,
    ...Object.keys(git).length === 0 ? {} : { env: git },
    ...security.mount_cwd === undefined ? {} : { mountProject: security.mount_cwd },
  };
  const { ports = [] } = network;
  const allowed = domains.settings.rules
    ? Object.entries(domains.settings.rules).flatMap(([rule, what]) => what === "allow" ? [rule] : [])
    : [];
  const wide: RunSettings = {
    ...profile === "permissive" ? { profile } : {},
    ...sandbox.init_script === undefined ? {} : { initScript: sandbox.init_script },
    ...ports.length === 0 ? {} : { ports },
    ...isOff ? {} : await secretSettings(secrets, domains.settings.rules, path),
  };
  const asked = new Map([
    ...profile === "permissive" ? [["security.profile", profile] as const] : [],
    ...sandbox.init_script === undefined ? [] : [["sandbox.init_script", sandbox.init_script] as const],
    ...ports.length === 0 ? [] : [["network.ports", ports.join(" ")] as const],
    ...(wide.secrets ?? []).map(({ name, hosts }) => [`secrets.${name}`, hosts] as const),
    // With a secret the network is what this file says, not only what is left of the user's.
    ...wide.secrets && allowed.length > 0 ? [["security.domains.allow", allowed.join(" ")] as const] : [],
  ]);
  const { runtime, base_image: baseImage } = sandbox;
  return {
    path,
    digest: await sha256(text),
    image: baseImage !== undefined
      ? { key: "base_image", word: baseImage }
      : runtime === undefined
      ? undefined
      : { key: "runtime", word: runtime },
    build: build !== undefined,
    narrow,
    wide,
    asked,
    files: file.files ?? [],
    commands: security.commands ?? {},
    notes: [...notesOn(file, isOff, quotePath(path)), ...domains.notes],
    idle: idleKeys(file),
  };
}

/** What somebody may count on, and does not get. */
function notesOn(file: Agentkernel, isOff: boolean, path: string): string[] {
  const { security = {}, llm_keys: llmKeys, enterprise, secrets } = file;
  const none = (key: string, why: string) => `${key} of ${path} has no effect: ${why}.`;
  const commands = security.commands ?? {};
  return [
    ...security.mount_home === true ? [none("security.mount_home", "a box never has your home")] : [],
    ...security.pass_env === true
      ? [none("security.pass_env", "a box gets the variables that you name with --env")]
      : [],
    ...security.network === true && security.profile === "restrictive"
      ? [none("security.network", "the profile restrictive has no network")]
      : [],
    ...llmKeys === undefined
      ? []
      : [none("llm_keys", "name a secret and its host with --secret, or under secrets")],
    ...enterprise === undefined ? [] : [none("enterprise", "there are no such policies here")],
    ...isOff && secrets !== undefined ? [none("secrets", "the run has no network")] : [],
    ...[...commands.allow ?? [], ...commands.block ?? []].length === 0 ? [] : [
      `security.commands of ${path} is compared with the command that you give alone, not with what it starts.`,
    ],
  ];
}

/** Keys about persistent sandboxes, servers and agents, none of which a run has. */
function idleKeys(file: Agentkernel): string[] {
  const { sandbox, agent, network, security } = file;
  const sections = [
    "template",
    "ssh",
    "orchestrator",
    "api",
    "scheduling",
    "schedule",
    "proxy",
    "remote",
    "git",
  ];
  return [
    ...sandbox?.name === undefined ? [] : ["sandbox.name"],
    ...agent?.preferred === undefined ? [] : ["agent.preferred"],
    ...agent?.compatibility_mode === undefined ? [] : ["agent.compatibility_mode"],
    ...network?.vsock_cid === undefined ? [] : ["network.vsock_cid"],
    ...security?.transport === undefined ? [] : ["security.transport"],
    ...sections.filter((name) => Object.hasOwn(file, name)),
  ];
}

/** The keys without effect as one sentence, if there are any. */
export function idleSentence({ idle, path }: Said): string[] {
  return idle.length === 0
    ? []
    : [`Of ${quotePath(path)}, these say nothing about a run: ${enumerated(idle)}.`];
}
