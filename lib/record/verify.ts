/**
 * Whether a record is what was written: each entry has the hash of all that it says and of the one before, none is missing between the
 * first and the last, and the last is the one that was signed.
 *
 * What it cannot find: what who can read this user's files has made again and signed with the same key.
 *
 * @module
 */

import type { Dirs } from "../host/dirs.ts";
import { GENESIS, hashOf, type RecordEntry } from "./entry.ts";
import { type Head, isSignedHead } from "./head.ts";
import { keyIdOf, type PublicKey } from "./key.ts";
import { linesIn, type RecordLine } from "./read.ts";
import { Snapshot } from "./snapshot.ts";

/** What checking a record came to. */
export interface Verified {
  readonly box: string;
  /** As many entries are there. */
  readonly entries: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** When it was signed last: ISO 8601. */
  readonly signedAt: string | undefined;
  readonly keyId: string | undefined;
  /** What is wrong, a sentence each. Empty: nothing. */
  readonly problems: readonly string[];
}

/** Most problems that are listed. */
const MOST_PROBLEMS = 20;

/** Checks a box's record by a public key. */
export async function verifyRecord(
  dirs: Pick<Dirs, "state">,
  box: string,
  key: PublicKey | undefined,
): Promise<Verified> {
  using record = await Snapshot.take(dirs, box);
  const { head, parts } = record;
  const chain = new Chain(head instanceof Error ? undefined : head);
  if (head instanceof Error) chain.problem(`Its head cannot be read: ${head.message}`);
  parts.forEach((part, at) => {
    if (at > 0 && part !== parts[at - 1]! + 1) chain.problem(`Part ${part - 1} is missing.`);
  });
  for await (const line of linesIn(record)) await chain.add(line);
  return await chain.end(box, key);
}

/** Checks entries in the order in which they stand. */
export class Chain {
  readonly #head: Head | undefined;
  readonly #problems: string[] = [];
  #more = 0;
  #entries = 0;
  #first: RecordEntry | undefined;
  #last: RecordEntry | undefined;
  #sawHead = false;

  /** `head`: how far the record goes. */
  constructor(head: Head | undefined) {
    this.#head = head;
  }

  /** Notes that something is wrong. */
  problem(text: string): void {
    if (this.#problems.length < MOST_PROBLEMS) this.#problems.push(text);
    else this.#more++;
  }

  /** The next line. */
  async add(line: RecordLine): Promise<void> {
    const { entry } = line;
    if (!entry) {
      this.problem(`Line ${line.line} of part ${line.part} is no entry.`);
      return;
    }
    this.#entries++;
    if (entry.hash !== await hashOf(entry)) this.problem(`Entry ${entry.seq} was changed.`);
    this.#follows(entry);
    const head = this.#head;
    if (head && entry.seq === head.seq) {
      this.#sawHead = true;
      if (entry.hash !== head.hash) this.problem(`Entry ${entry.seq} is not the one that was signed.`);
    }
    if (entry.kind === "gap") this.problem(gapText(entry));
    this.#last = entry;
  }

  #follows(entry: RecordEntry): void {
    const before = this.#last;
    if (!before) {
      this.#first = entry;
      const { firstSeq, firstPrev } = this.#head ?? { firstSeq: 1, firstPrev: GENESIS };
      if (entry.seq !== firstSeq) this.problem(`It begins with entry ${entry.seq}, not with ${firstSeq}.`);
      else if (entry.prev !== firstPrev) {
        this.problem(`Entry ${entry.seq} does not follow what was before it.`);
      }
    } else if (entry.seq !== before.seq + 1) {
      this.problem(
        entry.seq > before.seq
          ? `Entries ${before.seq + 1} to ${entry.seq - 1} are missing.`
          : `Entry ${entry.seq} stands after ${before.seq}.`,
      );
    } else if (entry.prev !== before.hash) {
      this.problem(`Entry ${entry.seq} does not follow entry ${before.seq}.`);
    }
  }

  /** What it came to. `key`: of whom it should be signed. */
  async end(box: string, key: PublicKey | undefined): Promise<Verified> {
    const head = this.#head;
    const lastSeq = this.#last?.seq ?? 0;
    if (!head) this.problem("It is not signed.");
    else {
      if (head.box !== box) this.problem(`Its head is of ${head.box}.`);
      if (key === undefined) this.problem("There is no key to check its signature by.");
      else if (!await isSignedHead(head, key)) {
        const own = await keyIdOf(key);
        this.problem(
          head.keyId === own
            ? "Its signature is not right."
            : `It is signed with the key ${head.keyId}, not ${own}.`,
        );
      }
      if (lastSeq < head.seq) this.problem(`Entries ${lastSeq + 1} to ${head.seq} are missing at the end.`);
      else if (!this.#sawHead) this.problem(`Entry ${head.seq}, which was signed, is missing.`);
      if (lastSeq > head.seq) this.problem(`Entries ${head.seq + 1} to ${lastSeq} are not signed.`);
    }
    return {
      box,
      entries: this.#entries,
      firstSeq: this.#first?.seq ?? 0,
      lastSeq,
      signedAt: head?.at,
      keyId: head?.keyId,
      problems: this.#more === 0 ? this.#problems : [...this.#problems, `And ${this.#more} more.`],
    };
  }
}

function gapText({ seq, data }: RecordEntry): string {
  const ended = Number(data["ended"]);
  switch (data["why"]) {
    case "missing":
      return `Before entry ${seq} the record was gone.`;
    case "cut":
      return `Before entry ${seq} the record had been cut after entry ${ended}.`;
    case "changed":
      return `Before entry ${seq} the record had another last entry than the one that was signed.`;
    case "unsigned":
      return `Before entry ${seq} the record went on to entry ${ended} without a signature: a process was killed, or somebody added to it.`;
    default:
      return `Before entry ${seq} there was a line that is no entry.`;
  }
}
