/**
 * What may stand in an agentkernel.toml. A key that is not listed here is an error: a typing error in a file that is about safety
 * must not go unnoticed.
 *
 * @module
 */

import {
  type Check,
  check,
  flag,
  integer,
  listOf,
  matching,
  type Of,
  oneOf,
  optional,
  shape,
  tableOf,
  text,
} from "../../host/light_schema.ts";

/** Most characters of a script, and of any other text. */
const MOST_SCRIPT = 64 * 1024;
const MOST_TEXT = 1000;

const words = listOf(short());
/** Sections about what a single run has nothing of. */
const anything: Check<unknown> = check("expected a table", (value) => typeof value === "object");

const transport = shape({
  ssh: optional(flag),
  vault_addr: optional(text),
  vault_ssh_mount: optional(text),
  vault_ssh_role: optional(text),
  cert_ttl: optional(text),
  require_encrypted: optional(flag),
}, "refused");

const nameList = shape({
  allow: optional(words),
  block: optional(words),
  allowlist_only: optional(flag),
}, "refused");

/** The whole file. */
export const AGENTKERNEL = shape({
  template: optional(shape({ description: optional(text), help_text: optional(text) }, "refused")),
  sandbox: optional(shape({
    name: optional(short()),
    runtime: optional(oneOf("base", "python", "node", "go", "rust", "ruby", "java", "c", "dotnet")),
    base_image: optional(short()),
    init_script: optional(bounded(/^[^\0]*$/, "expected text without NUL", MOST_SCRIPT)),
  }, "refused")),
  agent: optional(shape({
    preferred: optional(short()),
    compatibility_mode: optional(oneOf("native", "claude", "codex", "gemini")),
    git_name: optional(short()),
    git_email: optional(short()),
  }, "refused")),
  resources: optional(shape({
    vcpus: optional(within(1, 4096)),
    memory_mb: optional(within(6, 2 ** 30)),
  }, "refused")),
  network: optional(shape({
    vsock_cid: optional(integer),
    ports: optional(listOf(matching(/^\d{1,5}:\d{1,5}$/, 'expected two ports, such as "8080:80"'))),
  }, "refused")),
  security: optional(shape({
    profile: optional(oneOf("permissive", "moderate", "restrictive", "custom")),
    network: optional(flag),
    mount_cwd: optional(flag),
    mount_home: optional(flag),
    pass_env: optional(flag),
    read_only: optional(flag),
    seccomp: optional(short()),
    domains: optional(nameList),
    commands: optional(nameList),
    transport: optional(transport),
  }, "refused")),
  build: optional(shape({
    dockerfile: optional(short()),
    context: optional(short()),
    target: optional(short()),
    args: optional(tableOf(short())),
    no_cache: optional(flag),
  }, "refused")),
  files: optional(listOf(shape({
    source: short(),
    dest: short(),
    mode: optional(matching(/^0?[0-7]{3}$/, 'expected permissions, such as "0644"')),
  }, "refused"))),
  secrets: optional(tableOf(short())),
  llm_keys: optional(tableOf(short())),
  ssh: optional(transport),
  orchestrator: optional(anything),
  api: optional(anything),
  scheduling: optional(anything),
  schedule: optional(anything),
  proxy: optional(anything),
  remote: optional(anything),
  git: optional(anything),
  enterprise: optional(anything),
  llm_governance: optional(anything),
}, "refused");

/** What a file says. */
export type Agentkernel = Of<typeof AGENTKERNEL>;

function short(): Check<string> {
  // deno-lint-ignore no-control-regex
  return bounded(/^[^\u0000-\u001f\u007f]+$/, "expected text of one line", MOST_TEXT);
}

function bounded(pattern: RegExp, message: string, most: number): Check<string> {
  return check(
    `${message}, of at most ${most} characters`,
    (value) => typeof value === "string" && value.length <= most && pattern.test(value),
  );
}

function within(least: number, most: number): Check<number> {
  return check(
    `expected a whole number from ${least} to ${most}`,
    (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most,
  );
}
