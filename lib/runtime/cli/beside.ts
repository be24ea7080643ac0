/**
 * A container of podman in the network of another one. Not by that one's name: podman then refuses to remove it first, and a box ends
 * when it ends. By its process instead, and compared: a number can be another process's by the time podman looks at it.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { parse, stringify } from "../../host/toml.ts";
import { readText, writeText } from "../../host/store.ts";

/** The network of a running container. */
export interface NetworkOf {
  /** Podman's word for it. */
  readonly word: string;
  /** Which one it is, for as long as it is in use. */
  readonly id: string;
  /** Files of this host that say how names are resolved there, by their place in a container. */
  readonly files: Readonly<Record<string, string>>;
}

/** What podman says of a container. */
export interface Running {
  readonly State: { readonly Running: boolean; readonly Pid: number };
  readonly ResolvConfPath?: string;
  readonly HostsPath?: string;
}

/** Looks a container's network up. `inspect`: what podman says of it now. Throws `not-running` where it has ended. */
export async function networkOf(
  box: string,
  inspect: () => Promise<Running | undefined>,
): Promise<NetworkOf> {
  const before = await inspect();
  const pid = before?.State.Running ? before.State.Pid : 0;
  const id = pid > 0 ? namespaceOf(pid) : undefined;
  // The number was the container's before and after, so what was looked at is its network.
  const after = id === undefined ? undefined : await inspect();
  if (!after?.State.Running || after.State.Pid !== pid || id === undefined) throw ended(box);
  const { ResolvConfPath, HostsPath } = after;
  return {
    word: `ns:/proc/${pid}/ns/net`,
    id,
    files: {
      ...(ResolvConfPath ? { "/etc/resolv.conf": ResolvConfPath } : {}),
      ...(HostsPath ? { "/etc/hosts": HostsPath } : {}),
    },
  };
}

/** Whether a container's process is in that network. */
export function isInNetwork({ State: { Running, Pid } }: Running, { id }: NetworkOf): boolean {
  return Running && Pid > 0 && namespaceOf(Pid) === id;
}

/** The network namespace of a process, by device and inode; `undefined` where there is no such process. */
function namespaceOf(pid: number): string | undefined {
  try {
    const { dev, ino } = Deno.statSync(`/proc/${pid}/ns/net`);
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

function ended(box: string): KanibakoError {
  return new KanibakoError("not-running", `The box ${box} has ended.`);
}

/**
 * Without root podman sets a kernel parameter in every network, which only the network's own user namespace may. Variables with which
 * it leaves that out. `overrides`: whether this podman reads a file of ours beside the others; before 4.6 it reads one in the place
 * of all others, so what these say is copied. `folder`: where the file is written.
 */
export async function withoutParameters(
  folder: string,
  overrides: boolean,
  home: string,
  named: string | undefined,
): Promise<Readonly<Record<string, string>>> {
  const none = { containers: { default_sysctls: [] as string[] } };
  if (overrides) {
    const path = `${folder}/containers-beside.conf`;
    await writeText(path, stringify(none));
    return { CONTAINERS_CONF_OVERRIDE: path };
  }
  const path = `${folder}/containers-all.conf`;
  await writeText(path, stringify(await merged(named ? [named] : usualFiles(home), none)));
  return { CONTAINERS_CONF: path };
}

/** Source: containers.conf(5). */
function usualFiles(home: string): readonly string[] {
  return [
    "/usr/share/containers/containers.conf",
    "/etc/containers/containers.conf",
    `${home}/.config/containers/containers.conf`,
  ];
}

type Tables = Record<string, Record<string, unknown>>;

/** What several files say, table by table; the last one counts. */
async function merged(paths: readonly string[], last: Tables): Promise<Tables> {
  const all: Tables = {};
  const add = (tables: Tables) => {
    for (const [name, table] of Object.entries(tables)) all[name] = { ...all[name], ...table };
  };
  for (const path of paths) {
    const text = await readText(path);
    if (text !== undefined) add(parse(text) as Tables);
  }
  add(last);
  return all;
}
