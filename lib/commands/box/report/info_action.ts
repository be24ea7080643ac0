/**
 * Shows where a box keeps what, and its state.
 *
 * @module
 */

import type { BoxEnvironment } from "../../../app/config/devcontainer.ts";
import { type BoxInfo, boxInfo as infoOf } from "../../../app/project/info.ts";
import { fields, json, note, out } from "../../../host/ui/terminal.ts";
import { shellQuote } from "../../../host/ui/text.ts";
import { placeText } from "../../../config/port.ts";
import { type Project, qualifiedName } from "../../../project/project.ts";
import { sourceText } from "../../../spec/source.ts";
import type { Context } from "../../context.ts";
import { WHY_STOPPED } from "../../why_stopped.ts";
import { age } from "./age.ts";
import type { BoxInfoFlags } from "./info.ts";

/** Runs `kanibako box info`. */
export default async function boxInfo(this: Context, flags: BoxInfoFlags, word?: string): Promise<number> {
  const found = await infoOf(await this.host(), word, this.cwd);
  if ("exists" in found) return showNew(found.project, flags);
  const { project, image, network, networkNow, locked, shared } = found;
  const credentials = found.credentialsMs === undefined ? undefined : age(found.credentialsMs, Date.now());
  if (flags.json) {
    json({
      name: project.name,
      qualifiedName: qualifiedName(project),
      workset: project.workset?.name ?? null,
      id: project.id,
      mode: project.mode,
      layout: project.layout,
      path: project.path,
      hash: project.hash,
      metadata: project.metadata,
      shell: project.home,
      vault: project.vault ? { ro: project.vault.readOnly, rw: project.vault.readWrite } : null,
      sharedAuth: project.sharedAuth,
      guardedAuth: found.login === "guarded",
      secrets: found.secrets,
      ssh: found.ssh,
      image: { value: image.value, from: sourceText(image.from) },
      devcontainer: found.environment ?? null,
      network: { value: network.value, from: sourceText(network.from), running: networkNow ?? null },
      agent: found.agent ?? null,
      session: found.session
        ? { ...found.session, startedAt: new Date(found.session.startedAt).toISOString() }
        : null,
      locked,
      container: containerJson(found),
      ports: found.ports,
      credentials: credentials ?? null,
      loginTrouble: found.loginTrouble?.text ?? null,
      failedServices: found.serviceFailures,
      lastEnd: found.lastEnd ? { ...found.lastEnd, at: new Date(found.lastEnd.atMs).toISOString() } : null,
    });
    return 0;
  }
  fields([
    ["Name", project.name],
    ["Mode", project.mode],
    ...(project.workset ? [["Workset", `${project.workset.name} (${project.workset.root})`]] as const : []),
    ["Project", project.path],
    ["Settings", project.metadata],
    ["Home", project.home],
    ["Vault RO", project.vault?.readOnly ?? "disabled"],
    ["Vault RW", project.vault?.readWrite ?? "disabled"],
    ...(shared ? [["Caches", [...new Set([shared.global, shared.local])].join(", ")]] as const : []),
    ["Image", `${image.value} (${sourceText(image.from)})`],
    ...(found.environment ? environmentFields(found.environment) : []),
    [
      "Network",
      `${network.value} (${sourceText(network.from)})${
        networkNow === undefined || networkNow === network.value ? "" : `; the running box has ${networkNow}`
      }`,
    ],
    ["Agent", describeAgent(found)],
    ["Session", describeSession(found)],
    ...(locked ? [["In use", "another call starts it, or runs it in the foreground"]] as const : []),
    ["Container", describeContainer(found)],
    ...found.ports.map((port) =>
      [
        "Port",
        `${placeText(port)} leads to port ${port.boxPort} of the box${
          port.problem === undefined ? "" : `, but failed: ${port.problem}`
        }`,
      ] as const
    ),
    ...Object.entries(found.serviceFailures).map(([name, { count, message }]) =>
      [`Service ${name}`, `failed ${count === 1 ? "once" : `${count} times`}: ${message}`] as const
    ),
    ...(found.lastEnd ? [["Last end", endText(found.lastEnd)]] as const : []),
    [
      "Credentials",
      found.login === "guarded"
        ? `guarded: the box has placeholders${
          credentials ? `, of ${credentials}` : " from its next start on"
        }`
        : (credentials ??
          (project.sharedAuth ? "n/a (none delivered yet)" : "n/a (the box has its own login)")) +
          (found.login === "unguardable" ? "; this login cannot be guarded, so the box has it" : ""),
    ],
    ...Object.entries(found.secrets).map(([name, binding]) => ["Secret", `${name} for ${binding}`] as const),
    ...Object.entries(found.ssh).map(([host, keys]) => ["SSH agent", `${keys} for ${host}`] as const),
    ...(found.loginTrouble ? [["Login", found.loginTrouble.text]] as const : []),
  ]);
  showScreen(found.lastEnd?.screen ?? "");
  return 0;
}

const ENVIRONMENT = {
  used: "",
  unprepared: ", from the next start on: its image is made then",
  offered: ", not used: to look at it and to use it, kanibako box approve",
  off: ", not used: you chose to do without it, or box.devcontainer is no",
};

/** What the box has of the environment that its project describes. */
function environmentFields({ file, state, why, notes }: BoxEnvironment): (readonly [string, string])[] {
  return [
    ["Environment", `${file}${state === "refused" ? `, not used: ${why}` : ENVIRONMENT[state]}`],
    ...notes.map((note) => ["Not as it says", note] as const),
  ];
}

/** The last lines that the last session showed. */
function showScreen(screen: string): void {
  if (screen === "") return;
  out();
  out("Last screen:");
  for (const line of screen.split("\n")) out(`  ${line}`);
}

/** A folder that is no project yet: exit code 1, so that scripts can tell. */
function showNew(project: Project, flags: BoxInfoFlags): number {
  if (flags.json) json({ path: project.path, exists: false });
  else {
    out(`${project.path} is not a project yet; there is no data for it.`);
    note(`To work in it: kanibako start ${shellQuote(project.path)}`);
    note(`To make it a project first: kanibako box create ${shellQuote(project.path)}`);
  }
  return 1;
}

function containerJson({ engines, state }: BoxInfo): Record<string, unknown> | null {
  if (engines.length === 0) return null;
  const container = state?.info;
  return {
    engine: state?.runtime.kind ?? engines[0],
    running: container?.running ?? false,
    paused: container?.paused ?? false,
    name: container?.name ?? null,
    image: container?.image ?? null,
  };
}

function describeAgent({ agent, session }: BoxInfo): string {
  if (agent) return `${agent.title}${agent.version ? ` ${agent.version}` : ""} (${agent.name})`;
  return session ? "none: a command runs" : "none found on this machine";
}

function describeSession({ session }: BoxInfo): string {
  if (!session) return "none";
  const begun = `begun ${age(session.startedAt, Date.now())}`;
  if (session.lifetime === "ephemeral") return `in the foreground, ${begun}`;
  return `persistent, ${begun}, ${session.attended ? "shown on a terminal" : "on no terminal now"}`;
}

/** What ended a command, by the signals that end most. */
const SIGNALS: Readonly<Record<number, string>> = {
  1: "SIGHUP",
  2: "SIGINT",
  6: "SIGABRT",
  9: "SIGKILL",
  11: "SIGSEGV",
  15: "SIGTERM",
};

function exitText(code: number): string {
  const signal = SIGNALS[code - 128];
  return `exit code ${code}${signal ? ` (${signal})` : ""}`;
}

function endText({ code, stopped, atMs }: NonNullable<BoxInfo["lastEnd"]>): string {
  return `${stopped ? `stopped${WHY_STOPPED[stopped]}, with ` : ""}${exitText(code)}, ${
    age(atMs, Date.now())
  }`;
}

/** The state of a box's container, in words. */
function describeContainer({ project, engines, state }: BoxInfo): string {
  if (engines.length === 0) return "unknown (no container runtime)";
  if (!state) return `not running (${project.id})`;
  const { running, paused, name, image } = state.info;
  if (paused) {
    return `paused (${name}: ${image}); to resume it: kanibako box resume ${
      shellQuote(qualifiedName(project))
    }`;
  }
  return running ? `running (${name}: ${image})` : `stopped persistent (${name})`;
}
