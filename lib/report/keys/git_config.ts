/**
 * Git's configuration, as far as it runs something or leads elsewhere. When in doubt a key counts: nothing here decides what
 * git does, only what is shown.
 *
 * @module
 */

import { matcherOf, type NameMatcher } from "../place.ts";

/** Keys that count, lower case; `*` for any characters. */
const DANGEROUS: readonly string[] = [
  "alias.*",
  "browser.*.cmd",
  "browser.*.path",
  "core.alternaterefscommand",
  "core.askpass",
  "core.attributesfile",
  "core.editor",
  "core.fsmonitor",
  "core.gitproxy",
  "core.hookspath",
  "core.pager",
  "core.sshcommand",
  "core.worktree",
  "credential.helper",
  "credential.*.helper",
  "diff.external",
  "diff.*.command",
  "diff.*.textconv",
  "difftool.*.cmd",
  "difftool.*.path",
  "filter.*.clean",
  "filter.*.process",
  "filter.*.smudge",
  "gc.recentobjectshook",
  "gpg.program",
  "gpg.*.program",
  "gpg.ssh.defaultkeycommand",
  "guitool.*.cmd",
  "hook.*",
  "http.*cookiefile",
  "http.*proxy",
  "http.*sslcainfo",
  "http.*sslcert",
  "http.*sslverify",
  "imap.tunnel",
  "include.path",
  "includeif.*.path",
  "init.templatedir",
  "instaweb.*",
  "interactive.difffilter",
  "lfs.customtransfer.*",
  "lfs.extension.*",
  "lfs.*url",
  "lfs.standalonetransferagent",
  "man.*.cmd",
  "man.*.path",
  "merge.*.driver",
  "mergetool.*.cmd",
  "mergetool.*.path",
  "pager.*",
  "protocol.allow",
  "protocol.*.allow",
  "receive.procreceiverefs",
  "remote.*.lfsurl",
  "remote.*.promisor",
  "remote.*.proxy",
  "remote.*.pushurl",
  "remote.*.receivepack",
  "remote.*.uploadpack",
  "remote.*.url",
  "remote.*.vcs",
  "sendemail.*cmd",
  "sendemail.*smtpserver",
  "sequence.editor",
  "ssh.*",
  "submodule.*.update",
  "submodule.*.url",
  "svn-remote.*.url",
  "tar.*.command",
  "trailer.*.cmd",
  "trailer.*.command",
  "uploadpack.packobjectshook",
  "url.*.insteadof",
  "url.*.pushinsteadof",
  "web.browser",
];

/** Keys that name a remote, and count only where they name a program: `ext::sh -c ...`. */
const REMOTES: readonly string[] = ["branch.*.remote", "branch.*.pushremote", "remote.pushdefault"];

/** No configuration that people or git write has more lines; to read one takes time. */
const MOST_LINES = 5000;

/** By what comes before the first dot: what keys have to match. */
const MATCHERS = matchersOf(DANGEROUS);
const REMOTE_MATCHERS = matchersOf(REMOTES);

function matchersOf(patterns: readonly string[]): ReadonlyMap<string, readonly NameMatcher[]> {
  const matchers = new Map<string, NameMatcher[]>();
  for (const pattern of patterns) {
    const section = sectionOf(pattern);
    matchers.set(section, [...matchers.get(section) ?? [], matcherOf(pattern)]);
  }
  return matchers;
}

function sectionOf(key: string): string {
  return key.slice(0, key.indexOf("."));
}

/** What `git lfs install` writes. */
const LFS: Readonly<Record<string, string>> = {
  "filter.lfs.clean": "git-lfs clean -- %f",
  "filter.lfs.smudge": "git-lfs smudge -- %f",
  "filter.lfs.process": "git-lfs filter-process",
};

/** Whether a key says only from where something is got, as in every clone. */
export function isUsualInClone(key: string): boolean {
  return /^(?:remote\..*\.url|submodule\..*\.url|remote\..*\.promisor)$/i.test(key);
}

/** The keys that count. One that is given several times has all its values. */
export function gitConfigKeys(text: string): Record<string, string> {
  const keys: Record<string, string> = {};
  for (const [key, value] of gitConfigEntries(text)) {
    if (!counts(key, value)) continue;
    keys[key] = Object.hasOwn(keys, key) ? `${keys[key]}\n${value}` : value;
  }
  return keys;
}

function counts(key: string, value: string): boolean {
  const plain = key.toLowerCase();
  if (LFS[plain] === value) return false;
  if (plain === "core.fsmonitor" && /^(?:true|false|)$/i.test(value)) return false;
  if (plain === "core.worktree" && value === "") return false;
  const section = sectionOf(plain);
  if (MATCHERS.get(section)?.some((matches) => matches(plain))) return true;
  return value.includes("::") && (REMOTE_MATCHERS.get(section)?.some((matches) => matches(plain)) ?? false);
}

/** All keys and values of a configuration, as git reads them. Throws where there are too many. */
export function* gitConfigEntries(text: string): Generator<[key: string, value: string]> {
  let section = "";
  let lines = 0;
  for (let line of logicalLines(text)) {
    if (++lines > MOST_LINES) throw new RangeError("too many lines");
    for (;;) {
      const header = /^\s*\[\s*([^\]"\s]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]/.exec(line);
      if (!header) break;
      // One line may have several.
      const [whole, name, sub] = header;
      section = sub === undefined ? name! : `${name}.${sub.replace(/\\(.)/g, "$1")}`;
      line = line.slice(whole.length);
    }
    const entry = /^\s*([A-Za-z][\w-]*)\s*(?:=(.*))?$/s.exec(line);
    if (!entry) continue;
    yield [`${section}.${entry[1]}`, entry[2] === undefined ? "true" : valueOf(entry[2])];
  }
}

/** Lines, joined where a backslash ends one that is not in a comment. */
function* logicalLines(text: string): Generator<string> {
  let begun: string[] = [];
  let quoted = false;
  for (const line of text.replace(/^\ufeff/, "").split(/\r?\n/)) {
    const end = endOf(line, quoted);
    if (end.goesOn) {
      quoted = end.quoted;
      begun.push(line.slice(0, -1));
      continue;
    }
    yield begun.join("") + line;
    begun = [];
    quoted = false;
  }
  if (begun.length > 0) yield begun.join("");
}

/** Whether a line goes on in the next one, and whether that begins in quotes. */
function endOf(line: string, quoted: boolean): { readonly goesOn: boolean; readonly quoted: boolean } {
  if (!line.endsWith("\\")) return { goesOn: false, quoted: false };
  for (let at = 0; at < line.length; at++) {
    const character = line[at]!;
    if (character === "\\" && ++at === line.length) return { goesOn: true, quoted };
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === "#" || character === ";")) break;
  }
  return { goesOn: false, quoted: false };
}

/** A value without its quotes and comment. */
function valueOf(raw: string): string {
  let value = "";
  let quoted = false;
  for (let at = 0; at < raw.length; at++) {
    const character = raw[at]!;
    if (character === "\\") {
      const next = raw[++at] ?? "";
      value += { n: "\n", t: "\t", b: "\b" }[next] ?? next;
    } else if (character === '"') quoted = !quoted;
    else if (!quoted && (character === "#" || character === ";")) break;
    else value += character;
  }
  return value.trim();
}
