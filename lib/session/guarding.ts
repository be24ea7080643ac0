/**
 * Whether a box uses the host's login without having it: where somebody says so, and where nobody says anything, its network is
 * filtered, and that can be.
 *
 * @module
 */

import type { Settings } from "../config/settings.ts";
import { exists } from "../host/path.ts";
import type { Project } from "../project/project.ts";
import { targetHost } from "../../targets/discover.ts";
import { loginPath } from "../../targets/moved.ts";
import type { Target } from "../../targets/target.ts";

/** Whose login a box uses. */
export type Login = Pick<Project, "sharedAuth" | "guardedAuth" | "guardsByDefault">;

/** How a box comes by its login. `unguardable`: it has the host's, and would not if that could be guarded. */
export type LoginKind = "distinct" | "shared" | "guarded" | "unguardable";

/**
 * How the box comes by the login of an agent. `network`: of which kind the box's is; `variable`: what is set for the box under that
 * name; `target`: the agent that would have the login; `home`: the user's.
 */
export async function loginKind(
  login: Login,
  network: string,
  variable: (name: string) => unknown,
  target: Target | undefined,
  home: string,
): Promise<LoginKind> {
  if (!login.sharedAuth) return "distinct";
  if (login.guardedAuth) return "guarded";
  if (!login.guardsByDefault || network !== "filtered" || !target) return "shared";
  // With another address of the service, the user has to say where the login may go.
  const elsewhere = (target.addressVariables ?? []).some((name) => (variable(name) ?? "") !== "");
  return !elsewhere && await canBeGuarded(target, home) ? "guarded" : "unguardable";
}

/** As {@link loginKind}, under the settings of a launch. */
export function loginUnder(
  { network, env }: Pick<Settings, "network" | "env">,
  login: Login,
  target: Target | undefined,
  home: string,
): Promise<LoginKind> {
  return loginKind(login, network.value, (name) => env[name]?.value, target, home);
}

/**
 * What to say of a box that has the login itself where it could be thought that it has not; `undefined`: nothing. `first`: its agent has not
 * been in it before; `before`: until now it had what stands in the place of the login.
 */
export function sharedHint(
  { kind, guardsByDefault, network, agent, first, before }: {
    readonly kind: LoginKind;
    readonly guardsByDefault: boolean;
    readonly network: Settings["network"]["value"];
    readonly agent: string;
    readonly first: boolean;
    readonly before: boolean;
  },
): string | undefined {
  if (kind === "unguardable" && (first || before)) {
    return `The box has the login of ${agent}: it cannot be guarded. To leave the box its own: kanibako box config auth=distinct`;
  }
  // Whoever sets what a login is knows it.
  if (kind !== "shared" || !guardsByDefault || !before) return undefined;
  return `The box has the login of ${agent} now, as its network is ${network}, not filtered. To refuse that: kanibako box config auth=guarded`;
}

/** Whether all that an agent is logged in with on the host can be guarded. */
async function canBeGuarded(target: Target, home: string): Promise<boolean> {
  const { credentials } = target;
  if (credentials.length === 0 || credentials.some(({ guard }) => !guard)) return false;
  const host = targetHost(home);
  if (credentials.some((file) => exists(loginPath(file, host)))) return true;
  return !(await target.authStatus(host)).given;
}
