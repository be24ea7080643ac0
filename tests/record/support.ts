import { appendEntries, type RecordLimits } from "../../lib/record/append.ts";
import type { NewEntry } from "../../lib/record/entry.ts";
import { readPublicKey } from "../../lib/record/key.ts";
import { partName, recordFolder } from "../../lib/record/places.ts";
import { verifyRecord } from "../../lib/record/verify.ts";
import { inFolder } from "../support/trees.ts";

export const BOX = "app";

/** Our state, with what tests do to it. */
export class State {
  constructor(readonly state: string) {}

  /** Adds entries, one call for each group of words. */
  async add(...groups: (string | readonly string[])[]): Promise<void> {
    for (const words of groups) await appendEntries(this, BOX, [words].flat().map(entry));
  }

  async addWithin(limits: RecordLimits, ...words: string[]): Promise<void> {
    for (const word of words) await appendEntries(this, BOX, [entry(word)], limits);
  }

  part(number = 1): string {
    return `${recordFolder(this, BOX)}/${partName(number)}`;
  }

  lines(number = 1): string[] {
    return Deno.readTextFileSync(this.part(number)).split("\n").slice(0, -1);
  }

  write(lines: readonly string[], number = 1): void {
    Deno.writeTextFileSync(this.part(number), lines.map((line) => `${line}\n`).join(""));
  }

  /** What is wrong with the record, by this machine's key. */
  async problems(): Promise<readonly string[]> {
    return (await verifyRecord(this, BOX, await readPublicKey(this))).problems;
  }
}

function entry(word: string): NewEntry {
  return { at: "2026-01-02T03:04:05.678Z", box: BOX, kind: "called", by: "host", data: { word } };
}

export function withState(act: (state: State) => Promise<void>): Promise<void> {
  return inFolder((folder) => act(new State(folder)));
}
