/**
 * The words of a run: which phases, which files, and what goes to `deno test`.
 *
 * @module
 */

/** What a run was asked for. */
export interface Words {
  /** The names of the phases. */
  readonly phases: readonly string[];
  /** Titles of what could not even begin: each counts as a failure. */
  readonly lost: readonly string[];
  /** Test files and folders, below the checkout. Empty: all. */
  readonly only: readonly string[];
  /** Words for `deno test`. */
  readonly forTest: readonly string[];
  /** How much may go on at once; see {@link Job.size}. */
  readonly room: number;
}

/**
 * Reads the words of the command line. A word that names something in the checkout restricts the run to that.
 *
 * @throws Error when a test file is named that does not exist
 */
export function readWords(args: readonly string[], root: string): Words {
  const phases: string[] = [];
  const lost: string[] = [];
  const only: string[] = [];
  const forTest: string[] = [];
  // One more than processors: while one test waits, another computes.
  let room = navigator.hardwareConcurrency + 1;
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    const [option, value = ""] = word.split(/=(.*)/s);
    if (option === "--phase") phases.push(value);
    else if (option === "--lost") lost.push(value);
    else if (option === "--at-once" && Number(value) >= 1) room = Number(value);
    else if (word === "--filter") forTest.push(word, args[++at] ?? "");
    else if (!word.startsWith("-") && isThere(`${root}/${word}`)) only.push(word.replace(/^\.\/|\/$/g, ""));
    else if (/^(\.\/)?tests\/|\.ts$/.test(word)) throw new Error(`There is no ${word}.`);
    else forTest.push(word);
  }
  return { phases, lost, only, forTest, room };
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
