/**
 * Logins by their declaration: which of two is the newer, and what of a file is the login.
 *
 * The newer is decided by a value the issuer or the agent put into it, so neither a copied file's time nor a wrong clock decides. What
 * has no such value never replaces another.
 *
 * @module
 */

import { MAX_LOGIN_BYTES } from "../../lib/spec/login.ts";
import { hasOnly, isRecord, type JsonRecord, parseRecord, present, toText } from "../json.ts";
import type { CredentialFile } from "../target.ts";
import { guardOf } from "./guard.ts";
import { at, namesOf } from "./key_path.ts";
import { readTime } from "./login_time.ts";
import type { Declaration } from "./schema.ts";

/** A login file's declaration. */
export type LoginFile = NonNullable<Declaration["login"]>[number];

/** Tokens live for hours, long-lived ones for a year. What claims more is not believed, or it could never be replaced. */
const LONGEST_MS = 400 * 24 * 3600 * 1000;
/** How far clocks differ. */
const CLOCKS_MS = 3_600_000;
const MAX_TEXT = 16_384;
/** The name of an entry, such as a provider's or its address. */
const ENTRY = /^(?!__proto__$)[\w.@:/-]{1,200}$/;
const MOST_ENTRIES = 200;
/** Each entry of the file is a login of its own. */
const EACH = "*";

/** A login that can be used. */
export interface Login {
  readonly value: JsonRecord;
  /** Milliseconds since 1970; absent where nothing tells. */
  readonly time?: number;
  /** Whether the agent can renew it. */
  readonly renews: boolean;
}

/** How one login file is kept the same on the host and in the boxes. */
export function credentialFile(agent: string, file: LoginFile): CredentialFile {
  const each = file.keys?.[0] === EACH;
  const guard = guardOf(file);
  return {
    ...(guard ? { guard } : {}),
    id: `${agent}-${file.path.split("/").at(-1)!.replace(/^\./, "").replaceAll("_", "-").toLowerCase()}`,
    hostPath: file.path,
    ...(file.folder_env === undefined ? {} : { folderVariable: file.folder_env }),
    boxPath: file.path,
    maxBytes: MAX_LOGIN_BYTES,
    freshness: file.newer === undefined ? [] : namesOf(each ? file.newer.slice(2) : file.newer),
    ...(each ? { entries: true } : {}),
    names: (text) => each ? namesIn(file, text) : [],
    merge: file.format !== "json"
      ? mergeText
      : each
      ? (from, into, but) => mergeEach(file, from, into, but)
      : (from, into) => mergeWhole(file, from, into),
    fromBox: (left, into) => fromBox(file, left, into),
    isOwn: (text) => isOwn(file, text),
  };
}

/** The login in a file's text, when it is sound. */
export function loginOf(
  file: LoginFile,
  text: string | undefined,
  now: number = Date.now(),
): Login | undefined {
  if (file.format !== "json") {
    return text !== undefined && hasPairs(text) ? { value: {}, renews: false } : undefined;
  }
  const whole = parseRecord(text);
  if (!whole) return undefined;
  if (file.keys?.[0] !== EACH) return soundOf(file, whole, (place) => place, now);
  const entries = Object.values(whole).flatMap((value) => soundEntry(file, value, now) ?? []);
  return entries.length === 0 ? undefined : { value: whole, renews: entries.some(({ renews }) => renews) };
}

/** What is missing in the text of a file that holds no sound login, as a clause; `undefined` where that cannot be said in one. */
export function whyNoLogin(file: LoginFile, text: string, now: number = Date.now()): string | undefined {
  if (file.format !== "json" || file.keys?.[0] === EACH) return undefined;
  const whole = parseRecord(text);
  if (!whole) return "it is no JSON";
  const get = (place: string) => at(whole, place) ?? undefined;
  const missing = (file.required ?? []).filter((place) => get(place) === undefined);
  if (missing.length > 0) return `${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} missing`;
  if (file.one_of?.every((place) => get(place) === undefined)) {
    return `there is none of ${file.one_of.join(", ")}`;
  }
  const wrong = [...file.secret, ...(file.renews ? [file.renews] : [])]
    .find((place) => get(place) !== undefined && !isText(get(place)));
  if (wrong !== undefined) return `${wrong} is no text`;
  return file.newer !== undefined && timeOf(file, get(file.newer), now) === null
    ? `${file.newer} is no time within the next ${LONGEST_MS / (24 * 3600 * 1000)} days`
    : undefined;
}

function soundEntry(file: LoginFile, value: unknown, now: number): Login | undefined {
  // Places of an entry begin with the star that stands for its name.
  return isRecord(value) ? soundOf(file, value, (place) => place.replace(/^\*\./, ""), now) : undefined;
}

function soundOf(
  file: LoginFile,
  whole: JsonRecord,
  here: (place: string) => string,
  now: number,
): Login | undefined {
  const get = (place: string) => at(whole, here(place)) ?? undefined;
  for (const place of [...file.secret, ...(file.renews ? [file.renews] : [])]) {
    const value = get(place);
    if (value !== undefined && !isText(value)) return undefined;
  }
  if ((file.required ?? []).some((place) => get(place) === undefined)) return undefined;
  if (file.one_of && file.one_of.every((place) => get(place) === undefined)) return undefined;
  const time = file.newer === undefined ? undefined : timeOf(file, get(file.newer), now);
  if (time === null) return undefined;
  const keys = file.keys && file.keys[0] !== EACH ? file.keys : undefined;
  const value = keys ? present(Object.fromEntries(keys.map((key) => [key, whole[key]]))) : whole;
  return {
    value,
    ...(time === undefined ? {} : { time }),
    renews: file.renews ? isText(get(file.renews)) : false,
  };
}

/** Milliseconds since 1970. `undefined`: there is none; `null`: what is there is not to be believed. */
function timeOf(file: LoginFile, value: unknown, now: number): number | undefined | null {
  if (value === undefined) return undefined;
  const ms = readTime(file, value);
  if (ms === undefined || !Number.isFinite(ms) || ms < 0) return null;
  const latest = now + (file.newer_means === "renewed" ? CLOCKS_MS : LONGEST_MS);
  return ms > latest ? null : ms;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length > 0 && value.length < MAX_TEXT;
}

/** Whether a login is to replace another. At a tie the other stays. */
function isNewer(theirs: Login, own: Login | undefined): boolean {
  if (!own) return true;
  if (theirs.time === undefined) return false;
  return own.time === undefined || theirs.time > own.time;
}

function mergeWhole(file: LoginFile, from: string, into: string | undefined): string | undefined {
  const theirs = loginOf(file, from);
  if (!theirs || !isNewer(theirs, loginOf(file, into))) return undefined;
  return toText({ ...parseRecord(into), ...theirs.value });
}

/** The entries of a file, each a login of its own. What is no name, and what is more than anybody has, is left out. */
function entriesOf(text: string | undefined): readonly (readonly [name: string, value: unknown])[] {
  return Object.entries(parseRecord(text) ?? {}).filter(([name]) => ENTRY.test(name)).slice(0, MOST_ENTRIES);
}

function namesIn(file: LoginFile, text: string): readonly string[] {
  const now = Date.now();
  return entriesOf(text).flatMap(([name, value]) => soundEntry(file, value, now) ? [name] : []);
}

function mergeEach(
  file: LoginFile,
  from: string,
  into: string | undefined,
  but: ReadonlySet<string> = new Set(),
): string | undefined {
  const now = Date.now();
  const own = parseRecord(into) ?? {};
  let room = MOST_ENTRIES - Object.keys(own).length;
  const newer = entriesOf(from).filter(([name, value]) => {
    const theirs = but.has(name) ? undefined : soundEntry(file, value, now);
    return theirs && isNewer(theirs, soundEntry(file, own[name], now));
  }).filter(([name]) => Object.hasOwn(own, name) || room-- > 0);
  return newer.length === 0 ? undefined : toText({ ...own, ...Object.fromEntries(newer) });
}

/** A box may renew a login. Where the agent goes with it, and what it is taken for, would decide what runs on the host. */
function fromBox(file: LoginFile, left: string, into: string | undefined): string | undefined {
  if (file.format !== "json") return hasOnlySecrets(left) ? left : undefined;
  const fixed = Object.entries(file.fixed ?? {});
  const whole = fixed.length === 0 ? undefined : parseRecord(left);
  if (!whole) return left;
  const own = parseRecord(into);
  const mayReturn = (from: unknown, host: unknown) =>
    fixed.every(([place, usual]) => {
      const here = place.replace(/^\*\./, "");
      const value = at(from, here);
      return value === undefined || usual.some((one) => one === value) ||
        JSON.stringify(value) === JSON.stringify(at(host, here));
    });
  if (file.keys?.[0] !== EACH) return mayReturn(whole, own) ? left : undefined;
  const entries = Object.entries(whole).filter(([name, value]) =>
    mayReturn(value, own && Object.hasOwn(own, name) ? own[name] : undefined)
  );
  return entries.length === 0 ? undefined : toText(Object.fromEntries(entries));
}

/** Whether each line is a key under such a name, plainly written: other variables steer programs, and some are read by shells. */
function hasOnlySecrets(text: string): boolean {
  return pairsIn(text).every((line) =>
    /^(?:export )?\w*(?:key|token|secret|password)(?:_\d)? ?[:=] ?(["']?)[\w.@:/+=~%,-]*\1\s*$/i.test(line)
  );
}

/** Keys have no time: what is there stays. */
function mergeText(from: string, into: string | undefined): string | undefined {
  return hasPairs(from) && (into === undefined || into.trim() === "") ? from : undefined;
}

/** Whether a text is lines of names with values, as `NAME=value` or `NAME: value`, and has one. */
function hasPairs(text: string): boolean {
  const lines = pairsIn(text);
  return lines.length > 0 && lines.every((line) => /^(export )?[A-Za-z_]\w*( ?=|: )./.test(line));
}

/** The lines of a text that are no comments. */
function pairsIn(text: string): readonly string[] {
  return text.split("\n").filter((line) => line.trim() !== "" && !/^\s*(#|---\s*$)/.test(line));
}

function isOwn(file: LoginFile, text: string): boolean {
  if (file.format !== "json") return text.trim() === "" || hasPairs(text);
  const record = parseRecord(text);
  const keys = file.keys ?? [];
  if (keys[0] === EACH) {
    return text.trim() === "" || (record !== undefined && Object.values(record).every(isRecord));
  }
  if (loginOf(file, text) || (record && keys.some((key) => isRecord(record[key])))) return true;
  const own = (file.own ?? []).map((word) => word.toLowerCase());
  return hasOnly(text, (key) => keys.includes(key) || own.some((word) => key.toLowerCase().includes(word)));
}
