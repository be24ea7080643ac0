/**
 * What a repository's configuration says, read as data: which of it matters to us, and which of it would run programs.
 *
 * @module
 */

/** One entry: its key in lower case (but for the middle of three parts), and its value. */
export type GitConfig = readonly (readonly [key: string, value: string])[];

/** Settings that say how files are compared, and the values they may have. Taken over into a repository of ours. */
const COMPARISON: Readonly<Record<string, RegExp>> = {
  "core.filemode": /^(true|false|yes|no|on|off|1|0)$/i,
  "core.autocrlf": /^(true|false|input)$/i,
  "core.eol": /^(lf|crlf|native)$/i,
  "core.ignorecase": /^(true|false)$/i,
  "core.symlinks": /^(true|false)$/i,
  "core.trustctime": /^(true|false)$/i,
  "core.checkstat": /^(default|minimal)$/i,
  "core.sparsecheckout": /^(true|false)$/i,
  "core.sparsecheckoutcone": /^(true|false)$/i,
  "extensions.objectformat": /^(sha1|sha256)$/i,
};

/** Keys by which a repository makes git run programs, take in other files, or go to other places. */
const RISKS: readonly RegExp[] = [
  /^core\.(fsmonitor|sshcommand|hookspath|pager|editor|askpass|gitproxy|worktree|alternaterefscommand)$/,
  /^(diff|merge|difftool|mergetool|filter|man|browser|trailer|guitool)\..*\.(command|textconv|driver|cmd|path|clean|smudge|process)$/,
  /^diff\.external$/,
  /^(gpg|gpg\..*)\.(program|defaultkeycommand)$/,
  /^credential\.(.*\.)?helper$/,
  /^(include|includeif\..*)\.path$/,
  /^url\..*\.(insteadof|pushinsteadof)$/,
  /^(pager|alias)\./,
  /^(sequence\.editor|interactive\.difffilter|init\.templatedir|sendemail\..*|uploadpack\.packobjectshook)$/,
  /^remote\..*\.(vcs|proxy|uploadpack|receivepack|promisor)$/,
  /^protocol\./,
  /^submodule\..*\.update$/,
  /^http\.(.*\.)?(proxy|sslverify|sslcert|sslkey|cookiefile|extraheader)$/,
];

/** The last value of a key. */
function valueOf(config: GitConfig, key: string): string | undefined {
  return config.findLast(([name]) => name === key)?.[1];
}

/** The settings to compare by. */
export function comparisonSettings(config: GitConfig): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const [key, value] of config) if (COMPARISON[key]?.test(value)) settings[key] = value;
  return settings;
}

/** Keys that would run programs on this machine, or reach out of the repository, when its user works with git there. */
export function riskyKeys(config: GitConfig): string[] {
  const found = config.filter(([key, value]) =>
    RISKS.some((risk) => risk.test(key)) &&
    // Only what begins with `!` is a program; the rest are git's own words.
    !(/^(alias\.|submodule\..*\.update$)/.test(key) && !value.startsWith("!")) &&
    !(key === "core.fsmonitor" && /^(true|false|0|1|)$/.test(value))
  );
  return [...new Set(found.map(([key]) => key))].sort();
}

/** What is wrong with the submodules of a `.gitmodules`. */
export function riskySubmodules(config: GitConfig): string[] {
  const found: string[] = [];
  for (const [key, value] of config) {
    const [, name, field] = /^submodule\.(.*)\.([a-z]+)$/s.exec(key) ?? [];
    if (name === undefined || field === undefined) continue;
    if (name.split("/").includes("..")) {
      found.push(`the submodule ${name} has a name that leads out of the repository`);
    }
    if (
      field === "path" &&
      (value.startsWith("/") || value.startsWith("-") || value.split("/").includes(".."))
    ) {
      found.push(`the submodule ${name} lies at ${value}`);
    }
    if (field === "url" && (value.startsWith("-") || /^(ext|fd)::/.test(value))) {
      found.push(`the submodule ${name} comes from ${value}`);
    }
    if (field === "update" && value.startsWith("!")) found.push(`the submodule ${name} runs ${value}`);
  }
  return [...new Set(found)].sort();
}

/** One remote. */
export interface GitRemote {
  readonly name: string;
  /** Without any password or token. */
  readonly url: string;
}

/** The remotes, by name. */
export function remotesOf(config: GitConfig): GitRemote[] {
  const remotes = new Map<string, string>();
  for (const [key, value] of config) {
    const name = /^remote\.(.*)\.url$/s.exec(key)?.[1];
    if (name !== undefined && !remotes.has(name)) remotes.set(name, withoutSecrets(value));
  }
  return [...remotes].map(([name, url]) => ({ name, url })).sort((a, b) => a.name < b.name ? -1 : 1);
}

/** The URL without what unlocks anything: a password, the user of a web address (often a token), a query. */
export function withoutSecrets(url: string): string {
  const parts = /^([a-z][a-z0-9+.-]*(?:::[a-z]+)?:\/\/)([^/?#]*)([^?#]*)/is.exec(url);
  if (!parts) return url.replace(/[?#].*$/s, "");
  const [, scheme = "", authority = "", path = ""] = parts;
  const at = authority.lastIndexOf("@");
  const user = authority.slice(0, Math.max(0, at)).split(":")[0]!;
  const keep = at >= 0 && user !== "" && !/^https?:/i.test(scheme);
  return `${scheme}${keep ? `${user}@` : ""}${authority.slice(at + 1)}${path}`;
}

/** The reference that follows a branch of a remote here; `undefined` when the branch follows none. */
export function upstreamRef(config: GitConfig, branch: string): string | undefined {
  const remote = valueOf(config, `branch.${branch}.remote`);
  const merge = valueOf(config, `branch.${branch}.merge`);
  if (remote === undefined || !merge?.startsWith("refs/")) return undefined;
  if (remote === ".") return merge;
  for (const [key, value] of config) {
    if (key !== `remote.${remote}.fetch`) continue;
    const mapped = mapRef(value.replace(/^\+/, ""), merge);
    if (mapped !== undefined) return mapped;
  }
  return undefined;
}

function mapRef(refspec: string, ref: string): string | undefined {
  const [from = "", to = ""] = refspec.split(":");
  const star = from.indexOf("*");
  if (star < 0) return from === ref && to !== "" ? to : undefined;
  const [before, after] = [from.slice(0, star), from.slice(star + 1)];
  if (!ref.startsWith(before) || !ref.endsWith(after) || ref.length < before.length + after.length) {
    return undefined;
  }
  return to.replace("*", () => ref.slice(before.length, ref.length - after.length));
}
