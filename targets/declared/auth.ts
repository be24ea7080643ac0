/**
 * What the host's files tell about a login. An agent is never run for it.
 *
 * @module
 */

import type { AuthStatus, TargetHost } from "../target.ts";
import { MAX_LOGIN_BYTES } from "../../lib/spec/login.ts";
import { type Login, type LoginFile, loginOf } from "./login.ts";
import type { Declaration } from "./schema.ts";

/** The state of the user's login. One that has run out renews itself as long as it holds what it needs for that. */
export async function authStatus(agent: Declaration, host: TargetHost): Promise<AuthStatus> {
  const key = (agent.keys ?? []).find((name) => host.variable(name));
  const hint = agent.login_hint ??
    `Log in to ${agent.title} on this machine, or inside the box when it asks.`;
  let failed: AuthStatus = { loggedIn: false, detail: "no credentials on this machine", hint };
  for (const file of agent.login ?? []) {
    const text = await host.readText(`${host.home}/${file.path}`, MAX_LOGIN_BYTES);
    if (text === undefined) continue;
    const login = loginOf(file, text);
    if (!login) {
      failed = { loggedIn: false, detail: `~/${file.path} contains no usable login`, hint };
      continue;
    }
    const status = statusOf(file, login, hint);
    if (status.loggedIn) return status;
    failed = status;
  }
  return key === undefined ? failed : { loggedIn: true, detail: `API key in ${key}` };
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
