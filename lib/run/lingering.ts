/**
 * Whether logging out ends what a user runs. A login manager ends a user's services, and with them boxes without root, when the
 * user's last session ends, unless the user "lingers".
 *
 * @module
 */

import { exists } from "../host/path.ts";
/** What decides it. */
export interface LoginFacts {
  readonly uid: number;
  readonly user: string;
  /** `/proc/self/cgroup`. */
  readonly cgroup: string;
  /** Whether systemd runs this machine. */
  readonly systemd: boolean;
  /** Whether the user lingers. */
  readonly lingers: boolean;
}

/** Looks at this process and machine. */
export function loginFacts(): LoginFacts {
  const user = Deno.env.get("USER") ?? Deno.env.get("LOGNAME") ?? "";
  const uid = Deno.uid() ?? 0;
  return {
    uid,
    user,
    cgroup: textOf("/proc/self/cgroup"),
    systemd: exists("/run/systemd/system"),
    lingers: user !== "" && exists(`/var/lib/systemd/linger/${user}`),
  };
}

/** Whether a box that this process starts ends when its user logs out. Source: loginctl(1), logind.conf(5). */
export function endsAtLogout({ uid, cgroup, systemd, lingers }: LoginFacts): boolean {
  if (uid === 0 || !systemd || lingers) return false;
  // In a scope of a session, or below the user's own manager; a system service is neither.
  return new RegExp(`/user-${uid}\\.slice/(session-[^/]+\\.scope|user@${uid}\\.service)`).test(cgroup);
}

function textOf(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
