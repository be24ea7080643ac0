/**
 * Reads what the look into an image has printed. An image is somebody else's, and so is its shell: what does not fit is no answer.
 *
 * @module
 */

import type { ImageFacts } from "../../../spec/image_facts.ts";

/** What a look tells, beside what the engine says of the image. */
export type Look = Omit<ImageFacts, "id" | "own" | "architecture" | "shell" | "shellCopy">;

/** The first line of every answer. */
const FIRST = "kanibako-look 1";
/** Most characters that are kept of a file of accounts. */
const MOST_ACCOUNTS = 64 * 1024;

/** What was seen; `undefined` where the answer is not whole. Pure. */
export function readLook(output: string): Look | undefined {
  const lines = output.split("\n");
  const first = lines.indexOf(FIRST);
  const last = lines.lastIndexOf("end");
  if (first < 0 || last < first) return undefined;
  const said = lines.slice(first + 1, last).map((line): [string, string] => {
    const space = line.indexOf(" ");
    return space < 0 ? [line, ""] : [line.slice(0, space), line.slice(space + 1)];
  });
  const of = (word: string) => said.filter(([name]) => name === word).map(([, value]) => value);
  const has = new Set(of("has"));
  const node = of("node")[0]?.match(/^v(\d{1,4}\.\d{1,4}\.\d{1,4})/)?.[1];
  const passwd = has.has("passwd") ? accounts(of("passwd"), PASSWD) : undefined;
  const group = has.has("group") ? accounts(of("group"), GROUP) : undefined;
  return {
    missing: of("missing").filter((name) => /^[a-z]{1,20}$/.test(name)),
    tmux: has.has("tmux"),
    bash: has.has("bash"),
    certificates: has.has("certificates"),
    libc: has.has("glibc") ? "glibc" : has.has("musl") ? "musl" : "other",
    program: has.has("program"),
    ...(node === undefined ? {} : { node }),
    ...(passwd === undefined ? {} : { passwd }),
    ...(group === undefined ? {} : { group }),
  };
}

// No control characters: these lines are shown to programs that print them.
// deno-lint-ignore no-control-regex
const PASSWD = /^[^:\x00-\x1f\x7f]{1,64}:[^:\x00-\x1f\x7f]*:\d{1,10}:\d{1,10}(:[^:\x00-\x1f\x7f]*){3}$/;
// deno-lint-ignore no-control-regex
const GROUP = /^[^:\x00-\x1f\x7f]{1,64}:[^:\x00-\x1f\x7f]*:\d{1,10}:[^:\x00-\x1f\x7f]*$/;

/** What podman adds of the user that it runs as, where the image has none. */
const OF_ENGINE = /^[^:]+:\*:[^:]*:[^:]*:container user:/;

/** The lines that name an account, as one text; none of them where there are too many. */
function accounts(lines: readonly string[], form: RegExp): string | undefined {
  const text = lines.filter((line) => form.test(line) && !OF_ENGINE.test(line)).map((line) => `${line}\n`)
    .join("");
  return text.length > MOST_ACCOUNTS ? undefined : text;
}
