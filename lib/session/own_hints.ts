/**
 * What to say of the agent's configuration when a box is made: guards of the user's that do not run in it, and seeds that name paths of
 * this machine.
 *
 * @module
 */

import { gatherOwn } from "../crab/own/gather.ts";
import { readLayer, readLayerFile } from "../crab/layers.ts";
import { KanibakoError } from "../host/error.ts";
import { debug } from "../host/log.ts";
import { enumerated, shellQuote } from "../host/ui/text.ts";
import { hostOf, ownChoice } from "../plan/own_host.ts";
import { resourceRoot } from "../plan/shared_resources.ts";
import { BOX_HOME } from "../spec/box_paths.ts";
import type { Target } from "../../targets/target.ts";
import type { Session } from "./gather.ts";

/** Most paths of a file that are named. */
const SHOWN = 3;

/** What is worth a warning, one text each. What cannot be read is no reason to say anything: where it is given, it stops the start. */
export async function ownHints(session: Session): Promise<string[]> {
  const target = (session.agent ?? session.tool)?.target;
  if (!target || session.foreign) return [];
  const tried = async (texts: Promise<string[]>) =>
    await texts.catch((error: unknown) => {
      if (!(error instanceof KanibakoError)) throw error;
      debug(() => `the agent's configuration is not looked at: ${error.message}`);
      return [];
    });
  return (await Promise.all([tried(guardsLeft(session, target)), tried(pathsInSeeds(session, target))]))
    .flat();
}

/** A guard that does not run stops nothing: its user would think that it does. */
async function guardsLeft({ host, project, settings }: Session, target: Target): Promise<string[]> {
  const choice = ownChoice(settings.own);
  if (choice.parts.includes("settings")) return [];
  const own = await gatherOwn({
    target,
    host: hostOf(host, target),
    choice: { parts: ["settings"], mcp: [], lsp: [] },
    sharedAuth: project.sharedAuth,
    project: project.path,
  });
  const guards = [...new Set(own.commands.filter(({ guard }) => guard).map(({ where }) => where))];
  if (guards.length === 0) return [];
  return [
    `The box does not have your settings of ${target.displayName}, so guards in them do not run there: ` +
    `${enumerated(guards)}. To give them to boxes: kanibako system config own.parts=settings`,
  ];
}

/** Seeds are copied as they are. */
async function pathsInSeeds({ host, settings }: Session, target: Target): Promise<string[]> {
  const { home } = host.dirs;
  const root = resourceRoot(host, target);
  if (home === "/" || home === BOX_HOME) return [];
  const scopeOf = (path: string, scope: string) => settings.resources[path]?.value ?? scope;
  const seeds = target.resources.filter(({ path, scope }) => scopeOf(path, scope) === "seeded");
  const texts: string[] = [];
  for (const { path } of seeds) {
    const files = path.endsWith("/")
      ? (await readLayer(`${root}/${path.slice(0, -1)}`) ?? []).map((file) => ({
        ...file,
        path: path + file.path,
      }))
      : [await readLayerFile(root, path)].filter((file) => file !== undefined);
    for (const file of files.filter(({ path }) => path.endsWith(".json"))) {
      if (!("content" in file)) continue;
      const found = pathsIn(new TextDecoder().decode(file.content), home);
      if (found.length === 0) continue;
      const more = found.length > SHOWN ? ` and ${found.length - SHOWN} more` : "";
      texts.push(
        `${shellQuote(`${root}/${file.path}`)} is copied to new boxes, which do not have ` +
          `${found.slice(0, SHOWN).join(", ")}${more}. Use paths of a box there (${BOX_HOME}), ` +
          "or have your own settings given with theirs: kanibako crab info " + target.name,
      );
    }
  }
  return texts;
}

/** The paths below the home that a text names. */
function pathsIn(text: string, home: string): string[] {
  const found = new Set<string>();
  for (let at = text.indexOf(`${home}/`); at >= 0; at = text.indexOf(`${home}/`, at + 1)) {
    const path = /^[^\s"'\\;|&()<>]+/.exec(text.slice(at))![0];
    // A longer path that only ends like the home is another one.
    if (!/[\w.-]/.test(text[at - 1] ?? "")) found.add(path);
  }
  return [...found];
}
