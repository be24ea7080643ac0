/**
 * Messages: lines of text, `NAME [TIME]: TEXT`, that people and agents can as well write by hand. Who wrote a message is what it says
 * itself: every box can write every line.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import type { Folder } from "../host/tree/folder.ts";
import { appendTo, readEnd } from "../host/tree/shared_log.ts";
import { rotate } from "./folder.ts";

/** Most bytes of one message. */
export const MESSAGE_BYTES = 64 * 1024;
/** Most bytes that are read of one file, from its end. */
const READ_BYTES = 256 * 1024;
/** Most files of a mailbox that are read, and that may be there. */
const MOST_FILES = 64;
const MOST_NAMES = 100_000;

/** One message as it was found. Every part of it is what somebody wrote. */
export interface Message {
  /** Who wrote it, as it says; absent in a line that was written in another form. */
  readonly from?: string;
  /** When, as it says. */
  readonly at?: string;
  /** One line or several. */
  readonly text: string;
  /** The name of the file it is in. */
  readonly file: string;
}

/** What a mailbox or a log says. */
export interface Messages {
  readonly messages: readonly Message[];
  /** Whether there is more before. */
  readonly cut: boolean;
  /** Files that cannot be read, each with why. */
  readonly unread: readonly string[];
}

/** A message to be written. */
export interface Draft {
  /** The name of a mailbox, or of the machine. */
  readonly from: string;
  readonly text: string;
  readonly at: Date;
}

/** The text of a message in its file. The lines of one message are held together by two spaces, which no first line begins with. */
export function messageLines({ from, text, at }: Draft): string {
  const lines = text.replace(/\s+$/, "").split(/\r\n|[\r\n\u0085\u2028\u2029]/);
  if (lines.join("") === "") throw new KanibakoError("no-text", "There is nothing to send.", { exitCode: 2 });
  const time = at.toISOString().replace(/\.\d+Z$/, "Z");
  const whole = `${from} [${time}]: ${lines.join("\n  ")}\n`;
  if (new TextEncoder().encode(whole).length <= MESSAGE_BYTES) return whole;
  throw new KanibakoError("too-large", `Cannot send a message of more than ${MESSAGE_BYTES / 1024} KiB.`, {
    hint: "Put it into a file that both boxes see, and send its name.",
  });
}

/** Writes a message at the end of a file. */
export function append(folder: Folder, file: string, draft: Draft): void {
  const text = messageLines(draft);
  rotate(folder, file);
  appendTo(folder, file, text);
}

/** What one file says; nothing when there is none. */
export function readFile(folder: Folder, file: string): Messages {
  const end = readEnd(folder, file, READ_BYTES);
  return { messages: end ? messagesOf(end.text, file) : [], cut: end?.cut ?? false, unread: [] };
}

/**
 * What all files of a mailbox say, by their names; `first` before the others. What is no plain file is named. `take`: what is read whole is
 * removed, under another name before it is read, so that what is written meanwhile stays.
 */
export function readAll(folder: Folder, first: string, take = false): Messages {
  const names = folder.names(MOST_NAMES).sort((a, b) => +(b === first) - +(a === first) || (a < b ? -1 : 1));
  const messages: Message[] = [];
  const unread: string[] = [];
  let cut = names.length > MOST_FILES;
  for (const name of names.slice(0, MOST_FILES)) {
    try {
      const found = take ? takeFile(folder, name) : readFile(folder, name);
      messages.push(...found.messages.map((message) => ({ ...message, file: name })));
      cut ||= found.cut;
    } catch (error) {
      if (!(error instanceof KanibakoError)) throw error;
      unread.push(error.message);
    }
  }
  return { messages, cut, unread };
}

function takeFile(folder: Folder, name: string): Messages {
  const info = folder.info(name);
  if (info?.kind !== "file" || info.size > READ_BYTES) return readFile(folder, name);
  const taken = `.taken-${crypto.randomUUID()}`;
  folder.move(name, folder, taken);
  const found = readFile(folder, taken);
  folder.unlink(taken);
  return found;
}

const FIRST_LINE = /^([^\s[\]][^[\]]{0,98}?) \[([^[\]]{1,40})\]: (.*)$/;

function messagesOf(text: string, file: string): Message[] {
  const messages: { from?: string; at?: string; text: string; file: string }[] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const [, from, at, rest] = FIRST_LINE.exec(line) ?? [];
    const last = messages.at(-1);
    if (from !== undefined && at !== undefined) messages.push({ from, at, text: rest!, file });
    else if (line.startsWith("  ") && last) last.text += `\n${line.slice(2)}`;
    else messages.push({ text: line, file });
  }
  return messages;
}
