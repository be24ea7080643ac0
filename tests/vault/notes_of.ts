/** What a call tells on stderr. */

import { redirectOutput } from "../../lib/host/ui/terminal.ts";

/** Runs it and answers what it printed. */
export async function notesOf(use: () => Promise<unknown>): Promise<string> {
  let text = "";
  const sink = { terminal: false, colour: false, write: (part: string) => void (text += part) };
  const restore = redirectOutput({ stdout: sink, stderr: sink });
  try {
    await use();
  } finally {
    restore();
  }
  return text;
}
