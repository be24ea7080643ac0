/**
 * Shares and seeds: which files of the host a box is shown, or given once, as the levels of the configuration say. Pure:
 * whether a source is there, and may be shown at all, is for the launch to find out.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import { BOX_HOME } from "../spec/box_paths.ts";
import { fromPart, keyOf, type Source, sourceText } from "../spec/source.ts";
import { expand, type ExpressionContext, splitBind } from "./expression.ts";
import { EMPTY } from "./file.ts";
import { systemContext } from "./paths.ts";
import type { Setting } from "./settings.ts";
import { SHARE_KINDS, SHARE_SCOPES } from "./settings/maps.ts";

/** Whom a share is for; it decides where a relative source begins. */
export type ShareScope = (typeof SHARE_SCOPES)[number];

/** Where relative sources begin. Absent: there is no such place for this box. */
export interface ShareRoots {
  /** Of read-only shares and of seeds. */
  readonly systemReadOnly: string;
  readonly systemReadWrite: string;
  readonly crab?: string;
  readonly workset?: string;
}

/** A share of one box. */
export interface Share {
  /** The whole key, such as `box.path.share_ro.docs`. */
  readonly key: string;
  readonly mode: "ro" | "rw";
  /** Absolute path on the host. */
  readonly source: string;
  /** The root the source is relative to, if it is. */
  readonly root?: string;
  /** Absolute path in the box. */
  readonly destination: string;
  readonly from: Source;
}

/** Something of the host that is copied into a home once. */
export interface Seed {
  readonly key: string;
  /** Absolute path on the host. */
  readonly source: string;
  /** The root the source is relative to, if it is. */
  readonly root?: string;
  /** Relative to the home; empty: the home itself. */
  readonly path: string;
  readonly from: Source;
}

/** Settings of shares and seeds by key; each the one that counts. */
export type Binds = Readonly<Record<string, Setting<string>>>;

/** What a bind's two halves may refer to, and where relative sources begin. */
export interface ShareContext {
  readonly expressions: ExpressionContext;
  readonly roots: ShareRoots;
}

const SCOPES: readonly string[] = SHARE_SCOPES;
const KEY = new RegExp(`^(${SHARE_SCOPES.join("|")})\\.path\\.(${SHARE_KINDS.join("|")})\\.(.+)$`, "s");
/** As `from` of a setting that is in no file yet. */
const ABOUT_TO_BE_SET = fromPart("about to be set");

/**
 * The shares, in order: system, crab, workset, box; in each the read-only ones first; by name. Throws `bad-share`, naming
 * the key and where it is set, for one that means nothing.
 */
export function resolveShares(binds: Binds, context: ShareContext): Share[] {
  return ordered(binds, ["share_ro", "share_rw"]).flatMap((entry) => {
    const { key, scope, kind, setting } = entry;
    const halves = entryHalves(entry, context);
    const place = halves && placeOf(entry, scope, kind === "share_rw", halves.host, context.roots);
    if (!halves || !place) return [];
    const destination = clean(halves.guest);
    if (destination === undefined || destination === "/") {
      throw wrong(
        entry,
        `${shellQuote(halves.guest)} is not an absolute path in the box`,
        "Write it as ~/folder or /folder.",
      );
    }
    const mode = kind === "share_rw" ? "rw" : "ro";
    return [{ key, mode, ...place, destination, from: keyOf(setting.from, key) } as const];
  });
}

/**
 * The seeds, the strongest first: box, workset, crab, system; by name. Throws `bad-share` for one that means nothing, or
 * that does not lie in the home.
 */
export function resolveSeeds(binds: Binds, context: ShareContext): Seed[] {
  return ordered(binds, ["seeded"]).toReversed().flatMap((entry) => {
    if (entry.setting.value === "empty") return [];
    const halves = entryHalves(entry, context);
    const place = halves && placeOf(entry, entry.scope, false, halves.host, context.roots);
    if (!halves || !place) return [];
    const destination = clean(halves.guest);
    if (destination !== BOX_HOME && !destination?.startsWith(`${BOX_HOME}/`)) {
      throw wrong(
        entry,
        `${shellQuote(halves.guest)} is not in the box's home`,
        "Write it as ~/file. Places outside the home can be shared, but not seeded.",
      );
    }
    const path = destination.slice(BOX_HOME.length + 1);
    return [{ key: entry.key, ...place, path, from: keyOf(entry.setting.from, entry.key) }];
  });
}

/**
 * Refuses, before it is set, a text that could mean no share or seed in any box. Throws `bad-value`. What only a launch
 * can know (whether the source is there and may be shown) is not judged.
 */
export function checkBind(key: string, value: string): void {
  const binds = { [key]: { value, level: "box", from: ABOUT_TO_BE_SET } } as const;
  const roots = { systemReadOnly: "/ro", systemReadWrite: "/rw", crab: "/crab", workset: "/workset" };
  const variables = { CRAB: "crab", WORKSET: "workset" };
  const expressions = systemContext(EMPTY, { home: "/home", dataHome: "/data" }, variables);
  resolveShares(binds, { expressions, roots });
  resolveSeeds(binds, { expressions, roots });
}

interface Entry {
  readonly key: string;
  readonly scope: ShareScope;
  readonly kind: string;
  readonly name: string;
  readonly setting: Setting<string>;
}

function ordered(binds: Binds, kinds: readonly string[]): Entry[] {
  const entries = Object.entries(binds).flatMap(([key, setting]) => {
    const [, scope, kind, name] = KEY.exec(key) ?? [];
    return scope !== undefined && kinds.includes(kind!)
      ? [{ key, scope: scope as ShareScope, kind: kind!, name: name!, setting }]
      : [];
  });
  const rank = (entry: Entry) => `${SCOPES.indexOf(entry.scope)} ${entry.kind} ${entry.name}`;
  return entries.sort((a, b) => rank(a) < rank(b) ? -1 : 1);
}

/** Both halves, expanded; `undefined` for an empty text, which takes a share away. */
function entryHalves(
  entry: Entry,
  context: ShareContext,
): { host: string; guest: string } | undefined {
  const { value } = entry.setting;
  if (value === "") return undefined;
  const { host, guest } = splitBind(value);
  if (guest === undefined) {
    throw wrong(entry, "there is no colon in it", 'Write "folder on this machine:folder in the box".');
  }
  if (host === "" || guest === "") {
    throw wrong(entry, `there is nothing ${host === "" ? "before" : "after"} the colon`, "");
  }
  const half = (text: string, space: "host" | "guest") => {
    try {
      return expand(text, space, context.expressions);
    } catch (cause) {
      if (!(cause instanceof KanibakoError)) throw cause;
      throw wrong(entry, cause.message, "");
    }
  };
  return { host: half(host, "host"), guest: half(guest, "guest") };
}

/** The source, made absolute. `undefined`: a share of worksets, in a box of none. */
function placeOf(
  entry: Entry,
  scope: ShareScope,
  writable: boolean,
  host: string,
  roots: ShareRoots,
): { source: string; root?: string } | undefined {
  if (host.startsWith("/")) {
    const source = clean(host);
    if (source !== undefined) return { source };
    throw wrong(entry, ".. is not allowed in a path", "");
  }
  const root = {
    system: writable ? roots.systemReadWrite : roots.systemReadOnly,
    crab: roots.crab,
    workset: roots.workset,
    box: undefined,
  }[scope];
  if (root === undefined) {
    if (scope === "workset" && !["box", "workset"].includes(entry.setting.level)) return undefined;
    throw wrong(
      entry,
      `${shellQuote(host)} is a relative path${scope === "workset" ? ", and this box is in no workset" : ""}`,
      "Use an absolute path: /folder or ~/folder.",
    );
  }
  const source = clean(`${root}/${host}`);
  if (source === undefined) throw wrong(entry, ".. is not allowed in a path", "");
  return { source, root };
}

/** An absolute path without empty and `.` parts; `undefined` when it is none, or holds `..`. */
function clean(path: string): string | undefined {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  return path.startsWith("/") && !parts.includes("..") && !path.includes("\0")
    ? `/${parts.join("/")}`
    : undefined;
}

function wrong({ key, setting }: Entry, why: string, hint: string): KanibakoError {
  const reason = why.replace(/\.$/, "");
  if (setting.from === ABOUT_TO_BE_SET) {
    return new KanibakoError(
      "bad-value",
      `Cannot set ${key} to ${JSON.stringify(setting.value)}: ${reason}.`,
      {
        ...(hint === "" ? {} : { hint }),
      },
    );
  }
  return new KanibakoError(
    "bad-share",
    `Cannot use ${key} (${sourceText(setting.from)}), ${shellQuote(setting.value)}: ${reason}.`,
    { hint: [hint, 'To leave it out of this box, set it to "".'].filter((line) => line !== "") },
  );
}
