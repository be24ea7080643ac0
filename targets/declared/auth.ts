/**
 * What the host's files and variables tell about a login. An agent is never run for it.
 *
 * @module
 */

import { MAX_LOGIN_BYTES } from "../../lib/spec/login.ts";
import { configPath, loginPath, shownPath } from "../moved.ts";
import type { AuthStatus, TargetHost } from "../target.ts";
import { credentialFile, type Login, type LoginFile, loginOf, whyNoLogin } from "./login.ts";
import type { Declaration } from "./schema.ts";

/** Files that say how an agent is logged in grow with use; a larger one says nothing. */
const MAX_BYTES = 32 * 1024 * 1024;

/** The state of the user's login. One that has run out renews itself as long as it holds what it needs for that. */
export async function authStatus(agent: Declaration, host: TargetHost): Promise<AuthStatus> {
  if (!agent.login && !agent.keys) return { loggedIn: true, detail: "no login is declared" };
  const hint = agent.login_hint ??
    `Log in to ${agent.title} on this machine, or inside the box when it asks.`;
  let failed: AuthStatus = { loggedIn: false, detail: "no credentials on this machine", hint };
  for (const file of agent.login ?? []) {
    const path = loginPath(credentialFile(agent.name, file), host);
    const text = await host.readText(path, MAX_LOGIN_BYTES);
    if (text === undefined) continue;
    const login = loginOf(file, text);
    if (!login) {
      const why = whyNoLogin(file, text);
      const detail = `${shownPath(path, host.home)} contains no usable login`;
      failed = { loggedIn: false, detail: why === undefined ? detail : `${detail}: ${why}`, hint };
      continue;
    }
    const status = statusOf(file, login, hint);
    if (status.loggedIn) return status;
    failed = status;
  }
  const key = set(agent.keys, host)[0];
  if (key !== undefined) return { loggedIn: true, detail: `API key in ${key}` };
  return await otherLogin(agent, host) ?? failed;
}

/** Variables of the host that hold a key which the agent takes here: it has no login of its own, or one for each provider. */
export async function keysOf(agent: Declaration, host: TargetHost): Promise<readonly string[]> {
  const found = set(agent.keys, host);
  if (found.length === 0) return [];
  for (const file of agent.login ?? []) {
    if (file.keys?.[0] === "*" || file.format !== "json") continue;
    const text = await host.readText(loginPath(credentialFile(agent.name, file), host), MAX_LOGIN_BYTES);
    if (loginOf(file, text)) return [];
  }
  return found;
}

function set(names: readonly string[] | undefined, host: TargetHost): readonly string[] {
  return (names ?? []).filter((name) => host.variable(name));
}

/** A way to be logged in that a box does not simply have. */
async function otherLogin(agent: Declaration, host: TargetHost): Promise<AuthStatus | undefined> {
  const [wide] = set(agent.wide_keys, host);
  if (wide !== undefined) {
    return {
      loggedIn: true,
      elsewhere: true,
      detail: `a key in ${wide}, which opens more than ${agent.title} and is not given to boxes`,
      ...(agent.keys?.[0] ? { hint: `Set ${agent.keys[0]} to a key for ${agent.title} alone.` } : {}),
    };
  }
  for (const { title, variable, file, contains, given, part, remedy } of agent.other_login ?? []) {
    if (variable !== undefined && !host.variable(variable)) continue;
    if (file !== undefined) {
      const text = await host.readText(configPath(file, agent.config, host), MAX_BYTES);
      if (text === undefined || (contains !== undefined && !text.includes(contains))) continue;
    }
    if (given) return { loggedIn: true, detail: title, given: true };
    const who = part === undefined ? "which boxes do not have" : `which boxes have with own.parts=${part}`;
    return {
      ...{ loggedIn: true, elsewhere: true, detail: `${title}, ${who}`, hint: remedy },
      ...(part === undefined ? {} : { part }),
    };
  }
  return undefined;
}

function statusOf(file: LoginFile, { time, renews }: Login, hint: string): AuthStatus {
  if (time === undefined) return { loggedIn: true, detail: "API key" };
  if (file.newer_means === "renewed") {
    return { loggedIn: true, detail: `renewed ${new Date(time).toISOString().slice(0, 10)}` };
  }
  const left = time - Date.now();
  if (left > 0) return { loggedIn: true, detail: `expires in ${duration(left)}` };
  const detail = `expired ${duration(-left)} ago`;
  return renews ? { loggedIn: true, detail: `${detail}, renews itself` } : { loggedIn: false, detail, hint };
}

function duration(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 90) return `${minutes}m`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours}h` : `${Math.round(hours / 24)}d`;
}
