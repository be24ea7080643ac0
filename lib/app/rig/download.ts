/**
 * Downloads what a rig is to be made of: bounded in size and in time, and over a connection that nobody can change on its way, or with a
 * checksum.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { KanibakoError } from "../../host/error.ts";
import { HeldFile } from "../../host/tree/held_file.ts";
import { openFolder } from "../../host/tree/folder.ts";
import { fetchPieces } from "../system/upgrade/fetch.ts";

/** Largest download: more than any image that is worth one. */
const MAX_BYTES = 32 * 2 ** 30;
/** All of it must be there by then. */
const MAX_MS = 60 * 60 * 1000;
const MAX_REDIRECTS = 5;

/** What is downloaded. */
export interface DownloadOptions {
  /** The SHA-256 it must have, in hexadecimal digits. */
  readonly sha256?: string | undefined;
  readonly signal: AbortSignal;
}

/** Downloads into a new file. Throws `insecure-address`, `bad-address`, `cannot-fetch`, `wrong-checksum`. */
export async function download(
  url: string,
  path: string,
  { sha256, signal }: DownloadOptions,
): Promise<void> {
  const wanted = sha256?.toLowerCase();
  if (wanted !== undefined && !/^[0-9a-f]{64}$/.test(wanted)) {
    throw new KanibakoError("bad-checksum", "A SHA-256 checksum has 64 hexadecimal digits.", { exitCode: 2 });
  }
  checkAddress(url, wanted !== undefined);
  const hash = createHash("sha256");
  using folder = openFolder(path.slice(0, path.lastIndexOf("/")));
  using held = HeldFile.make(folder, path.slice(path.lastIndexOf("/") + 1));
  using file = Deno.openSync(held.path, { write: true });
  await fetchPieces(url, MAX_BYTES, async (piece) => {
    hash.update(piece);
    for (let at = 0; at < piece.length;) at += await file.write(piece.subarray(at));
  }, { wholeMs: MAX_MS, signal, get: (signal) => follow(url, wanted !== undefined, signal) });
  const found = hash.digest("hex");
  if (wanted === undefined || wanted === found) return;
  throw new KanibakoError("wrong-checksum", `What ${url} has is not what was expected.`, {
    hint: [`Its SHA-256 is ${found}.`, "Nothing was added. Check the address and the checksum."],
  });
}

/** Follows redirects one by one: each must be as safe as the first. */
async function follow(url: string, checked: boolean, signal: AbortSignal): Promise<Response> {
  let at = url;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await fetch(at, { signal, redirect: "manual" });
    const next = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || next === null) return response;
    await response.body?.cancel();
    at = new URL(next, at).href;
    checkAddress(at, checked);
  }
  throw new Error(`it redirects more than ${MAX_REDIRECTS} times`);
}

function checkAddress(text: string, checked: boolean): void {
  const url = URL.parse(text);
  if (!url || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new KanibakoError("bad-address", `Cannot download ${text}: it is no https address.`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new KanibakoError("bad-address", "Cannot download from an address with a password in it.", {
      hint: "It would be kept with the rig. Download it yourself, and add the file.",
    });
  }
  if (url.protocol === "https:" || checked) return;
  throw new KanibakoError(
    "insecure-address",
    `Cannot download ${text}: anybody on the way could change it.`,
    {
      hint: "Use an https address, or say what it must be: --sha256 HEX",
    },
  );
}
