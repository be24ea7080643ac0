/**
 * What a box uses, as its own processes show it: for engines that cannot count it. All of it comes out of the box, which can show
 * what it likes; only numbers are taken from it. What several processes share is counted for each, and what has ended and was not
 * waited for is not counted.
 *
 * @module
 */

import { networkBytes } from "../runtime/network_bytes.ts";
import type { Usage } from "../runtime/runtime.ts";
import { askBox } from "./ask_box.ts";
import type { Run } from "./run.ts";

/** As much as some ten thousand processes take. */
const MAX_BYTES = 4 * 1024 * 1024;
const PATIENCE_MS = 5000;
/** Of the values in `/proc/PID/stat`: a hundredth of a second, on every Linux. */
const TICK_MS = 10;
const AT_PAGE_SIZE = 6n;
const LEAST_PAGE = 4096;

/** The asking processes leave themselves out. */
const SCRIPT = "echo $$; cat /proc/[0-9]*/stat 2>/dev/null; cat /proc/net/dev";

/** Asks a running box. `undefined`: it does not run. Throws `silent` for one that does not answer in time. */
export async function usageInside(
  run: Pick<Run, "state" | "record" | "runtime">,
): Promise<Usage | undefined> {
  const answer = await askBox(run, {
    argv: ["sh", "-c", SCRIPT],
    maxBytes: MAX_BYTES,
    patienceMs: PATIENCE_MS,
    silent: {
      message: "The box does not say what it uses.",
      hint: "To look for yourself: kanibako shell -- ps aux",
    },
  });
  return answer && { atMs: performance.now(), ...usageFrom(answer.text, pageSize()) };
}

/** Reads an answer. `pageBytes`: the size of a page of memory. */
export function usageFrom(text: string, pageBytes: number): Omit<Usage, "atMs"> {
  const [first = "", ...lines] = text.split("\n");
  const asking = Number(first);
  let [cpuMs, memoryBytes, processes] = [0, 0, 0];
  const others: string[] = [];
  for (const line of lines) {
    // The name of a process is its own choice; no bracket follows it. Nothing ends a line but its end: else each bracket is a new try.
    const [, pid, rest] = /^(\d{1,10}) \(.*\) (\S .*)$/s.exec(line) ?? [];
    if (pid === undefined || rest === undefined) {
      others.push(line);
      continue;
    }
    const fields = rest.split(" ");
    if (Number(pid) === asking || Number(fields[1]) === asking) continue;
    const number = (at: number) => /^\d{1,15}$/.test(fields[at] ?? "") ? Number(fields[at]) : 0;
    processes++;
    // Its own, and of those it has waited for.
    cpuMs += (number(11) + number(12) + number(13) + number(14)) * TICK_MS;
    memoryBytes += number(21) * pageBytes;
  }
  return { ...(processes > 0 ? { cpuMs, memoryBytes, processes } : {}), ...networkBytes(others.join("\n")) };
}

/** The size of a page of memory: what the kernel tells each program it starts. */
function pageSize(): number {
  try {
    const words = new BigUint64Array(Deno.readFileSync("/proc/self/auxv").buffer);
    const at = words.findIndex((word, index) => index % 2 === 0 && word === AT_PAGE_SIZE);
    return at < 0 ? LEAST_PAGE : Number(words[at + 1]);
  } catch {
    return LEAST_PAGE;
  }
}
