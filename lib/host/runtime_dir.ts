/**
 * The folder of this user's login session, where engines keep what they know of running containers.
 *
 * After `su`, `sudo -u` or in a job of cron the variable may name another user's: engines fail on that in words that help nobody, or
 * forget what runs. What is not ours counts as unset.
 *
 * Source: XDG Base Directory Specification 0.8 (owned by the user, mode 0700).
 *
 * @module
 */

type Variables = (name: string) => string | undefined;

/** `$XDG_RUNTIME_DIR` if it is a folder of ours that is closed to others, else the one systemd would make, if it is. */
export function runtimeDir(env: Variables = (name) => Deno.env.get(name)): string | undefined {
  const uid = Deno.uid();
  // Engines of root do without.
  const places = [env("XDG_RUNTIME_DIR"), uid === 0 ? undefined : `/run/user/${uid}`];
  return places.find((path) => path?.startsWith("/") && isOurs(path));
}

/** The address of the session's bus, unless that is in a folder of another user's session. */
export function sessionBus(env: Variables = (name) => Deno.env.get(name)): string | undefined {
  const [said, address] = [env("XDG_RUNTIME_DIR"), env("DBUS_SESSION_BUS_ADDRESS")];
  const isForeign = said !== undefined && said !== runtimeDir(env) && address?.includes(`=${said}/`);
  return isForeign ? undefined : address;
}

function isOurs(path: string): boolean {
  try {
    const { isDirectory, uid, mode } = Deno.statSync(path);
    return isDirectory && uid === Deno.uid() && ((mode ?? 0) & 0o077) === 0;
  } catch {
    return false;
  }
}
