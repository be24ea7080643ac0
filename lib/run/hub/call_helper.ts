/**
 * Has this program do something with a helper's box, and reads what it says of it, a line of JSON each.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { boxState } from "../../config/box_state.ts";
import { KanibakoError } from "../../host/error.ts";
import { debug } from "../../host/log.ts";
import { open } from "../../host/open_process.ts";
import { self } from "../../host/self.ts";
import { runtimeVariables } from "../../runtime/open.ts";
import { readRun } from "../record.ts";
import { loginVariables } from "./login_variables.ts";
import { secretVariables } from "../secret_variables.ts";

/** What is said before an end is an answer, and no more. */
const MAX_LINE = 64 * 1024;

/**
 * Resolves with the container's name once it has begun, with `undefined` when the process has ended without a word of one. `prepared` is
 * called with the run before the box is started. Rejects with what the process says went wrong. The process may go on.
 */
export async function callHelper(
  host: Host,
  words: readonly [what: string, director: string, number: string],
  prepared: (run: string) => Promise<void> = () => Promise.resolve(),
): Promise<string | undefined> {
  const program = await self();
  const child = open([...program.command, "internal", "helper", ...words], {
    stdin: "piped",
    stdout: "piped",
  }, {
    env: {
      ...runtimeVariables(),
      ...await loginVariables(host, await readRun(boxState(host.dirs, words[1]))),
      ...await secretVariables(host.dirs, boxState(host.dirs, words[1])),
      ...program.env,
    },
    family: true,
  });
  const answer = Promise.withResolvers<string | undefined>();
  const input = child.stdin!.getWriter();
  void ignored(child.stderr);
  void (async () => {
    try {
      for await (const line of lines(child.stdout!)) {
        const said = JSON.parse(line) as { run?: unknown; started?: unknown; error?: Failure };
        if (typeof said.run === "string") {
          await prepared(said.run);
          await input.write(new TextEncoder().encode("\n"));
        } else if (typeof said.started === "string") answer.resolve(said.started);
        else if (said.error) answer.reject(errorOf(said.error));
      }
      const code = await child.exit;
      if (code === 0) answer.resolve(undefined);
      else {answer.reject(
          new KanibakoError("no-helper", `Nothing was said of the helper (exit code ${code}).`),
        );}
    } catch (error) {
      answer.reject(error);
    } finally {
      await input.close().catch((error: unknown) => debug(() => `helper process: ${error}`));
    }
  })();
  return await answer.promise;
}

interface Failure {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly hints?: readonly unknown[];
}

function errorOf({ code, message, hints = [] }: Failure): KanibakoError {
  return new KanibakoError(String(code), String(message), { hint: hints.map(String) });
}

async function ignored(bytes: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of bytes);
}

async function* lines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of bytes) {
    rest += decoder.decode(chunk, { stream: true });
    const whole = rest.split("\n");
    rest = whole.pop()!;
    if (rest.length > MAX_LINE) throw new Error("too long a line");
    yield* whole.filter((line) => line !== "");
  }
}
