/**
 * The user's own as lines of a todo.sh: what has changed since it was given, what is given no more, and what the box is to look for.
 *
 * @module
 */

import { sha256 } from "../../host/sha256.ts";
import type { Steps } from "../steps.ts";
import type { Own } from "./gather.ts";
import type { OwnFile } from "./places.ts";
import { nested, serverPrefix } from "./servers.ts";

/** What there is to give, and by which marks it is known. */
export interface OwnDelivery {
  /** The agent's id. */
  readonly agent: string;
  readonly own: Own;
  /** The marks of all that is given, with digests. */
  readonly marks: Readonly<Record<string, string>>;
  /** The SHA-256 of each file. */
  readonly sums: ReadonlyMap<OwnFile, string>;
  /** What the box looks for, each once. */
  readonly needs: readonly string[];
  /** Whether the box is to look again, as it lacked something. */
  readonly again?: boolean;
}

/** Where lines and files go. */
export interface Lines {
  /** Adds a file; its name is returned. */
  file(content: string | Uint8Array): string;
  line(word: string, ...words: string[]): void;
}

/** Works out the marks. */
export async function ownDelivery(agent: string, own: Own): Promise<OwnDelivery> {
  const marks: Record<string, string> = {};
  const sums = new Map<OwnFile, string>();
  for (const { path, files } of own.parts) {
    const texts: string[] = [];
    for (const file of files) {
      const sum = await sha256(file.content);
      sums.set(file, sum);
      texts.push(`${file.mode} ${file.path} ${sum}`);
    }
    marks[`${agent}/${path}`] = (await sha256(texts.join("\n"))).slice(0, 24);
  }
  for (const { kind, path, key, servers } of own.servers) {
    for (const [name, server] of Object.entries(servers)) {
      marks[`${agent}/${serverPrefix(kind, path, key)}${name}`] = (await sha256(JSON.stringify(server)))
        .slice(0, 24);
    }
  }
  const needs = own.commands.flatMap(({ needs }) => needs.map(({ kind, word }) => `${kind} ${word}`));
  return { agent, own, marks, sums, needs: [...new Set(needs)] };
}

/** What the steps say once this is done; `undefined` when all of it was done before. */
export function ownChange({ agent, marks }: OwnDelivery, steps: Steps): Record<string, string> | undefined {
  const change: Record<string, string> = {};
  for (const [mark, digest] of Object.entries(marks)) if (steps.own[mark] !== digest) change[mark] = digest;
  for (const [mark, digest] of Object.entries(steps.own)) {
    if (mark.startsWith(`${agent}/`) && digest !== "" && marks[mark] === undefined) change[mark] = "";
  }
  return Object.keys(change).length === 0 ? undefined : change;
}

/** Brings the files. Comes before what merges with them. */
export function ownFiles(
  lines: Lines,
  { agent, own, sums }: OwnDelivery,
  change: Record<string, string>,
): void {
  for (const { path, files } of own.parts) {
    if (change[`${agent}/${path}`] === undefined) continue;
    const list = files.map((file) =>
      `${lines.file(file.content)} ${file.mode.toString(8)} ${sums.get(file)} ${file.path}\n`
    );
    lines.line("own", nameOf(agent, path), lines.file(list.join("")));
  }
  for (const [mark, digest] of Object.entries(change)) {
    const path = mark.slice(agent.length + 1);
    if (digest === "" && !isServer(path)) lines.line("own", nameOf(agent, path), lines.file(""));
  }
}

/** Brings the servers, into files that the home has by then. */
export function ownServers(
  lines: Lines,
  { agent, own }: OwnDelivery,
  change: Record<string, string>,
): void {
  for (const { kind, path, key, servers } of own.servers) {
    const prefix = `${agent}/${serverPrefix(kind, path, key)}`;
    const changed = Object.entries(change).filter(([mark]) => mark.startsWith(prefix));
    if (changed.length === 0) continue;
    const dropped = changed.filter(([, digest]) => digest === "").map(([mark]) => mark.slice(prefix.length));
    const file = lines.file(JSON.stringify(nested(key, servers)));
    const place = key.split(".").map((name) => `[${JSON.stringify(name)}]`).join("");
    lines.line("servers", file, path, `.${place}`, JSON.stringify(dropped));
  }
}

/** Has the box look for what all of it needs. */
export function ownNeeds(lines: Lines, { needs }: OwnDelivery): void {
  if (needs.length > 0) lines.line("needs", lines.file(needs.map((need, at) => `${at} ${need}\n`).join("")));
}

function isServer(mark: string): boolean {
  return /^(?:mcp|lsp):/.test(mark);
}

/** A flat name. */
function nameOf(agent: string, path: string): string {
  return `${agent}-${path.replaceAll("/", "_")}`;
}
