/**
 * The keys by which ssh in a box knows hosts: those that forges publish, and those that the user's own ssh has accepted. A box that had
 * to believe the first key it is shown would believe anybody's.
 *
 * @module
 */

import { readText } from "../host/store.ts";

/**
 * As the forges publish them.
 *
 * Sources: docs.github.com "GitHub's SSH key fingerprints", docs.gitlab.com "GitLab.com settings", support.atlassian.com "Configure SSH
 * and two-step verification".
 */
const FORGES = `\
github.com,[ssh.github.com]:443 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl
github.com,[ssh.github.com]:443 ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBEmKSENjQEezOmxkZMy7opKgwFB9nkt5YRrYMjNuG5N87uRgg6CLrbo5wAdT/y6v0mKV0U2w0WZ2YB/++Tpockg=
gitlab.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAfuCHKVTjquxvt6CM6tdG4SLp1Btn/nOeHHE5UOzRdf
bitbucket.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIazEu89wgQZ4bqs3d63QSMzYVa0MuJ2e2gKTKqu+UUO
`;

const MAX_BYTES = 256 * 1024;
/** A name or a hash of one, the kind of the key, and the key. Keys that sign other keys are not among them. */
const LINE = /^(?:@revoked )?[^\s@#][^\s]* (?:ssh|ecdsa|sk)-[\w@.-]+ [A-Za-z0-9+/]+=*(?: .*)?$/;

/** The file of a box. `home`: the user's; absent: nothing of the user's is for it. */
export async function knownHosts(home: string | undefined): Promise<string> {
  const own = home === undefined ? undefined : await ownText(`${home}/.ssh/known_hosts`);
  // ssh takes any space for one. A line that is left out could be about a key that is revoked.
  const lines = (own ?? "").split("\n").map((line) => line.trim().replace(/[ \t]+/g, " ")).filter((line) =>
    LINE.test(line)
  );
  return lines.length === 0 ? FORGES : `${FORGES}${lines.join("\n")}\n`;
}

async function ownText(path: string): Promise<string | undefined> {
  try {
    const { isFile, size, uid } = await Deno.stat(path);
    return isFile && size <= MAX_BYTES && uid === Deno.uid() ? await readText(path) : undefined;
  } catch {
    return undefined;
  }
}
