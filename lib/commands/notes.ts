/**
 * The words of every note.
 *
 * @module
 */

import { count, shellQuote } from "../host/ui/text.ts";
import { reportNote } from "./report_lines.ts";
import type { Notes } from "../spec/notes.ts";
import { WHY_STOPPED, WHY_STOPS } from "./why_stopped.ts";

/** Most items that one note lists. */
const MAX_ITEMS = 20;

/** The text of a note. Of several lines, those after the first are details, shown indented. */
export const NOTE_TEXT: {
  readonly [C in Exclude<keyof Notes, "failed">]: (values: Notes[C]) => string | readonly string[];
} = {
  "run-stand-in": ({ image, rig, why }) => [
    `${image} could not be pulled, so the rig ${rig} is used in its place. The next attempt is in 24 hours.`,
    why,
    `To try again now: kanibako image pull ${image}`,
  ],
  "run-no-folder": ({ why }) => ["The command works in an empty folder.", why],
  "run-reuses": ({ name }) => `Using the box ${name}, which an earlier command left.`,
  "moved": ({ from, to }) => `Moved ${from} to ${to}.`,
  "name-in-workset": ({ name, full }) =>
    `In this workset, ${name} means ${full}. To name the other project: default/${name}`,
  "name-of-several": ({ name, path, others }) =>
    `${name} means the project in ${shellQuote(path)}. To name another one of that name, give its folder: ${
      others.map(shellQuote).join(", ")
    }`,
  "no-effect": ({ name, why }) => `${name} has no effect: ${why}.`,
  "rig-work": ({ name, from, terminal }) =>
    terminal
      ? [
        `You are root in a container of ${from}. Type exit to make the rig ${name} of it.`,
        "Put programs into /usr/local or /opt: a home in it is covered by that of each box.",
      ]
      : `Running standard input in a container of ${from}, as root.`,
  "engine-silent": ({ engine, message }) => [
    `${engine} does not answer: ${message}`,
    "The state of boxes started with it is unknown.",
  ],
  "no-engine": () => [
    "No container engine was found, so whether boxes are running is not known.",
    "Install podman: https://podman.io/docs/installation",
  ],
  "box-stopping": ({ name }) => `Stopping the box ${name}.`,
  "box-stopped": ({ name }) => `Stopped ${name}.`,
  "shares-left": ({ lines }) => [
    "These shares and seeds are not taken over, because they show boxes folders of this machine:",
    ...lines.map((line) => `  ${line}`),
    "To take them over too, add --approve.",
  ],
  "not-copied": ({ path, kind }) => `Not copied: ${shellQuote(path)} is a ${kind}.`,
  "login-stays": ({ name, message }) => `The host's login may still be in the home of ${name}: ${message}`,
  "settings-unapproved": ({ name, file, changed, lines }) => [
    changed
      ? `The settings of ${name} have changed since you approved them (${file} and env):`
      : `${name} has settings that you have not approved on this machine (${file} and env):`,
    ...lines,
    "A clone, a download or another box may have written them.",
  ],
  "agent-unapproved": ({ agent, file, path, another }) => [
    `This project brings along an agent that you have not approved: ${agent} (${file}).`,
    another
      ? `Your own ${agent} is used. To approve it: kanibako box approve ${shellQuote(path)}`
      : `To approve it: kanibako box approve ${shellQuote(path)}`,
  ],
  "agent-asks": ({ agent, file, changed, lines }) => [
    changed
      ? `The agent ${agent} of this project has changed since you approved it (${file}):`
      : `This project brings along the agent ${agent}, which you have not approved on this machine (${file}):`,
    ...lines,
    "A clone, a download or a box may have written it.",
  ],
  "run-asks": ({ file, changed, lines }) => [
    changed
      ? `What ${file} asks for in a run has changed since you approved it:`
      : `${file} asks for more in a run than a box has otherwise:`,
    ...lines,
    "A clone, a download or a box may have written it.",
  ],
  "run-asks-left-out": ({ file, config, lines }) => [
    `The run goes without what ${file} asks for, as nobody has approved it:`,
    ...lines,
    `To approve it, run it on a terminal. To use the file for one run: --config ${config}`,
  ],
  "devcontainer-asks": ({ file, changed, lines }) => [
    changed
      ? `The environment that this project describes has changed since you approved it (${file}):`
      : `This project describes its environment (${file}):`,
    ...lines,
    "A clone, a download or a box may have written it. Whatever it says, the box keeps its security profile, its network and its protected places, and nothing of it runs on this machine.",
  ],
  "workset-found": ({ name, root, members, asked }) => [
    `The workset ${name} in ${root}, with these projects:`,
    ...members.length === 0 ? ["(none)"] : members.map((member) => `${member.name} (${member.path})`),
    ...asked.flatMap(({ of, lines }) => [
      of === "workset" ? "Its settings ask for:" : `Those of ${of} ask for:`,
      ...lines.map((line) => `  ${line}`),
    ]),
  ],

  "archive-next": ({ name, path }) => `${name}${path === undefined ? "" : ` (${path})`}:`,
  "archive-warning": ({ sentence }) => sentence,
  "archive-older": ({ file }) => `Skipped, because there is a newer one: ${file}`,

  "snapshot-foreign": ({ name, old }) =>
    old
      ? `The snapshot ${name} was taken by an earlier version, or came with a clone.`
      : `The snapshot ${name} was apparently not taken on this machine: it came with a clone, a copy or an archive. Somebody else chose its contents and description.`,
  "snapshot-unreadable": ({ name }) => `Cannot read the record of ${name}`,
  "snapshot-damaged": ({ name }) => `Not a snapshot, or damaged: ${name}`,
  "snapshot-unsealed": ({ message }) => `${message}. The snapshot has no checksums.`,
  "vault-read": () => "Another process is reading this vault; disk space will be freed by the next change.",
  "export-private": ({ home }) =>
    home
      ? "The file contains the box's home, including its conversations. Known credentials were left out. Check it before you share it."
      : "The file contains everything the box kept in its vault. Check it before you share it.",
  "export-unreadable": ({ count }) => `Not in the file: ${count} that could not be read.`,
  "vault-busy": () => "Waiting for another kanibako process that uses this vault.",
  "vault-key-unusable": ({ file, reason }) => [
    `Cannot use ${file}: ${reason}`,
    "Until this is fixed, all snapshots count as brought along, including new ones.",
  ],
  "leftovers-stay": ({ message, more }) =>
    `${message}${
      more === 0 ? "" : `, and ${more} more`
    }. It only takes up disk space. To try again: kanibako box vault prune`,
  "restore-interrupted": ({ place }) =>
    `A restore was interrupted. It left files in ${place}. Check and remove them.`,

  "box-created": ({ path, name }) => `Created the box ${name} for ${path}`,
  "repository-lacks": ({ lines }) =>
    lines.length === 1 ? lines : ["The box lacks something of this repository:", ...lines],
  "hint": ({ text }) => text,
  "box-starting": ({ name }) => `Waiting for another call that is starting the box ${name}.`,
  "box-runs": ({ name }) => `The box ${name} is running. Attach from a terminal: kanibako start ${name}`,
  "box-left": ({ name }) =>
    `Detached; ${name} keeps running. Reattach: kanibako start ${name}   Stop: kanibako stop ${name}`,
  "session-failed": ({ name, code }) =>
    `The session of ${name} ended with exit code ${code}. To see its last screen: kanibako box logs ${name}`,
  "box-was-stopped": ({ name, why }) => `${name} was stopped${WHY_STOPPED[why]}.`,
  "stops-soon": ({ why, inMs }) =>
    `This box stops in ${
      inMs > 60_000 ? `${Math.ceil(inMs / 60_000)} minutes` : `${Math.ceil(inMs / 1000)} s`
    }${WHY_STOPS[why]}.`,
  "new-conversation": () => "There is no conversation to continue; starting a new one.",
  "try-new-conversation": ({ name }) =>
    `If there was no conversation to continue, start a new one: kanibako start -N ${name}`,
  "plan-warning": ({ text }) => text,
  "start-slow": ({ engine }) =>
    `${engine} is taking long to start the box. To find out why: kanibako system diagnose`,
  "logged-out": ({ agent, guarded }) =>
    `${agent} is logged out on this machine${
      guarded ? ", and so it is in this box." : ". The box keeps the login it has, and it is not copied back."
    }`,
  "quarantined": ({ name, items }) => [
    `Moved to the quarantine, because report.protect is on: ${
      count(items.length, "thing")
    } that your machine would run.`,
    ...items.slice(0, MAX_ITEMS).map(({ path, reason, what }) =>
      `${shellQuote(path)} ${reason === "original" ? "could not be put back" : reason} (${what})`
    ),
    ...items.length > MAX_ITEMS ? [`and ${items.length - MAX_ITEMS} more`] : [],
    `To see them or get them back: kanibako box quarantine list ${shellQuote(name)}`,
  ],
  "not-quarantined": ({ path, reason }) =>
    `Could not be moved to the quarantine or put back: ${shellQuote(path)}: ${reason}`,
  "not-collected": ({ reason }) => `What the box left could not be collected: ${reason}`,
  "network-asks": ({ host, port }) =>
    `The box waits for your answer about ${
      port === 0 ? host : `${host}:${port}`
    }. In another terminal: kanibako approve`,
  "network-unanswered": ({ name, hosts, more }) => [
    `The network of ${name} refused names that no rule is about:`,
    `${hosts.join(", ")}${more > 0 ? ` and ${more} more` : ""}`,
    "To allow one: kanibako box network allow HOST",
  ],
  "network-limits": ({ name, limits }) =>
    `Limits of the network acted on ${name}: ${
      limits.map((limit) => limit === "names" ? "questions for names" : `network.limit.${limit}`).join(", ")
    }`,
  "report": reportNote,
  "no-report": ({ reason }) => `The project could not be looked at, so there will be no report: ${reason}`,
  "last-screen": ({ text }) => text,
  "runtime-gone": ({ runtime, name }) =>
    `The box ${name} was last run with ${runtime}, which is not on this machine any more.`,
  "ends-at-logout": ({ user }) =>
    `Logging out of this machine ends the session. To keep it running: loginctl enable-linger ${user}`,
  "snapshot-taken": ({ name }) => `Vault snapshot: ${name}`,
  "snapshot-incomplete": ({ unreadable, name }) =>
    `${unreadable} files could not be read and are not in the snapshot. List them: kanibako box vault snapshot ${name}`,
  "snapshot-failed": ({ name, reason, hints }) => [
    `No snapshot of the vault was taken: ${reason}`,
    ...hints,
    `The box starts anyway. To turn snapshots off: kanibako box config ${name} vault.auto=off`,
  ],
};
