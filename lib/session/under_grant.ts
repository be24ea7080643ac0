/**
 * The settings of a helper: those of its director, as far as its grant goes. What leads out of a box, or makes it part of something, is
 * the director's alone: published ports, shared folders, the browser beside it, messages to other projects, keys of the ssh agent.
 *
 * @module
 */

import type { Setting, Settings } from "../config/settings.ts";
import type { NetworkRule } from "../spec/box_spec.ts";
import { fromPart } from "../spec/source.ts";
import { hasAnotherAgent, type HelperBox } from "./stand_in.ts";

const FROM = fromPart("its grant");

/** What a helper has of its director's settings. */
export function underGrant(settings: Settings, standIn: HelperBox): Settings {
  const { helper: { grant, model }, has } = standIn;
  const { budget, memoryBytes, cpus, pids, timeMs } = grant;
  const changed: Partial<Settings> = {
    image: granted(grant.image),
    // Of the same kind as its director's, whatever that one was started with.
    security: granted(has.security as Settings["security"]["value"]),
    autonomous: granted(has.autonomous),
    network: granted(grant.network),
    memory: granted(memoryBytes),
    cpus: granted(cpus),
    ...pids === undefined ? {} : { pids: granted(pids) },
    maxDuration: granted(timeMs === undefined ? undefined : timeMs / 1000),
    idleTimeout: granted(undefined),
    allowHelpers: granted(budget.depth !== 0 && budget.breadth !== 0),
    spawnDepth: granted(budget.depth),
    spawnBreadth: granted(budget.breadth),
    secrets: Object.fromEntries(
      Object.entries(grant.secrets).map(([name, where]) => [name, granted(where)] as const),
    ),
    secretFiles: Object.fromEntries(
      Object.entries(settings.secretFiles).filter(([name]) => Object.hasOwn(grant.secrets, name)),
    ),
    gitAccess: granted("none"),
    startMode: granted("new"),
    published: [],
    ports: granted([]),
    browser: granted(false),
    shareImages: granted(false),
    comms: granted(false),
    workspacePath: granted("home"),
    binds: {},
    ssh: {},
    ...hasAnotherAgent(standIn)
      ? {
        own: {
          ...settings.own,
          parts: granted([]),
          conversations: granted(false),
          mcp: granted([]),
          lsp: granted([]),
        },
      }
      : {},
    ...model === undefined ? {} : { agent: { ...settings.agent, model: granted(model) } },
  };
  return { ...settings, ...changed };
}

/** The rules of its filtered network: those of the grant, and no others, whatever is set later. */
export function grantedRules({ helper: { grant } }: HelperBox): readonly NetworkRule[] {
  return grant.rules.map((text) => ({ text, from: FROM }));
}

function granted<T>(value: T): Setting<T> {
  return { value, level: "box", from: FROM };
}
