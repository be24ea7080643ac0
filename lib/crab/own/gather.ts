/**
 * What of the user's own configuration a box gets: read from the host, reduced to what the settings allow, its paths written as the box
 * has them.
 *
 * A file that must be understood and cannot be read stops everything: it may be the one that says what an agent must not do.
 *
 * @module
 */

import { BOX_HOME, BOX_WORKSPACE } from "../../spec/box_paths.ts";
import { allAt } from "../../../targets/declared/key_path.ts";
import { isRecord, type JsonRecord } from "../../../targets/json.ts";
import type { OwnPart, OwnPartName, OwnServers, Target } from "../../../targets/target.ts";
import { type Need, needsOf, needsOfServer } from "./commands.ts";
import { documentText, readDocument, without, withPaths } from "./document.ts";
import { type OwnFile, type OwnHost, readOwnFile, readOwnFolder } from "./places.ts";
import { isNamed, namedServers, nested, onlyNamed, serverPrefix, withoutHeaderServers } from "./servers.ts";
import { wanted } from "./wanted.ts";

/** What the settings allow. */
export interface OwnChoice {
  readonly parts: readonly string[];
  /** Names of MCP servers; `*`: every one. */
  readonly mcp: readonly string[];
  /** Names of language servers, likewise. */
  readonly lsp: readonly string[];
}

/** What decides. */
export interface OwnRequest {
  readonly target: Target;
  readonly host: OwnHost;
  readonly choice: OwnChoice;
  /** Whether the box uses the host's login: one that does not gets no other secret of the user's either. */
  readonly sharedAuth: boolean;
  /** The project's folder on the host, if it is about one. */
  readonly project?: string;
  /** Whether the box was given something before whose mark begins so: servers that are given no more are taken back. */
  had?(mark: string): boolean;
}

/** Something that the agent runs because the user's own configuration says so. */
export interface OwnCommand {
  /** Where it is said, for people: `hooks in ~/.claude/settings.json`. */
  readonly where: string;
  /** Whether it is there to stop the agent. */
  readonly guard: boolean;
  readonly needs: readonly Need[];
}

/** One part as it is given. */
export interface GivenPart {
  readonly part: OwnPartName;
  /** As it is declared: relative to the home. */
  readonly path: string;
  readonly files: readonly OwnFile[];
}

/** Servers to be put into a file of the box that says other things, too. */
export interface GivenServers {
  readonly kind: "mcp" | "lsp";
  /** Relative to the home. */
  readonly path: string;
  readonly key: string;
  /** By name. */
  readonly servers: JsonRecord;
}

/** What there is to give. */
export interface Own {
  readonly parts: readonly GivenPart[];
  readonly servers: readonly GivenServers[];
  readonly commands: readonly OwnCommand[];
  /** Every server that was met, by kind: whether it is given. */
  readonly met: readonly { readonly kind: "mcp" | "lsp"; readonly name: string; readonly given: boolean }[];
  /** What else the user should know; a sentence each, without a full stop. */
  readonly notes: readonly string[];
  /** What is not given though it belongs to a part; a sentence each, without a full stop. */
  readonly left: readonly string[];
}

/** Reads it. Creates nothing. Throws `bad-own`, `unsafe-own`, `too-large`. */
export async function gatherOwn(request: OwnRequest): Promise<Own> {
  const { target, host, choice } = request;
  const gathering = new Gathering(request);
  for (const part of target.own ?? []) {
    if (choice.parts.includes(part.part)) await gathering.addPart(part);
  }
  for (const servers of target.servers ?? []) {
    const { part, kind, path, key, format } = servers;
    if (part !== undefined) continue;
    const file = choice[kind].length > 0 ? await readOwnFile(host, path) : undefined;
    if (file) gathering.addServers(servers, file);
    else if (format === "json" && request.had?.(serverPrefix(kind, path, key!))) {
      gathering.servers.push({ kind, path, key: key!, servers: {} });
    }
  }
  return gathering.result();
}

class Gathering {
  readonly #parts: GivenPart[] = [];
  readonly servers: GivenServers[] = [];
  readonly #commands: OwnCommand[] = [];
  readonly #met = new Map<string, Own["met"][number]>();
  readonly #left: string[] = [];
  readonly #notes: string[] = [];
  /** Files that a part has taken whole. */
  readonly #whole = new Set<string>();

  constructor(readonly request: OwnRequest) {}

  result(): Own {
    return {
      parts: this.#parts,
      servers: this.servers,
      commands: this.#commands.filter(({ needs }) => needs.length > 0),
      met: [...this.#met.values()],
      notes: this.#notes,
      left: this.#left,
    };
  }

  async addPart(part: OwnPart): Promise<void> {
    const { host } = this.request;
    const path = part.path.replace(/\/$/, "");
    const files = part.path.endsWith("/")
      ? await readOwnFolder(host, path, wanted(part), this.#left)
      : await readOwnFile(host, path).then((file) => file ? [file] : []);
    if (files.length === 0) return;
    const given = files.map((file) => this.#understood(part, file));
    this.#whole.add(part.path);
    this.#parts.push({ part: part.part, path: part.path, files: given });
  }

  /** What a file may say in a box. */
  #understood(part: OwnPart, file: OwnFile): OwnFile {
    const name = file.path.slice(file.path.lastIndexOf("/") + 1);
    const { servers = [] } = this.request.target;
    const within = servers.filter((one) => one.part === part.part && one.path === name);
    const beside = servers.filter((one) => one.part === undefined && one.path === part.path);
    const isPaths = part.path.endsWith("/") && name.endsWith(".json");
    const format = part.format ?? within[0]?.format ?? (isPaths ? "json" : undefined);
    if (format === undefined) return /\.md$/i.test(name) ? this.#withoutServers(file) : file;
    let document: JsonRecord;
    try {
      document = readDocument(format, file.content, file.path);
    } catch (error) {
      // Any other JSON file of a folder is the business of what is in it.
      if (part.format === undefined && within.length === 0) return file;
      throw error;
    }
    const whole = document;
    for (const one of within) document = this.#filtered(one, document, file.path);
    for (const one of beside) document = this.#filtered(one, document, file.path);
    if (!this.request.sharedAuth) {
      for (const place of part.secret ?? []) document = without(document, place) as JsonRecord;
    }
    for (const name of part.projects ?? []) document = this.#withOwnProject(document, name);
    document = this.#withBoxPaths(document);
    this.#addCommands(part, document, file.path);
    if (JSON.stringify(document) === JSON.stringify(whole)) return file;
    return { ...file, content: new TextEncoder().encode(documentText(format, document)) };
  }

  /** Of a table by the paths of projects what is about this one. */
  #withOwnProject(document: JsonRecord, name: string): JsonRecord {
    const { project } = this.request;
    const { [name]: table, ...rest } = document;
    const own = isRecord(table) && project !== undefined && Object.hasOwn(table, project);
    return own ? { ...rest, [name]: { [project]: table[project] } } : rest;
  }

  /** A text for an agent may define servers of its own. */
  #withoutServers(file: OwnFile): OwnFile {
    const text = new TextDecoder().decode(file.content);
    const kept = withoutHeaderServers(text, this.request.choice.mcp);
    if (kept === text) return file;
    this.#notes.push(`~/${file.path} defines servers, which boxes get only if mcp.servers names *`);
    return { ...file, content: new TextEncoder().encode(kept) };
  }

  #filtered(servers: OwnServers, document: JsonRecord, path: string): JsonRecord {
    const names = this.request.choice[servers.kind];
    // A file of a plugin may have them at the top, or below a name of their own.
    const isBare = servers.part !== undefined && servers.path.startsWith(".") &&
      !(servers.key !== undefined && servers.key in document);
    const key = isBare ? undefined : servers.key;
    for (const table of key === undefined ? [document] : allAt(document, key)) {
      this.#meet(servers.kind, table, path);
    }
    return onlyNamed(document, key, names);
  }

  addServers(servers: OwnServers, file: OwnFile): void {
    const { kind, key, format, path } = servers;
    const document = readDocument(format, file.content, path);
    const table = this.#tableOf(servers, document);
    if (format === "toml") {
      // Where the part that is this file is taken they are in it already.
      if (this.#whole.has(path)) return;
      this.#meet(kind, table, path);
      const named = namedServers(table, this.request.choice[kind]);
      if (Object.keys(named).length === 0) return;
      const text = documentText(format, this.#withBoxPaths(nested(key!, named)));
      this.#parts.push({
        part: "settings",
        path,
        files: [{ path, mode: 0o600, content: new TextEncoder().encode(text) }],
      });
      // It cannot be put together in the box, so it comes only where the box has none of its own.
      const word = `~/${path}`;
      const where = `the servers ${Object.keys(named).join(", ")}`;
      this.#commands.push({ where, guard: false, needs: [{ kind: "brought", word }] });
      return;
    }
    this.#meet(kind, table, path);
    if (!isRecord(table) && !this.request.had?.(serverPrefix(kind, path, key!))) return;
    const named = namedServers(this.#withBoxPaths(isRecord(table) ? table : {}), this.request.choice[kind]);
    this.servers.push({ kind, path, key: key!, servers: named });
  }

  /** The servers for all projects, and over them those of this one. */
  #tableOf({ key, projects }: OwnServers, document: JsonRecord): unknown {
    const { project } = this.request;
    const [everywhere] = allAt(document, key!);
    const table = projects === undefined ? undefined : document[projects];
    if (project === undefined || !isRecord(table) || !Object.hasOwn(table, project)) return everywhere;
    const [here] = allAt(table[project], key!);
    return isRecord(here) ? { ...(isRecord(everywhere) ? everywhere : {}), ...here } : everywhere;
  }

  #meet(kind: "mcp" | "lsp", table: unknown, path: string): void {
    const names = this.request.choice[kind];
    for (const [name, whole] of Object.entries(isRecord(table) ? table : {})) {
      if (!isRecord(whole)) continue;
      const given = isNamed(name, names);
      this.#met.set(`${kind} ${name}`, { kind, name, given });
      if (!given) continue;
      const where = `the ${kind === "mcp" ? "MCP" : "language"} server ${name} in ~/${path}`;
      const server = this.#withBoxPaths(whole);
      this.#commands.push({ where, guard: false, needs: needsOfServer(server) });
      if (isHere(server)) {
        this.#notes.push(`${where} is at an address of this machine, which in a box is the box itself`);
      }
    }
  }

  #addCommands(part: OwnPart, document: JsonRecord, path: string): void {
    const guards = new Set((part.guards ?? []).flatMap((place) => allAt(document, place)));
    const seen = new Set<unknown>();
    for (const place of [...part.guards ?? [], ...part.runs ?? []]) {
      for (const command of allAt(document, place)) {
        if (seen.has(command)) continue;
        seen.add(command);
        const where = `${place.split(".*")[0]} in ~/${path}`;
        this.#commands.push({ where, guard: guards.has(command), needs: needsOf(command) });
      }
    }
  }

  /** Paths as the box has them. */
  #withBoxPaths<T extends JsonRecord>(value: T): T {
    const { host, project, target } = this.request;
    const pairs: [string, string][] = [];
    if (project !== undefined) pairs.push([project, BOX_WORKSPACE]);
    const folder = host.place(`${target.configDir}/`).replace(/\/$/, "");
    if (target.configDir !== "") pairs.push([folder, `${BOX_HOME}/${target.configDir}`]);
    if (host.home !== "/") pairs.push([host.home, BOX_HOME]);
    return withPaths(value, pairs) as T;
  }
}

/** Whether a server is reached at this machine's own address. */
function isHere(server: JsonRecord): boolean {
  return Object.values(server).some((value) =>
    typeof value === "string" && /^\w+:\/\/(?:localhost|127\.[\d.]+|\[::1\])(?:[:/]|$)/i.test(value)
  );
}
