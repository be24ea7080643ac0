/**
 * Claude Code.
 *
 * @module
 */

import { parseRecord, present, toText } from "../json.ts";
import { ACCESS, asks, mentions, settingValue } from "../settings.ts";
import type { AgentArguments, AgentCommand, HomeFile, Target, TargetHost, TargetSetting } from "../target.ts";
import { claudeAuthStatus, claudeCredentials } from "./credentials.ts";
import { examine, launcher, mountsOf } from "./install.ts";

const MODEL: TargetSetting = {
  key: "model",
  description: "the model, as `claude --model` takes it; empty: the agent's own default",
  default: "opus",
  choices: [],
};

/** In the home. */
const STATE_FILE = ".claude.json";
/** It grows with use; above this it is not read, and the agent asks its first questions again. */
const STATE_BYTES = 32 * 1024 * 1024;

/** Options that make it print something and end. */
const ANSWERING = ["--print", "-p", "--version", "-v", "--help", "-h"];
/** Words that name a command of it, which is no conversation. */
const COMMANDS = new Set(
  "agents auth config doctor install mcp plugin setup-token update upgrade".split(" "),
);

/** The Claude Code agent. */
export const claude: Target = {
  name: "claude",
  displayName: "Claude Code",
  hasBinary: true,
  installHint: "Install Claude Code: npm install -g @anthropic-ai/claude-code",
  entrypoint: "claude",
  configDir: ".claude",
  accountFiles: [STATE_FILE],
  // Its API, and where it logs in. What it reports and updates itself with is off in a box.
  hosts: ["api.anthropic.com", "platform.claude.com", "console.anthropic.com", "claude.ai"],
  addressVariables: ["ANTHROPIC_BASE_URL", "ANTHROPIC_BEDROCK_BASE_URL", "ANTHROPIC_VERTEX_BASE_URL"],
  settings: [MODEL, ACCESS],
  resources: [
    { path: "settings.json", scope: "seeded", description: "the agent's settings" },
    { path: "CLAUDE.md", scope: "seeded", description: "instructions for every project" },
    // What one box could write for all of them would be a way from one project into the others.
    { path: "plugins/", scope: "seeded", description: "installed plugins" },
    ...[
      ["cache/", "caches"],
      ["stats-cache.json", "usage figures"],
      ["statsig/", "feature flags"],
      ["telemetry/", "telemetry waiting to be sent"],
      ["projects/", "conversations"],
      ["session-env/", "environments of sessions"],
      ["history.jsonl", "prompt history"],
      ["tasks/", "background tasks"],
      ["todos/", "task lists"],
      ["plans/", "plans"],
      ["file-history/", "file versions for undo"],
      ["backups/", "backups of settings"],
      ["debug/", "debug logs"],
      ["paste-cache/", "pasted texts"],
      ["shell-snapshots/", "shell environments"],
    ].map(([path, description]) => ({ path: path!, scope: "project", description: description! } as const)),
  ],
  credentials: [claudeCredentials],
  instructionFiles: ["CLAUDE.md"],
  disposable: ["telemetry", "debug"],
  defaultEnv: {
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    // The program is mounted read-only: the host's copy is the one that is kept up to date.
    DISABLE_AUTOUPDATER: "1",
    DISABLE_INSTALLATION_CHECKS: "1",
    // Where the box's user is root it would refuse to work without asking; a box is the sandbox it asks for.
    IS_SANDBOX: "1",
  },
  detect: async (host) => {
    const examined = await examine(host);
    return examined && "install" in examined ? examined.install : undefined;
  },
  whyNot: async (host) => {
    const examined = await examine(host);
    return examined && "reason" in examined ? examined.reason : undefined;
  },
  mounts: mountsOf,
  homeFiles,
  authStatus: claudeAuthStatus,
  command,
  answers: (words) => COMMANDS.has(words[0] ?? "") || mentions(words, ANSWERING),
  shouldRetryNew: (screen) => screen.includes("No conversation found"),
};

function command(request: AgentArguments): AgentCommand {
  const { extra } = request;
  const args: string[] = [];
  const own = ["--dangerously-skip-permissions", "--permission-mode"];
  if (!asks(request) && !mentions(extra, own)) args.push("--dangerously-skip-permissions");
  const chosen = mentions(extra, ["--resume", "-r", "--continue", "-c", "--session-id", "--from-pr"]);
  if (request.conversation === "resume") args.push("--resume");
  else if (request.conversation === "continue" && request.hasConversation && !chosen) args.push("--continue");
  const model = settingValue(MODEL, request);
  if (model !== "" && !mentions(extra, ["--model"])) args.push("--model", model);
  return { args: [...args, ...extra], env: {} };
}

/** Only what spares the user the first questions: who they are and that they have been here before. */
async function homeFiles(host: TargetHost, sharedAuth: boolean): Promise<readonly HomeFile[]> {
  const state = sharedAuth
    ? parseRecord(await host.readText(`${host.home}/${STATE_FILE}`, STATE_BYTES))
    : undefined;
  const content = state === undefined ? {} : present({
    oauthAccount: state["oauthAccount"],
    installMethod: state["installMethod"],
    hasCompletedOnboarding: true,
  });
  const files: HomeFile[] = [
    { path: STATE_FILE, content: toText(content), mode: 0o600, when: "create" },
  ];
  const examined = await examine(host);
  const script = examined && "install" in examined ? launcher(examined.install) : undefined;
  if (script) files.push({ path: ".local/bin/claude", content: script, mode: 0o755, when: "replace" });
  return files;
}
