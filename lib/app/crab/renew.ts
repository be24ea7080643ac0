/**
 * Logs an agent in, by its own login in its box, and gives the new login to the host.
 *
 * @module
 */

import { readLevels } from "../../config/levels.ts";
import { settingsFrom } from "../../config/resolve.ts";
import type { Host } from "../../config/system.ts";
import { collectCredentials } from "../../crab/collect_logins.ts";
import { withdrawLogin } from "../../crab/withdraw.ts";
import { KanibakoError } from "../../host/error.ts";
import { type Project, qualifiedName } from "../../project/project.ts";
import { boxFolders } from "../../plan/box_folders.ts";
import { keepTrouble } from "../../run/login_trouble.ts";
import { portsNow } from "../../run/ports/port_record.ts";
import { readRun, type RunRecord } from "../../run/record.ts";
import { agentOfProject } from "../../session/find_agent.ts";
import type { Opened } from "../../session/hold_mode.ts";
import type { SessionRequest } from "../../session/gather.ts";
import { loginUnder } from "../../session/guarding.ts";
import { PLACEHOLDER } from "../../secret/placeholder.ts";
import { open } from "../../session/open.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { info, warning } from "../../spec/ui.ts";
import { targetHost } from "../../../targets/discover.ts";
import { loginPath, shownPath } from "../../../targets/moved.ts";
import type { LogIn, Target } from "../../../targets/target.ts";
import { existingProject } from "../project/existing_project.ts";
import { readInHome } from "./home_login.ts";

/** A login that has been renewed. */
export interface RenewedLogin {
  /** The agent's name. */
  readonly agent: string;
  /** Where the new login is, as people write it; absent where it stays in the box. */
  readonly place?: string;
  /** What is known of the login on this machine. */
  readonly detail?: string;
}

/** How it is asked for. */
export interface RenewRequest extends Pick<SessionRequest, "host" | "cwd" | "project" | "terminal"> {
  /** No browser says yes, even where one is set up. */
  readonly noBrowser?: boolean;
}

/**
 * Runs the agent's login in the box. Throws `no-box`, `no-agent`, `no-login` for an agent that has only keys, `running` where the
 * box runs another agent, `login-failed` when there is no new login afterwards.
 */
export async function renewLogin(request: RenewRequest): Promise<RenewedLogin> {
  const { host, cwd } = request;
  const project = await existingProject(host, request.project, cwd);
  const { target } = await agentOfProject(host, project);
  const { logIn } = target;
  if (!logIn) throw noLogin(target);
  const running = await readRun(project.state);
  if (running && running.agent !== "" && running.agent !== target.name) {
    throw otherAgent(target, running, qualifiedName(project));
  }
  const before = lefts(target, project.home);
  if (logIn.words.length === 0) {
    info(host.ui, "hint", {
      text: `${target.displayName} asks for its login when it starts. When you have logged in, leave it.`,
    });
  }
  const program = request.noBrowser ? "" : String(host.system.config.values["login.browser"] ?? "");
  const port = logIn.port === undefined ? undefined : `${logIn.port}`;
  const isOpen = running &&
    (await portsNow(project.state, running)).some(({ boxPort }) => boxPort === logIn.port);
  const browserCode = program === "" ? undefined : await byBrowser(request, project, target, logIn, program);
  const ended: Opened = browserCode !== undefined ? { kind: "ended", code: browserCode } : await open({
    ...request,
    project: project.path,
    kind: "shell",
    flags: port === undefined || isOpen ? {} : { ports: [port] },
    words: [target.entrypoint, ...logIn.words],
    logsIn: true,
  }, "attached");
  if (port !== undefined && running && !isOpen) await takeBack(request, project, port);
  const code = ended.kind === "ended" ? ended.code : 0;
  const after = lefts(target, project.home);
  const isNew = [...after].some(([id, text]) => before.get(id) !== text);
  if (target.credentials.length === 0 && code === 0) return { agent: target.displayName };
  if (!isNew) throw failed(target, code, qualifiedName(project));
  if (!project.sharedAuth) return { agent: target.displayName };
  const collected = await collectCredentials({
    // What was in the home before is none of this login.
    mailbox: {
      take: (id) => Promise.resolve(before.get(id) === after.get(id) ? undefined : bytesOf(after.get(id))),
    },
    target,
    home: host.dirs.home,
    pathOf: (file) => loginPath(file, targetHost(host.dirs.home)),
    locks: `${host.dirs.state}/locks`,
    state: project.state,
    again: true,
    boxFolders: () => boxFolders(host),
  });
  const problem = collected.find((one) => one.problem !== undefined)?.problem ??
    (collected.some(({ outcome }) => outcome === "older")
      ? "the login on this machine is valid for longer, and stays. To replace it, log out on this machine first"
      : undefined);
  if (problem !== undefined) {
    throw new KanibakoError(
      "not-collected",
      `${target.displayName} is logged in in its box only: ${problem}.`,
    );
  }
  await keepTrouble(project.state, []);
  await guardAgain(host, project, target, running?.guarded === true);
  const { detail } = await target.authStatus(targetHost(host.dirs.home));
  const [file] = target.credentials;
  return {
    agent: target.displayName,
    place: shownPath(loginPath(file!, targetHost(host.dirs.home)), host.dirs.home),
    detail,
  };
}

/** A box that is not to have the login has it no longer than until it is on the host. */
async function guardAgain(
  host: Host,
  project: Project,
  target: Target,
  guardedNow: boolean,
): Promise<void> {
  const settings = settingsFrom(await readLevels(host, project), undefined, {});
  const guarded = guardedNow || await loginUnder(settings, project, target, host.dirs.home) === "guarded";
  if (guarded) {
    await withdrawLogin({ home: project.home, state: project.state, files: target.credentials });
  }
}

/** Has a browser say yes; `undefined` where that cannot be, and somebody is there to do it. */
async function byBrowser(
  { host, terminal }: RenewRequest,
  project: Project,
  target: Target,
  logIn: LogIn,
  program: string,
): Promise<number | undefined> {
  const { page } = logIn;
  if (!page) return undefined;
  const { logInByBrowser } = await import("./browser/log_in.ts");
  try {
    return await logInByBrowser({ host, project, target, logIn: { ...logIn, page }, program });
  } catch (error) {
    if (!(error instanceof KanibakoError) || !terminal || !BY_HAND.includes(error.code)) throw error;
    warning(host.ui, "hint", { text: [error.message, ...error.hints].join(" ") });
    return undefined;
  }
}

/** What keeps a browser from saying yes, and not the user. */
const BY_HAND = ["browser", "browser-gone", "browser-login", "browser-page", "running"];

/** The logins in a home, as text by the id of their file. */
function lefts(target: Target, home: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const file of target.credentials) {
    const bytes = readInHome(home, file);
    const text = bytes && new TextDecoder().decode(bytes);
    const login = text === undefined ? undefined : file.merge(text, undefined);
    if (login !== undefined && !PLACEHOLDER.test(login)) found.set(file.id, text!);
  }
  return found;
}

function bytesOf(text: string | undefined): Uint8Array | undefined {
  return text === undefined ? undefined : new TextEncoder().encode(text);
}

/** A box that ran before goes on without the port. */
async function takeBack(
  { host }: RenewRequest,
  project: Awaited<ReturnType<typeof existingProject>>,
  port: string,
): Promise<void> {
  const record = await readRun(project.state);
  if (!record) return;
  const { changePorts } = await import("../../run/ports/change_ports.ts");
  const box = { host, id: project.id, state: project.state, name: qualifiedName(project), record };
  await changePorts(box, { unpublish: [port] }).catch((error: unknown) => {
    if (!(error instanceof KanibakoError)) throw error;
  });
}

/** A box has only the agent that it was started with. */
function otherAgent({ displayName }: Target, { agent }: RunRecord, name: string): KanibakoError {
  return new KanibakoError(
    "running",
    `The box ${name} is already running with the agent ${agent}, and a login of ${displayName} needs a new box.`,
    { hint: `Stop it first: kanibako stop ${shellQuote(name)}` },
  );
}

function noLogin({ displayName, keys }: Target): KanibakoError {
  return new KanibakoError(
    "no-login",
    `${displayName} has no login of its own: it takes a key of its service.`,
    {
      hint: keys ? "Set the key in your environment; see docs/agents.md." : "See its own documentation.",
    },
  );
}

function failed({ displayName }: Target, code: number, name: string): KanibakoError {
  const how = code === 0 ? "its login ended without a new one" : `its login ended with exit code ${code}`;
  return new KanibakoError("login-failed", `${displayName} has no new login: ${how}.`, {
    hint: `To try in the box: kanibako shell ${shellQuote(name)}`,
  });
}
