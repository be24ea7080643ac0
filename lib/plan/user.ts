/**
 * Who the box's user is on the host.
 *
 * @module
 */

import { AGENT_GID, AGENT_UID, BOX_HOME } from "../spec/box_paths.ts";
import type { UserMapping } from "../spec/box_spec.ts";
import { type ImageFacts, SHELL } from "../spec/image_facts.ts";

/**
 * With a user namespace you become the rig's agent user. Without one the box runs as you, or as the owner of the
 * project when you are root.
 */
export async function userMapping(userNamespace: boolean, projectPath: string): Promise<UserMapping> {
  if (userNamespace) return { kind: "keep-id", uid: AGENT_UID, gid: AGENT_GID };
  const uid = Deno.uid() ?? 0;
  const gid = Deno.gid() ?? 0;
  if (uid !== 0) return { kind: "owner", uid, gid };
  const info = await Deno.stat(projectPath).catch(() => undefined);
  return { kind: "owner", uid: info?.uid ?? 0, gid: info?.gid ?? 0 };
}

/** Whether what is made in a folder gets the folder's group (the setgid bit), which is not root's. */
export async function handsGroupOn(path: string): Promise<boolean> {
  const info = await Deno.stat(path).catch(() => undefined);
  return ((info?.mode ?? 0) & 0o2000) !== 0 && info?.gid !== 0;
}

/** The accounts of Debian's base system, as base-passwd makes them. */
const BASE_PASSWD = `daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
bin:x:2:2:bin:/bin:/usr/sbin/nologin
sys:x:3:3:sys:/dev:/usr/sbin/nologin
sync:x:4:65534:sync:/bin:/bin/sync
games:x:5:60:games:/usr/games:/usr/sbin/nologin
man:x:6:12:man:/var/cache/man:/usr/sbin/nologin
lp:x:7:7:lp:/var/spool/lpd:/usr/sbin/nologin
mail:x:8:8:mail:/var/mail:/usr/sbin/nologin
news:x:9:9:news:/var/spool/news:/usr/sbin/nologin
uucp:x:10:10:uucp:/var/spool/uucp:/usr/sbin/nologin
proxy:x:13:13:proxy:/bin:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
backup:x:34:34:backup:/var/backups:/usr/sbin/nologin
list:x:38:38:Mailing List Manager:/var/list:/usr/sbin/nologin
irc:x:39:39:ircd:/run/ircd:/usr/sbin/nologin
_apt:x:42:65534::/nonexistent:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
`;
const BASE_GROUPS =
  "daemon:1 bin:2 sys:3 adm:4 tty:5 disk:6 lp:7 mail:8 news:9 uucp:10 man:12 proxy:13 kmem:15 " +
  "dialout:20 fax:21 voice:22 cdrom:24 floppy:25 tape:26 sudo:27 audio:29 dip:30 www-data:33 backup:34 operator:37 " +
  "list:38 irc:39 src:40 shadow:42 utmp:43 video:44 sasl:45 plugdev:46 staff:50 games:60 users:100 nogroup:65534";

/**
 * The texts of passwd and group that name the box's user where the rig does not know it; `undefined` where it does. An image that is not
 * ours keeps its own accounts: they follow, and of two that share an id the first counts. Pure.
 */
export function accountFiles(
  user: UserMapping,
  image?: Pick<ImageFacts, "passwd" | "group" | "bash">,
): { passwd: string; group: string } | undefined {
  if (user.kind !== "owner") return undefined;
  const shell = image?.bash === false ? SHELL : "/bin/bash";
  const agent = `:x:${user.uid}:${user.gid}:agent:${BOX_HOME}:${shell}\n`;
  // A user id resolves to its first entry: when you are root, the box's user is called root.
  const root = user.uid === 0 ? `root${agent}` : `root:x:0:0:root:/root:${shell}\n`;
  const groups = BASE_GROUPS.split(" ").map((entry) => entry.replace(":", ":x:") + ":\n").join("");
  return {
    passwd: `${root}agent${agent}${others(image?.passwd) ?? BASE_PASSWD}`,
    group: `root:x:0:\nagent:x:${user.gid}:\n${others(image?.group) ?? groups}`,
  };
}

/** The accounts of an image but for those that a box has of its own. */
function others(accounts: string | undefined): string | undefined {
  return accounts?.split("\n").filter((line) => line !== "" && !/^(root|agent):/.test(line))
    .map((line) => `${line}\n`).join("");
}
