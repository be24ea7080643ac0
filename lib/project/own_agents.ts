/**
 * Agents that a project brings along, in `.kanibako/plugins`. A clone or a box may have written them, so only what was approved on this
 * machine, byte for byte, is an agent. What was approved is kept by the project's path: in a copy or after a move it is asked again.
 *
 * @module
 */

import type { Dirs } from "../host/dirs.ts";
import { KanibakoError } from "../host/error.ts";
import { exists } from "../host/path.ts";
import { schemaOf, shape, tableOf, text } from "../host/light_schema.ts";
import { sha256 } from "../host/sha256.ts";
import { FileLock, readJson, type Schema, writeJson } from "../host/store.ts";
import { shellQuote } from "../host/ui/text.ts";
import { OWN_AGENTS as FOLDER } from "./layout.ts";
import type { Target } from "../../targets/target.ts";

const MOST = 50;
const MOST_BYTES = 64 * 1024;

/** Where this machine keeps what it has approved, and what it has checked. */
type AgentDirs = Pick<Dirs, "state" | "cache">;

/** Whose agents they are. */
interface Place {
  readonly path: string;
}

/** A declaration that nobody approved as it is now. */
export interface WaitingAgent {
  /** The agent's name, as the file's own name says. */
  readonly name: string;
  readonly file: string;
  readonly text: string;
  /** What was approved for that name before. */
  readonly before: string | undefined;
}

/** The agents of a project. */
export interface OwnAgents {
  readonly approved: readonly Target[];
  readonly waiting: readonly WaitingAgent[];
}

const NONE: OwnAgents = { approved: [], waiting: [] };

/** Declarations by name, as they were approved. */
type Approved = Readonly<Record<string, string>>;

const SCHEMA: Schema<{ readonly agents: Approved }> = schemaOf(shape({ agents: tableOf(text) }));

/** A project's agents. Most projects have none, which costs one look. */
export async function ownAgents(dirs: AgentDirs, { path }: Place): Promise<OwnAgents> {
  if (!exists(`${path}/${FOLDER}`)) return NONE;
  const found = await declarations(path);
  if (found.size === 0) return NONE;
  const known = await approvedAgents(dirs.state, path);
  const approved: Target[] = [];
  const waiting: WaitingAgent[] = [];
  for (const [name, { file, text }] of found) {
    const before = Object.hasOwn(known, name) ? known[name] : undefined;
    try {
      if (before === text) approved.push(await targetFrom(dirs, { name, file, text }));
      else waiting.push({ name, file, text, before });
    } catch (error) {
      // This version cannot use it any more: who wants it is asked again, and is then answered with why.
      if (!(error instanceof KanibakoError)) throw error;
      waiting.push({ name, file, text, before });
    }
  }
  return { approved, waiting };
}

/** The agent in a text that came with a project. Throws `bad-file`, `bad-plugin`. */
export async function targetFrom(
  { cache }: AgentDirs,
  { name, file, text }: Pick<WaitingAgent, "name" | "file" | "text">,
): Promise<Target> {
  const [{ checkedDeclaration }, { projectTarget }] = await Promise.all([
    import("../../targets/declared/checked.ts"),
    import("../../targets/discover.ts"),
  ]);
  return projectTarget(await checkedDeclaration({ name, file, text, tier: "project" }, cache), file);
}

/** Approves exactly these texts, for the project at that path. */
export async function approveAgents(
  state: string,
  { path }: Place,
  agents: readonly Pick<WaitingAgent, "name" | "text">[],
): Promise<void> {
  using _lock = await FileLock.acquire(`${state}/locks/agents.lock`);
  const before = await approvedAgents(state, path);
  const added = Object.fromEntries(agents.map(({ name, text }) => [name, text]));
  await writeJson(await fileOf(state, path), { agents: { ...before, ...added } });
}

/** An agent is set that came with the project, and that nobody approved on this machine. */
export class AgentNotApproved extends KanibakoError {
  override name = "AgentNotApproved";
  /** Makes the error. */
  constructor(readonly place: Place, { name, file, before }: WaitingAgent) {
    const why = before === undefined ? "was not approved on this machine" : "changed since it was approved";
    super("not-approved", `Cannot use the agent ${name} of ${shellQuote(file)}: it ${why}.`, {
      hint: [
        "A box or a clone may have written it.",
        `To see what it asks for, and to approve it: kanibako box approve ${shellQuote(place.path)}`,
      ],
    });
  }
}

async function approvedAgents(state: string, path: string): Promise<Approved> {
  return (await readJson(await fileOf(state, path), SCHEMA))?.agents ?? {};
}

async function fileOf(state: string, path: string): Promise<string> {
  return `${state}/approved/agents-${(await sha256(path)).slice(0, 32)}.json`;
}

/** Read by handle: a box may write here at any time. What is no plain file of that size and name is no declaration. */
async function declarations(path: string): Promise<Map<string, { file: string; text: string }>> {
  const { openTree } = await import("../host/tree/tree.ts");
  using tree = openTree(path);
  const found = new Map<string, { file: string; text: string }>();
  if (tree.kind(".kanibako") !== "folder" || tree.kind(FOLDER) !== "folder") return found;
  const entries = tree.list(FOLDER, MOST)?.entries ?? [];
  for (const { name: entry, kind } of [...entries].sort((a, b) => a.name < b.name ? -1 : 1)) {
    const name = entry.replace(/\.toml$/, "");
    if (!/^[a-z][a-z0-9_-]{0,31}$/.test(name) || found.has(name)) continue;
    const inner = kind === "folder" ? `${FOLDER}/${entry}/agent.toml` : `${FOLDER}/${entry}`;
    if ((kind !== "folder" && name === entry) || tree.kind(inner) !== "file") continue;
    let content: Uint8Array | undefined;
    try {
      content = tree.readFile(inner, MOST_BYTES);
    } catch (error) {
      if (!(error instanceof KanibakoError)) throw error;
    }
    if (content) found.set(name, { file: `${path}/${inner}`, text: new TextDecoder().decode(content) });
  }
  return found;
}
