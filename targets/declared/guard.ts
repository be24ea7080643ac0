/**
 * A login that a box uses without having it: what stands in its place, and how the agent renews it.
 *
 * @module
 */

import { isRecord, type JsonRecord, parseRecord, toText } from "../json.ts";
import type { LoginGuard } from "../target.ts";
import { at, namesOf } from "./key_path.ts";
import { readTime, writtenTime } from "./login_time.ts";
import type { Declaration } from "./schema.ts";

type LoginFile = NonNullable<Declaration["login"]>[number];

/** Header and content of a token that says who somebody is: what is secret of it is its signature. */
const SIGNED = /^(eyJ[\w-]+\.[\w-]+)\.[\w-]+$/;

/** How a login file is guarded; `undefined`: nothing says where the login goes, or what of it is secret. */
export function guardOf(file: LoginFile): LoginGuard | undefined {
  const { hosts = [], headers = [], mints = [], renewal, renews } = file;
  if (file.format !== "json" || file.keys?.[0] === "*" || hosts.length === 0 || headers.length === 0) {
    return undefined;
  }
  // What an agent renews and nobody else can would be of use for an hour.
  if (renews !== undefined && !renewal) return undefined;
  return {
    secrets: file.secret,
    hosts,
    headers: headers.map((name) => name.toLowerCase()),
    never: mints,
    cover: (text, placeholderOf) => covered(file, text, placeholderOf),
    valueAt: (text, place) => {
      const value = at(parseRecord(text), place);
      return typeof value === "string" && value !== "" ? value : undefined;
    },
    ...(renewal && renews
      ? {
        renewal: {
          places: renewal.places,
          token: renewal.token,
          tokenPlace: renews,
          answer: renewal.answer,
          isGood: (text, now) => {
            const end = endMs(file, text, now);
            return end === undefined ? undefined : end > now;
          },
          renewed: (text, answer, now) => renewed(file, text, answer, now),
          known: (text, now) => known(file, text, now),
        },
      }
      : {}),
  };
}

/** A placeholder in the form of what it stands for. */
export function inFormOf(value: string, placeholder: string): string {
  const open = SIGNED.exec(value)?.[1];
  return open === undefined ? placeholder : `${open}.${placeholder}`;
}

function covered(file: LoginFile, text: string, placeholderOf: (place: string) => string): string {
  let login = parseRecord(text);
  if (!login) return "";
  for (const place of file.secret) {
    const value = at(login, place);
    if (value === undefined || value === null) continue;
    // What is no text is no secret that could be put in, and is not given either.
    login = withAt(
      login,
      namesOf(place),
      typeof value === "string" ? inFormOf(value, placeholderOf(place)) : null,
    );
  }
  return toText(login);
}

function withAt(record: JsonRecord, [name, ...rest]: readonly string[], value: unknown): JsonRecord {
  const there = record[name!];
  return {
    ...record,
    [name!]: rest.length === 0 ? value : withAt(isRecord(there) ? there : {}, rest, value),
  };
}

/** Where only the time of the last renewal is known: so long nobody renews it again. */
const FRESH_MS = 5 * 60_000;

/** Until when the login is good, as far as is known; `undefined`: nothing says. */
function endMs(file: LoginFile, text: string, now: number): number | undefined {
  const time = file.newer === undefined ? undefined : readTime(file, at(parseRecord(text), file.newer));
  if (time === undefined || (file.newer_means ?? "expires") === "expires") return time;
  return time + FRESH_MS > now ? time + FRESH_MS : undefined;
}

/** The login with what a renewal has answered; `undefined`: the answer has no login in it. */
function renewed(
  file: LoginFile,
  text: string,
  answer: Readonly<Record<string, unknown>>,
  now: number,
): string | undefined {
  let login = parseRecord(text);
  if (!login || !file.renewal) return undefined;
  let found = false;
  for (const [field, place] of Object.entries(file.renewal.answer)) {
    const value = answer[field];
    if (typeof value !== "string" || value === "") continue;
    login = withAt(login, namesOf(place), value);
    found = true;
  }
  if (!found) return undefined;
  if (file.newer !== undefined) {
    const lasts = file.renewal.lasts === undefined ? undefined : answer[file.renewal.lasts];
    const time = (file.newer_means ?? "expires") === "renewed"
      ? now
      : typeof lasts === "number"
      ? now + lasts * 1000
      : undefined;
    if (time !== undefined) login = withAt(login, namesOf(file.newer), writtenTime(file, time));
  }
  return toText(login);
}

/** What a renewal would answer that finds the login renewed already. */
function known(file: LoginFile, text: string, now: number): Record<string, unknown> {
  const login = parseRecord(text);
  const { answer = {}, lasts, also = {} } = file.renewal ?? {};
  const fields: [string, unknown][] = [["token_type", "Bearer"]];
  for (const [field, place] of Object.entries(answer)) {
    const value = at(login, place);
    if (typeof value === "string") fields.push([field, value]);
  }
  for (const [field, place] of Object.entries(also)) {
    const value = at(login, place);
    if (value !== undefined && value !== null) {
      fields.push([field, Array.isArray(value) ? value.join(" ") : value]);
    }
  }
  const end = endMs(file, text, now);
  if (lasts !== undefined && end !== undefined) {
    fields.push([lasts, Math.max(0, Math.floor((end - now) / 1000))]);
  }
  return Object.fromEntries(fields);
}
