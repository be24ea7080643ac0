/**
 * The hub of helpers that is meant: in a box its own, on this machine that of a project.
 *
 * @module
 */

import { helpersSocket } from "../../config/box_state.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError, UsageError } from "../../host/error.ts";
import { exists } from "../../host/path.ts";
import { until } from "../../host/wait.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { HubClient } from "../../hub/client.ts";
import type { Action, AnswerTo, Fields } from "../../hub/words.ts";
import { boxAround } from "../../project/in_box.ts";
import { locateProject } from "../../project/locate.ts";
import { type Project, qualifiedName } from "../../project/project.ts";
import { BOX_IN, HUB_SOCKET } from "../../spec/box_paths.ts";

/** Whose helpers, and where we are. */
export interface WhoseHelpers {
  /** A project's name or folder; the one around `cwd` by default. None in a box. */
  readonly project?: string | undefined;
  readonly cwd: () => string;
  /** Opens the configuration; not asked in a box. */
  readonly host: () => Promise<Host>;
}

/** Something that answers as a hub. */
interface Asked extends Disposable {
  ask<A extends Action>(action: A, fields: Fields<A>): Promise<AnswerTo<A>>;
}

/** A hub, asked in the words that users type. */
export class HelperHub implements Disposable {
  readonly #client: Asked;

  /** Use {@link hubOf}. */
  constructor(client: Asked) {
    this.#client = client;
  }

  /** Asks the hub. Throws what it answers to what it could not do. */
  ask<A extends Action>(action: A, fields: Fields<A>): Promise<AnswerTo<A>> {
    return this.#client.ask(action, fields);
  }

  [Symbol.dispose](): void {
    this.#client[Symbol.dispose]();
  }
}

/** A helper as a hub takes it: a number, or a name. */
export function named(word: string): number | string {
  return /^\d{1,9}$/.test(word) ? Number(word) : word;
}

/** The same of anybody in the tree: also `parent` and `director`. */
export function anybody(word: string): number | string {
  return word === "director" ? 0 : named(word);
}

/** Connects to the hub that is meant. Throws `no-hub` where there is none, and as `locateProject`. */
export async function hubOf(whose: WhoseHelpers): Promise<HelperHub> {
  const box = boxAround();
  if (box !== undefined) {
    if (whose.project !== undefined) {
      throw new UsageError("In a box there are only its own helpers.", {
        hint: "Run the command without the name of a project.",
      });
    }
    const client = await HubClient.connect(`${BOX_IN}/${HUB_SOCKET}`);
    if (client) return new HelperHub(client);
    if (exists(`${BOX_IN}/${HUB_SOCKET}`)) {
      throw new KanibakoError("no-hub", "The hub of helpers does not answer.", {
        hint:
          "The process on the host that serves this box was killed. To start it again, on the host: kanibako list",
      });
    }
    throw new KanibakoError("no-hub", "Helpers are not enabled in this box.", {
      hint: [
        "On the host, they are enabled by: kanibako box config allow_helpers=true. They are not with --no-helpers.",
        "Then start the box again.",
      ],
    });
  }
  const host = await whose.host();
  const project = await locateProject(host, whose.project, whose.cwd());
  const name = shellQuote(qualifiedName(project));
  if (!project.exists) {
    throw new KanibakoError("no-hub", `There is no project in ${project.path}, so it has no helpers.`, {
      hint: "Name a project: kanibako crab helper list -p PROJECT. To list projects: kanibako list",
    });
  }
  const client = await HubClient.connect(helpersSocket(project.state)) ?? await revived(host, project);
  if (client) return new HelperHub(client);
  const { openIdleHub } = await import("../../run/hub/idle_hub.ts");
  const idle = await openIdleHub(host, project.id, project.path, name);
  if (idle) return new HelperHub(idle);
  throw new KanibakoError("no-hub", `The box of ${name} does not run, or its helpers are off.`, {
    hint: [
      `To start it: kanibako start ${name}`,
      `Where it runs, see allow_helpers: kanibako box config ${name} --effective.`,
    ],
  });
}

/** The hub of a box that runs, where the process was killed that served it: another one takes its place. */
async function revived(host: Host, { id, state }: Project): Promise<HubClient | undefined> {
  const { readRun } = await import("../../run/record.ts");
  const record = await readRun(state);
  if (record?.lifetime !== "persistent" || !Object.hasOwn(record.services, "hub")) return undefined;
  const { ensureSupervisor } = await import("../../run/start_supervisor.ts");
  await ensureSupervisor(host, id);
  let client: HubClient | undefined;
  // Where the box has ended, its record goes.
  await until(async () => {
    client = await HubClient.connect(helpersSocket(state));
    return client !== undefined || (await readRun(state))?.run !== record.run;
  }, REVIVING);
  return client;
}

const REVIVING = { everyMs: 50, forMs: 10_000 };
