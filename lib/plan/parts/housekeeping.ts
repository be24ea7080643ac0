import enter from "../../crab/enter.sh" with { type: "text" };
import { envFile } from "../../crab/env_script.ts";
import { insideScript } from "../../crab/inside_script.ts";
import { BOX_IN, BOX_OUT } from "../../spec/box_paths.ts";
import type { FilesMount, HandedFile, MailboxMount, Mount } from "../../spec/box_spec.ts";
import { fromPart } from "../../spec/source.ts";
import type { Gathered } from "./contribution.ts";
import { bind, type Part, type PlanInput } from "./part.ts";

const FROM = fromPart("housekeeping");

/** What the host hands in and what the box leaves, and who the box's user is where the rig does not know. */
export const housekeeping: Part = {
  name: "housekeeping",
  owns: ["/run/kanibako", "/etc"],
  contribute: ({ mailbox, accounts }) => {
    const mounts: Mount[] = [];
    if (mailbox) mounts.push(MAILBOX);
    if (accounts) {
      const from = fromPart("the project's owner");
      mounts.push(
        bind(accounts.passwd, "/etc/passwd", from, { readOnly: true, relabel: "private" }),
        bind(accounts.group, "/etc/group", from, { readOnly: true, relabel: "private" }),
      );
    }
    // What the box leaves is taken while it runs, too: a login renewed by one box is wanted by the next.
    return { mounts, ...(mailbox ? { services: [{ name: "collector", options: {} }] } : {}) };
  },
  handIn: ({ handIn }, gathered) => [handedIn(handIn, gathered)],
};

const MAILBOX: MailboxMount = { type: "mailbox", destination: BOX_OUT, readOnly: false, from: FROM };

/** The script every command starts with, what it reads, and what this run delivers. */
function handedIn(delivered: PlanInput["handIn"], { env, inside }: Gathered): FilesMount {
  const variables = Object.entries(env).filter(([, { via }]) => via === "file")
    .map(([name, { value }]) => [name, value] as const);
  const files = new Map<string, HandedFile>([
    ["enter", { content: enter, mode: 0o755 }],
    ["env", { content: envFile(variables), mode: 0o600 }],
  ]);
  if (inside.length > 0) files.set("inside", { content: insideScript(inside), mode: 0o600 });
  for (const [path, file] of delivered) {
    if (files.has(path)) throw new Error(`${path} is handed in twice`);
    files.set(path, file);
  }
  return { type: "files", destination: BOX_IN, readOnly: true, files, from: FROM };
}
