/**
 * How a run's command ended, from what the box left or its supervisor recorded.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import type { Mailbox } from "../runtime/mailbox.ts";
import { readExit } from "./record.ts";

// 150 lines of a wide terminal, in characters of several bytes.
const SCREEN_BYTES = 512 * 1024;

/** How a command ended. */
export interface HowEnded {
  readonly code: number;
  /** The last of what its terminal showed, unescaped. */
  readonly screen: string;
}

/** What a run's supervisor recorded, else what the box left. The box may have left it early: whether it has ended is another question. */
export async function howEnded(
  state: string,
  run: string,
  mailbox: Mailbox,
): Promise<HowEnded | undefined> {
  // One that cannot be read says nothing, and must not keep a run from being finished.
  const exit = await readExit(state).catch(() => undefined);
  if (exit?.run === run) return { code: exit.code, screen: exit.screen };
  const text = await taken(mailbox, "exit", 16);
  if (text === undefined || !/^\d{1,3}\n?$/.test(text)) return undefined;
  return { code: Number(text) & 0xff, screen: await taken(mailbox, "screen", SCREEN_BYTES) ?? "" };
}

/** What is too large or no regular file counts as not left. */
async function taken(mailbox: Mailbox, name: string, maxBytes: number): Promise<string | undefined> {
  try {
    const bytes = await mailbox.take(name, maxBytes);
    return bytes && new TextDecoder().decode(bytes);
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    return undefined;
  }
}
