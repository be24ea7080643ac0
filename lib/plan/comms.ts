/**
 * Whether a box has the folder for messages between boxes.
 *
 * @module
 */

import { BROADCAST, LOG_BYTES, MAILBOXES, mailboxOf } from "../comms/mailbox.ts";
import type { Settings } from "../config/settings.ts";
import type { BoxIdentity } from "../spec/identity.ts";
import type { Profile } from "../spec/profiles.ts";
import type { Comms } from "./parts/part.ts";

/**
 * The folder, where the settings and the profile let the box have it. What a box writes there others can pass on, so one that is kept
 * from the network has it only where somebody says so.
 */
export function commsOf(
  folder: string,
  box: BoxIdentity,
  { comms, network }: Pick<Settings, "comms" | "network">,
  { mounts }: Pick<Profile, "mounts">,
): Comms | undefined {
  const mailbox = mailboxOf(box);
  const wanted = comms.value && (network.value === "open" || comms.from.kind !== "default");
  return wanted && mounts === "shared" && mailbox !== undefined
    ? { folder, mailbox, from: comms.from }
    : undefined;
}

/** Whether all is there that a start makes, as far as a look tells; nothing rests on it but whether the rest is loaded. */
export function commsAreReady({ folder, mailbox }: Comms): boolean {
  try {
    const log = Deno.lstatSync(`${folder}/${BROADCAST}`);
    const own = Deno.lstatSync(`${folder}/${MAILBOXES}/${mailbox}`);
    return own.isDirectory && log.isFile && log.size < LOG_BYTES;
  } catch {
    return false;
  }
}
