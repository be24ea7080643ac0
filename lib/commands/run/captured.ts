/**
 * `run --json`: what the command says is kept, and printed as one object when it has ended.
 *
 * @module
 */

import { BoundedOutput } from "../../app/bounded_output.ts";
import type { RunResult } from "../../app/run/run.ts";
import { json } from "../../host/ui/terminal.ts";
import { ReplayedInput } from "./replayed_input.ts";
import type { ScratchOutput } from "../../session/stand_in.ts";

/** Most bytes that are kept of each stream. */
const MOST_BYTES = 64 * 1024 * 1024;

/** What takes the streams, and prints what came of it. */
export interface Captured {
  readonly output: ScratchOutput;
  /** Is called once the command has begun. */
  begun(): void;
  print(result: Pick<RunResult, "code" | "image" | "kept"> & Partial<RunResult>, tookMs: number): void;
}

/** Takes a command's output. Its input is that of this process, unless that is a terminal. */
export function capture(noStdin: boolean): Captured {
  const [stdout, stderr] = [new BoundedOutput(MOST_BYTES), new BoundedOutput(MOST_BYTES)];
  const text = (kept: BoundedOutput) => new TextDecoder().decode(kept.bytes());
  const input = noStdin || Deno.stdin.isTerminal() ? undefined : new ReplayedInput(Deno.stdin.readable);
  return {
    begun: () => input?.begun(),
    output: {
      ...(input ? { stdin: () => input.stream() } : {}),
      stdout: (bytes) => stdout.push(bytes),
      stderr: (bytes) => stderr.push(bytes),
    },
    print: ({ code, image, kept, choice, taken }, tookMs) =>
      json({
        exitCode: code,
        stdout: text(stdout),
        stderr: text(stderr),
        truncated: stdout.droppedBytes + stderr.droppedBytes > 0,
        image,
        wanted: choice?.image ?? image,
        family: choice?.family ?? null,
        why: taken?.why ?? [],
        kept: kept ?? null,
        durationMs: Math.round(tookMs),
      }),
  };
}
