/**
 * Which snapshots were taken here. A vault can lie in the workspace, and a clone, an archive or a copy from elsewhere brings
 * snapshots along that say of themselves whatever a stranger wrote.
 *
 * So each record carries a mark only this machine's user can make: of what never changes in it, with a key that is kept in our
 * state. It goes wherever the snapshot goes: a move, a copy or a conversion needs to know nothing of it. Without the key nothing
 * is lost but the mark.
 *
 * @module
 */

import { FileLock, readText, writeText } from "../host/store.ts";
import type { Host } from "../config/system.ts";
import { warning } from "../spec/ui.ts";
import type { SnapshotRecord } from "./record.ts";

const HMAC = { name: "HMAC", hash: "SHA-256" } as const;
const KEY_BYTES = 32;

/**
 * The record with the mark of this machine. The key is made when there is none. Without a mark where there is one that cannot be
 * read: the snapshot is worth more than its mark.
 */
export async function withMark(host: Host, record: SnapshotRecord): Promise<SnapshotRecord> {
  const { state } = host.dirs;
  const key = await keyOrNone(host, async () => await readKey(state) ?? await makeKey(state));
  if (!key) return record;
  return { ...record, mark: new Uint8Array(await crypto.subtle.sign(HMAC, key, signed(record))).toHex() };
}

/** Tells which records carry the mark of this machine. */
export class Origin {
  readonly #host: Host;
  #key: Promise<CryptoKey | undefined> | undefined;

  /** The key is in this user's state. */
  constructor(host: Host) {
    this.#host = host;
  }

  /** Whether it was marked here, and is as it was then. */
  async isHere(record: SnapshotRecord): Promise<boolean> {
    const mark = fromHex(record.mark ?? "");
    const key = mark && await (this.#key ??= keyOrNone(this.#host, () => readKey(this.#host.dirs.state)));
    return key !== undefined && await crypto.subtle.verify(HMAC, key, mark!, signed(record));
  }
}

/** The key, or none and a warning: nobody is to take all snapshots for damaged because of it. */
async function keyOrNone(
  host: Host,
  get: () => Promise<CryptoKey | undefined>,
): Promise<CryptoKey | undefined> {
  try {
    return await get();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    warning(host.ui, "vault-key-unusable", { file: keyFile(host.dirs.state), reason });
    return undefined;
  }
}

/** What a mark vouches for: all but the numbers, which may be counted later. */
function signed(record: SnapshotRecord): Uint8Array<ArrayBuffer> {
  const { id, note, takenAt, completeAt, auto, strategy, home, only } = record;
  return new TextEncoder().encode(
    JSON.stringify([id, note, takenAt, completeAt, auto, strategy, home, only ?? null]),
  );
}

async function readKey(state: string): Promise<CryptoKey | undefined> {
  const bytes = fromHex((await readText(keyFile(state)))?.trim() ?? "");
  if (bytes?.length !== KEY_BYTES) return undefined;
  return await crypto.subtle.importKey("raw", bytes, HMAC, false, ["sign", "verify"]);
}

async function makeKey(state: string): Promise<CryptoKey> {
  using _lock = await FileLock.acquire(`${state}/locks/vault-key.lock`);
  const made = await readKey(state);
  if (made) return made;
  await writeText(keyFile(state), `${crypto.getRandomValues(new Uint8Array(KEY_BYTES)).toHex()}\n`);
  return (await readKey(state))!;
}

function keyFile(state: string): string {
  return `${state}/vault.key`;
}

/** `undefined`: it is none. */
function fromHex(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^([0-9a-f]{2})+$/.test(text)) return undefined;
  return Uint8Array.from(text.match(/../g)!, (pair) => Number.parseInt(pair, 16));
}
