import { ENTER } from "../../crab/enter/script.ts";
import { envFile } from "../../crab/env_script.ts";
import { insideScript } from "../../crab/inside_script.ts";
import { BOX_IN, BOX_OUT } from "../../spec/box_paths.ts";
import type { FilesMount, HandedFile, MailboxMount, Mount, ServiceSpec } from "../../spec/box_spec.ts";
import { fromPart } from "../../spec/source.ts";
import type { Gathered } from "./contribution.ts";
import { accountFiles } from "../user.ts";
import type { AgentPart, Part, PlanInput } from "./part.ts";
import { SECRETS_FOLDER, trustFiles } from "./secrets.ts";

const FROM = fromPart("housekeeping");

/** What the host hands in and what the box leaves, and who the box's user is where the rig does not know. */
export const housekeeping: Part = {
  name: "housekeeping",
  owns: ["/run/kanibako", "/etc"],
  contribute: ({ mailbox, user, facts, agent, sharedAuth, knownHosts }) => {
    const mounts: Mount[] = knownHosts === undefined ? [] : [knownHostsFile(knownHosts)];
    if (mailbox) mounts.push(MAILBOX);
    for (const [name, content] of Object.entries(accountFiles(user, facts) ?? {})) {
      mounts.push(account(name, content));
    }
    // What the box leaves is taken while it runs, too: a login renewed by one box is wanted by the next.
    const options = agent && sharedAuth ? sharedLogins(agent) : {};
    return { mounts, ...(mailbox ? { services: [{ name: "collector", options }] } : {}) };
  },
  handIn: (input, gathered) => [handedIn(input, gathered)],
};

const MAILBOX: MailboxMount = { type: "mailbox", destination: BOX_OUT, readOnly: false, from: FROM };

/** Whose login the box shares with the host, and where that is: whoever hosts the run may not have the user's variables. */
function sharedLogins({ target, logins = [] }: AgentPart): ServiceSpec["options"] {
  return { agent: target.name, logins: logins.map(({ id }) => id), places: logins.map(({ path }) => path) };
}

/** A file that names the box's user. Anybody may read it, as in every system. */
function account(name: string, content: string): FilesMount {
  return {
    type: "files",
    destination: `/etc/${name}`,
    readOnly: true,
    files: new Map([["", { content, mode: 0o644 }]]),
    from: fromPart("the project's owner"),
  };
}

/** What ssh asks beside the file of its user. */
function knownHostsFile(content: string): FilesMount {
  return {
    type: "files",
    destination: "/etc/ssh/ssh_known_hosts",
    readOnly: true,
    files: new Map([["", { content, mode: 0o644 }]]),
    from: fromPart("your ssh and the forges"),
  };
}

/** The script every command starts with, what it reads, and what this run delivers. */
function handedIn({ handIn, at, interception }: PlanInput, { env, inside }: Gathered): FilesMount {
  const variables = Object.entries(env).filter(([, { via }]) => via === "file")
    .map(([name, { value, expands }]) => [name, value, expands === true] as const);
  const files = new Map<string, HandedFile>([
    ["enter", { content: ENTER, mode: 0o755 }],
    ["env", { content: envFile(variables), mode: 0o600 }],
  ]);
  if (inside.length > 0) files.set("inside", { content: insideScript(inside), mode: 0o600 });
  const expects = inside.filter(({ awaited }) => awaited).map(({ name }) => name);
  if (expects.length > 0) files.set("expects", { content: `${expects.join(" ")}\n`, mode: 0o600 });
  for (const { name, placeholder } of interception?.secrets ?? []) {
    files.set(`${SECRETS_FOLDER}/${name}`, { content: placeholder, mode: 0o644 });
  }
  for (const [name, file] of interception ? trustFiles(interception.authority.certificate) : []) {
    files.set(name, file);
  }
  if (at !== undefined) files.set("at", { content: `${at}\n`, mode: 0o600 });
  for (const [path, file] of handIn) {
    if (files.has(path)) throw new Error(`${path} is handed in twice`);
    files.set(path, file);
  }
  return { type: "files", destination: BOX_IN, readOnly: true, files, from: FROM };
}
