/**
 * Codex, as far as it needs to start: its login, its settings, its command line.
 *
 * @module
 */

import { hasOnly, isRecord, type JsonRecord, parseRecord, present, toText } from "../json.ts";
import { ACCESS, asks, mentions, settingValue } from "../settings.ts";
import type {
  AgentArguments,
  AgentCommand,
  AuthStatus,
  CredentialFile,
  Target,
  TargetHost,
} from "../target.ts";
import type { TargetSetting } from "../target.ts";
import { examine, mountsOf } from "./install.ts";

const AUTH_PATH = ".codex/auth.json";
const AUTH_BYTES = 1024 * 1024;

const MODEL: TargetSetting = {
  key: "model",
  description: "the model, as `codex --model` takes it; empty: the agent's own default",
  default: "",
  choices: [],
};

/** Words that name a command of Codex; what follows them is not a conversation. */
const COMMANDS = new Set(
  ("agents exec e review login logout mcp plugin app-server remote-control completion update doctor sandbox debug " +
    "apply a resume queue archive delete fork cloud exec-server features help").split(" "),
);

/** What is in the credential file, with a login or without one. */
const OWN_KEYS: readonly string[] = ["OPENAI_API_KEY", "auth_mode", "tokens", "last_refresh"];

/** The credential file. The newer login is the one renewed later, by the time it holds itself. */
const credentials: CredentialFile = {
  id: "codex-auth.json",
  hostPath: AUTH_PATH,
  boxPath: AUTH_PATH,
  maxBytes: AUTH_BYTES,
  freshness: ["last_refresh"],
  merge(from, into) {
    const theirs = loginOf(from);
    if (!theirs) return undefined;
    const own = loginOf(into);
    // Times in one format and zone compare as text. A key without a time never replaces what is there.
    if (own && (theirs.renewed === "" || own.renewed >= theirs.renewed)) return undefined;
    return toText({ ...parseRecord(into), ...theirs.value });
  },
  isOwn: (text) => hasOnly(text, (key) => OWN_KEYS.includes(key)) || loginOf(text) !== undefined,
};

function loginOf(text: string | undefined): { value: JsonRecord; renewed: string } | undefined {
  const whole = parseRecord(text);
  if (!whole) return undefined;
  const { OPENAI_API_KEY: key, auth_mode, tokens, last_refresh } = whole;
  const isText = (one: unknown) => typeof one === "string" && one.length > 0 && one.length < 16_384;
  const isAbsent = (one: unknown) => one === undefined || one === null;
  if (!(isAbsent(key) || isText(key)) || !(isAbsent(auth_mode) || isText(auth_mode))) return undefined;
  if (!isAbsent(tokens) && !(isRecord(tokens) && isText(tokens["access_token"]))) return undefined;
  if (isAbsent(key) && isAbsent(tokens)) return undefined;
  let renewed = "";
  if (!isAbsent(last_refresh)) {
    if (typeof last_refresh !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(last_refresh)) {
      return undefined;
    }
    // One from the future could never be replaced again. An hour allows for clocks that differ.
    if (!(Date.parse(last_refresh) < Date.now() + 3_600_000)) return undefined;
    renewed = last_refresh;
  }
  return { value: present({ OPENAI_API_KEY: key, auth_mode, tokens, last_refresh }), renewed };
}

async function authStatus(host: TargetHost): Promise<AuthStatus> {
  const hint = "Log in on this machine (codex login), or inside the box when it asks.";
  const text = await host.readText(`${host.home}/${AUTH_PATH}`, AUTH_BYTES);
  if (text === undefined) return { loggedIn: false, detail: "no credentials on this machine", hint };
  const login = loginOf(text);
  if (!login) return { loggedIn: false, detail: `~/${AUTH_PATH} contains no usable login`, hint };
  return { loggedIn: true, detail: login.renewed ? `renewed ${login.renewed.slice(0, 10)}` : "API key" };
}

/** Whether words are no conversation, but something it answers. */
function answers(words: readonly string[]): boolean {
  return COMMANDS.has(words[0] ?? "") || mentions(words, ["--version", "-V", "--help", "-h"]);
}

function command(request: AgentArguments): AgentCommand {
  const { extra } = request;
  const args: string[] = [];
  if (!answers(extra)) {
    if (request.conversation === "resume") args.push("resume");
    else if (request.conversation === "continue" && request.hasConversation) args.push("resume", "--last");
  }
  const own = ["--dangerously-bypass-approvals-and-sandbox", "--sandbox", "-s", "--ask-for-approval", "-a"];
  if (!asks(request) && !mentions(extra, own)) args.push("--dangerously-bypass-approvals-and-sandbox");
  const model = settingValue(MODEL, request);
  if (model !== "" && !mentions(extra, ["--model", "-m"])) args.push("--model", model);
  return { args: [...args, ...extra], env: {} };
}

/** The Codex agent. */
export const codex: Target = {
  name: "codex",
  displayName: "Codex",
  hasBinary: true,
  installHint: "Install Codex: npm install -g @openai/codex",
  entrypoint: "codex",
  configDir: ".codex",
  hosts: ["api.openai.com", "chatgpt.com", "auth.openai.com"],
  addressVariables: ["OPENAI_BASE_URL"],
  settings: [MODEL, ACCESS],
  resources: [
    { path: "config.toml", scope: "seeded", description: "the agent's settings" },
    { path: "AGENTS.md", scope: "seeded", description: "instructions for every project" },
    { path: "sessions/", scope: "project", description: "conversations" },
    { path: "history.jsonl", scope: "project", description: "prompt history" },
    { path: "log/", scope: "project", description: "logs" },
  ],
  credentials: [credentials],
  instructionFiles: ["AGENTS.md"],
  disposable: ["log"],
  defaultEnv: {},
  detect: async (host) => {
    const examined = await examine(host);
    return examined && "install" in examined ? examined.install : undefined;
  },
  whyNot: async (host) => {
    const examined = await examine(host);
    return examined && "reason" in examined ? examined.reason : undefined;
  },
  mounts: mountsOf,
  homeFiles: () => Promise.resolve([]),
  authStatus,
  command,
  answers: (words) => answers(words) && !["resume", "fork"].includes(words[0]!),
  shouldRetryNew: (screen) => /no (previous|saved|recorded) (sessions?|conversations?)/i.test(screen),
};
