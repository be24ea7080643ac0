/**
 * Where containers and images of this machine are kept: who can write there changes what every box is made of.
 *
 * @module
 */

const USUAL: readonly string[] = ["/var/lib/containers", "/var/lib/docker"];

/** The usual folders, and those that the engines' own files name. What cannot be read names none. */
export function engineStorage(home: string): readonly string[] {
  const toml = ["/etc/containers/storage.conf", `${home}/.config/containers/storage.conf`];
  const json = ["/etc/docker/daemon.json", `${home}/.config/docker/daemon.json`];
  const given = Deno.env.get("CONTAINERS_STORAGE_CONF");
  const named = [
    ...[...toml, ...given === undefined ? [] : [given]].flatMap((file) =>
      valuesIn(file, /^\s*(?:graphroot|rootless_storage_path)\s*=\s*["']([^"']+)["']/gm)
    ),
    ...json.flatMap((file) => valuesIn(file, /"(?:data-root|graph)"\s*:\s*"([^"]+)"/g)),
  ];
  const known = named.map((path) => path.replaceAll("$HOME", home).replaceAll("$UID", `${Deno.uid()}`));
  return [...new Set([...USUAL, ...known.filter((path) => /^\/[^$]+$/.test(path))])];
}

function valuesIn(file: string, pattern: RegExp): string[] {
  try {
    return [...Deno.readTextFileSync(file).matchAll(pattern)].map(([, value]) => value!);
  } catch {
    return [];
  }
}
