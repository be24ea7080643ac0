/**
 * A plan for people: what the box would get, and where each part comes from. Secrets are masked.
 *
 * @module
 */

import { durationText } from "../../../config/value.ts";
import type { LoginKind } from "../../../session/guarding.ts";
import type { SessionPlan } from "../../../app/project/plan.ts";
import { dim, out, type Part, table } from "../../../host/ui/terminal.ts";
import { count, shellQuote } from "../../../host/ui/text.ts";
import { ruleRows } from "../../network/rule_rows.ts";
import { BOX_HOME } from "../../../spec/box_paths.ts";
import type { BoxSpec, FilesMount, Mount, TmpfsMount } from "../../../spec/box_spec.ts";
import { placeText } from "../../../config/port.ts";
import { type Source, sourceText } from "../../../spec/source.ts";
import { securityLines } from "./plan_security.ts";

/** How a box comes by its login, where that is not as everywhere. */
const LOGINS: Readonly<Partial<Record<LoginKind, string>>> = {
  guarded: "guarded: the box gets placeholders, and the host's login stays here",
  unguardable: "shared: this login cannot be guarded, so the box has it",
};

/** Prints a plan. */
export function showPlan({ spec: plan, project, runtime, ...notes }: SessionPlan): void {
  if (notes.meets) {
    const { refusal, notes: said } = notes.meets;
    out(
      refusal
        ? `Note: This call would be refused now. ${refusal.message}`
        : "Note: The box is already running, and this call would join it as it is.",
    );
    for (const text of [...said, ...refusal?.hints ?? []]) out(`  ${text}`);
    out("What follows is the plan of a new box.");
    out();
  }
  const rows: [Part, Part, Part][] = [
    ["Box", plan.name + (project.exists ? "" : " (new)"), dim(project.path)],
    [
      "Rig",
      plan.image + (notes.rigWouldBe ? ` (not here: would be ${notes.rigWouldBe})` : ""),
      faint(notes.imageFrom),
    ],
    ["Runs", notes.work.argv.map(shellQuote).join(" "), faint(notes.work.from)],
    ["Session", plan.lifetime, faint(notes.lifetimeFrom)],
    ["Engine", `${runtime.kind}${runtime.rootless ? ", without root" : ""}`, ""],
    [
      "User",
      plan.user.kind === "keep-id"
        ? `you, as user ${plan.user.uid} of the box`
        : `user ${plan.user.uid} of the host`,
      "",
    ],
    ["Network", plan.network.kind, faint(plan.network.from)],
    ...(LOGINS[notes.login] === undefined ? [] : [["Login", LOGINS[notes.login]!, ""] as [Part, Part, Part]]),
    ...notes.secrets.map(({ name, binding, from }): [Part, Part, Part] => [
      "Secret",
      `${name} for ${binding}; the box gets a placeholder`,
      faint(from),
    ]),
    ...notes.ssh.flatMap(({ host, keys, from }) =>
      keys.map((key): [Part, Part, Part] => ["SSH agent", `${key} for ${host}`, faint(from)])
    ),
    ...plan.ports.map((port): [Part, Part, Part] => [
      "Port",
      `${placeText(port)} leads to port ${port.boxPort} of the box`,
      faint(port.from),
    ]),
    ...securityLines(plan.security).map(([label, text]): [Part, Part, Part] => [
      label,
      text,
      faint(plan.security.from),
    ]),
    ["Limits", limits(plan), faint(plan.limits.from)],
    ...plan.services.map(({ name }): [Part, Part, Part] => ["Service", name, dim("run by the host")]),
  ];
  table(["PLAN", "", "SOURCE"], rows);
  out();
  if (plan.network.kind === "filtered") {
    table(["NETWORK RULE", "", "SOURCE"], ruleRows(plan.network.rules));
    out();
  }
  table(
    ["MOUNT", "", "FROM HOST", "SOURCE"],
    plan.mounts.map((mount) => [
      mount.destination,
      mount.readOnly ? "ro" : "rw",
      hostSide(mount),
      faint(mount.from),
    ]),
  );
  if (notes.seeds.length > 0) {
    out();
    table(
      ["COPIED ONCE", "FROM HOST", "SOURCE"],
      notes.seeds.map(({ path, source, from }) => [`${BOX_HOME}/${path}`, source, faint(from)]),
    );
  }
  out();
  table(
    ["VARIABLE", "VALUE", "SOURCE"],
    Object.entries(plan.env).sort(([a], [b]) => a < b ? -1 : 1)
      .map(([name, entry]) => [name, entry.value, faint(entry.from)]),
  );
  if (notes.warnings.length > 0) out();
  for (const warning of notes.warnings) out(`Note: ${warning}`);
}

function faint(source: Source): Part {
  return dim(sourceText(source));
}

function limits(plan: BoxSpec): string {
  const { memoryBytes, cpus, pids } = plan.limits;
  return [
    memoryBytes === undefined ? "memory: no limit" : `memory: ${Math.round(memoryBytes / 2 ** 20)} MiB`,
    cpus === undefined ? "processors: no limit" : `processors: ${cpus}`,
    `processes: ${pids}`,
    ...timeLimits(plan),
  ].join(", ");
}

function timeLimits({ services }: BoxSpec): string[] {
  const { seconds, idleSeconds } = services.find(({ name }) => name === "time")?.options ?? {};
  return [
    ...(typeof seconds === "number" ? [`stopped after ${durationText(seconds)}`] : []),
    ...(typeof idleSeconds === "number" ? [`stopped when idle for ${durationText(idleSeconds)}`] : []),
  ];
}

function hostSide(mount: Mount): string {
  switch (mount.type) {
    case "bind":
      return mount.source;
    case "files":
      return `(${handedIn(mount)})`;
    case "mailbox":
      return "(left for the host)";
    case "tmpfs":
      return `(${inMemory(mount)})`;
  }
}

function inMemory({ readOnly, sizeBytes, noExec }: TmpfsMount): string {
  if (readOnly) return "empty";
  const size = sizeBytes === undefined ? "" : `, at most ${Math.round(sizeBytes / 2 ** 20)} MiB`;
  return `empty, in memory${size}${noExec ? ", runs no programs" : ""}`;
}

/** The files of a mount; of folders in it how many there are. */
function handedIn({ files }: FilesMount): string {
  if (files.has("")) return "written for this box";
  const counts = new Map<string, number>();
  for (const path of files.keys()) {
    const name = path.includes("/") ? path.slice(0, path.indexOf("/") + 1) : path;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, number]) =>
    name.endsWith("/") ? `${name} with ${count(number, "file")}` : name
  ).join(
    ", ",
  );
}
