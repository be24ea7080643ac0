/**
 * Messages between boxes, sent and read on the host or in a box. In a box there is neither a configuration nor a list of projects: it
 * knows its folder and its mailbox.
 *
 * @module
 */

import { mailboxNames, openComms, openMailbox } from "../../comms/folder.ts";
import { BROADCAST, isMailbox, mailboxOf, MESSAGES } from "../../comms/mailbox.ts";
import { append, type Messages, readAll, readFile } from "../../comms/messages.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { exists } from "../../host/path.ts";
import { boxAround } from "../../project/in_box.ts";
import type { Folder } from "../../host/tree/folder.ts";
import { nearest, shellQuote } from "../../host/ui/text.ts";
import { identityOf } from "../../project/identity.ts";
import { locateProject } from "../../project/locate.ts";
import { BOX_COMMS, MAILBOX_VARIABLE } from "../../spec/box_paths.ts";

/** Who sends and reads, and where. */
export interface Post {
  /** The folder of messages. */
  readonly folder: string;
  /** What messages from here are signed with. */
  readonly name: string;
  /** The mailbox of the box we are in. */
  readonly own?: string;
  /** Finds the mailbox that a word means; `undefined`: only one that is there by that name. */
  readonly find?: (word: string | undefined) => Promise<string>;
}

/** What messages from the host are signed with. */
const HOST_NAME = "host";

/** Where messages are when this runs in a box; `undefined` on a host. Throws `no-comms` for a box without them. */
export function postInBox(env: (name: string) => string | undefined): Post | undefined {
  if (boxAround(env) === undefined) return undefined;
  const own = env(MAILBOX_VARIABLE);
  if (own && exists(BOX_COMMS)) return { folder: BOX_COMMS, name: own, own };
  throw new KanibakoError("no-comms", "This box has no folder for messages.", {
    hint: [
      "It is there with an open network and a profile that lets boxes share folders.",
      "To have it with another network, on the host: kanibako box config comms=true, then start the box again.",
    ],
  });
}

/** Where messages are on a host. */
export function postOnHost(host: Host, cwd: string): Post {
  return {
    folder: host.system.paths.comms,
    name: HOST_NAME,
    find: async (word) => {
      if (word !== undefined && isMailbox(word) && hasMailbox(host.system.paths.comms, word)) return word;
      const project = await locateProject(host, word, cwd).catch((error) => {
        if (!(error instanceof KanibakoError) || error.code !== "unknown-project") throw error;
      });
      const mailbox = project?.exists ? mailboxOf(identityOf(project)) : undefined;
      if (mailbox !== undefined) return mailbox;
      const what = word === undefined ? "project in this folder" : `mailbox or project ${shellQuote(word)}`;
      throw new KanibakoError("no-mailbox", `There is no ${what}.`, {
        hint: [
          "To list mailboxes: kanibako comms list. To list projects: kanibako list",
          ...(word === undefined ? ["To read what was said to all: kanibako comms read --broadcast"] : []),
        ],
      });
    },
  };
}

/** Sends a text to a mailbox, or with `to` absent to all. Answers the mailbox. */
export async function sendMessage(
  post: Post,
  { to, text }: { readonly to?: string; readonly text: string },
): Promise<string | undefined> {
  const draft = { from: post.name, text, at: new Date() };
  if (to === undefined) {
    using comms = opened(post);
    append(comms, BROADCAST, draft);
    return undefined;
  }
  const mailbox = await post.find?.(to) ?? to;
  using comms = opened(post);
  using box = found(comms, mailbox, post.find ? "make" : "find");
  append(box, MESSAGES, draft);
  return mailbox;
}

/** What was read, and whose it is. */
export interface Read extends Messages {
  /** Absent: what was said to all. */
  readonly mailbox?: string;
}

/** Reads a mailbox, or what was said to all. `take`: what is read is removed from the mailbox. */
export async function readMessages(
  post: Post,
  asked: { readonly of?: string; readonly broadcast?: boolean; readonly take?: boolean },
): Promise<Read> {
  if (asked.broadcast) {
    using comms = opened(post);
    return readFile(comms, BROADCAST);
  }
  const mailbox = asked.of === undefined && post.own !== undefined
    ? post.own
    : await post.find?.(asked.of) ?? asked.of!;
  using comms = opened(post);
  using box = found(comms, mailbox, "find");
  return { mailbox, ...readAll(box, MESSAGES, asked.take) };
}

/** The mailboxes there are, by name, and how much is in each, in bytes. */
export function listMailboxes(post: Post): readonly { readonly name: string; readonly bytes: number }[] {
  using comms = opened(post);
  return mailboxNames(comms).map((name) => {
    using box = openMailbox(comms, name, "find");
    return { name, bytes: box?.info(MESSAGES)?.size ?? 0 };
  });
}

function hasMailbox(folder: string, name: string): boolean {
  if (!exists(folder)) return false;
  using comms = openComms(folder);
  return mailboxNames(comms).includes(name);
}

function opened({ folder, find }: Post): Folder {
  if (find) Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  return openComms(folder);
}

/** Throws `no-mailbox`, naming the nearest. */
function found(comms: Folder, mailbox: string, how: "find" | "make"): Folder {
  const box = isMailbox(mailbox) ? openMailbox(comms, mailbox, how) : undefined;
  if (box) return box;
  const meant = nearest(mailbox, mailboxNames(comms));
  throw new KanibakoError("no-mailbox", `There is no mailbox ${shellQuote(mailbox)}.`, {
    hint: meant === undefined ? "To list mailboxes: kanibako comms list" : `Did you mean ${meant}?`,
  });
}
