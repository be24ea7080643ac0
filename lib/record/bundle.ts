/**
 * A record in one file, to be checked elsewhere: a line with the public key and the head, and then its entries as they are.
 *
 * @module
 */

import type { Dirs } from "../host/dirs.ts";
import { KanibakoError } from "../host/error.ts";
import { check, type Of, optional, shape, text } from "../host/light_schema.ts";
import { shellQuote } from "../host/ui/text.ts";
import { entryOf } from "./entry.ts";
import { HEAD } from "./head.ts";
import { type PublicKey, readPublicKey } from "./key.ts";
import { linesOf } from "./read.ts";
import { Snapshot } from "./snapshot.ts";
import { Chain, type Verified } from "./verify.ts";

const BEGINNING = shape({
  kanibakoRecord: check<1>("a record that this version cannot read", (value) => value === 1),
  box: text,
  publicKey: optional(text),
  head: optional(HEAD),
});
type Beginning = Of<typeof BEGINNING>;

/** The bytes of such a file. */
export async function* bundleOf(dirs: Pick<Dirs, "state">, box: string): AsyncGenerator<Uint8Array> {
  using record = await Snapshot.take(dirs, box);
  const { head, parts } = record;
  if (head instanceof Error) throw head;
  const publicKey = await readPublicKey(dirs);
  const beginning: Beginning = {
    kanibakoRecord: 1,
    box,
    ...publicKey === undefined ? {} : { publicKey },
    ...head === undefined ? {} : { head },
  };
  yield new TextEncoder().encode(`${JSON.stringify(beginning)}\n`);
  for (const part of parts) yield* record.content(part);
}

/** Checks such a file. `key`: whose signature is wanted [default: of whom it says it is]. Throws `bad-record` for what is none. */
export async function verifyBundle(
  stream: ReadableStream<Uint8Array>,
  name: string,
  key: PublicKey | undefined,
): Promise<Verified> {
  let chain: Chain | undefined;
  let beginning: Beginning | undefined;
  let line = 0;
  for await (const one of linesOf(stream)) {
    if (chain) await chain.add({ entry: entryOf(one), part: 1, line: ++line });
    else {
      beginning = beginningOf(one, name);
      chain = new Chain(beginning.head);
    }
  }
  if (!chain || !beginning) throw noRecord(name);
  return await chain.end(beginning.box, key ?? beginning.publicKey);
}

function beginningOf(line: string, name: string): Beginning {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw noRecord(name);
  }
  const read = BEGINNING(value);
  if (!read.ok) throw noRecord(name);
  return read.value;
}

function noRecord(name: string): KanibakoError {
  return new KanibakoError("bad-record", `${shellQuote(name)} is no record.`, {
    hint: "Give a file that kanibako record export has written.",
  });
}
