/**
 * Brings a checkout up to date: what its branch's upstream has, and nothing that would have to be merged.
 *
 * @module
 */

import { KanibakoError } from "../../../host/error.ts";
import { type ProcessResult, run } from "../../../host/process.ts";
import { quotePath } from "../../../host/ui/quote_path.ts";
import { shellQuote } from "../../../host/ui/text.ts";

/** A checkout, compared with what its upstream has now. */
export interface CheckoutState {
  readonly root: string;
  /** Abbreviated. */
  readonly commit: string;
  readonly upstream: string;
  /** How many commits the upstream is ahead. */
  readonly behind: number;
  /** The subject of the newest of them. */
  readonly newest: string;
  /** Whether files that git knows are changed. */
  readonly dirty: boolean;
}

const FETCH_MS = 120_000;
/** What reaching a remote may take of our environment. */
const PASSED = [
  "SSH_AUTH_SOCK",
  "HTTPS_PROXY",
  "HTTP_PROXY",
  "NO_PROXY",
  "https_proxy",
  "http_proxy",
  "no_proxy",
];

/** Fetches, and compares. Throws `git-failed`, `no-upstream`. */
export async function lookAtCheckout(root: string): Promise<CheckoutState> {
  const upstream = await upstreamOf(root);
  await git(root, "fetch", "--quiet", upstream.slice(0, upstream.indexOf("/")));
  const range = `HEAD..${upstream}`;
  const [commit, behind, newest, changed] = await Promise.all([
    git(root, "rev-parse", "--short", "HEAD"),
    git(root, "rev-list", "--count", range),
    git(root, "log", "-1", "--format=%s", upstream),
    git(root, "status", "--porcelain", "--untracked-files=no"),
  ]);
  return { root, commit, upstream, behind: Number(behind), newest, dirty: changed !== "" };
}

/** Takes what is new. Answers whether the program must be built again with other packages. Throws `checkout-changed`, `git-failed`. */
export async function updateCheckout(
  { root, upstream, dirty }: CheckoutState,
): Promise<{ packages: boolean }> {
  if (dirty) {
    throw new KanibakoError(
      "checkout-changed",
      `Cannot upgrade ${quotePath(root)}: files of it are changed.`,
      {
        hint: "Commit the changes or put them aside: git stash",
      },
    );
  }
  const before = await git(root, "rev-parse", "HEAD");
  await git(root, "merge", "--ff-only", "--quiet", upstream);
  const changed = await git(root, "diff", "--name-only", before, "HEAD", "--", "deno.json", "deno.lock");
  return { packages: changed !== "" };
}

async function upstreamOf(root: string): Promise<string> {
  const usual = ["@{upstream}", "origin/main", "origin/master"];
  for (const name of usual) {
    const { code, stdout } = await ask(root, "rev-parse", "--verify", "--quiet", "--abbrev-ref", name);
    if (code === 0 && stdout.trim().includes("/")) return stdout.trim();
  }
  throw new KanibakoError(
    "no-upstream",
    `Cannot upgrade ${quotePath(root)}: its branch follows no remote one.`,
    {
      hint: `Name one: git -C ${shellQuote(root)} branch --set-upstream-to=origin/main`,
    },
  );
}

async function git(root: string, ...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await ask(root, ...words);
  if (code === 0) return stdout.trim();
  throw new KanibakoError("git-failed", `git ${words[0]} failed in ${quotePath(root)}.`, { output: stderr });
}

async function ask(root: string, ...words: readonly string[]): Promise<ProcessResult> {
  // No box can write this tree (see upgrade.ts), and the user's own hooks have no part in this.
  const careful = ["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"];
  return await run(["git", "-C", root, ...careful, ...words], {
    // Nobody is there to type a password.
    env: {
      GIT_TERMINAL_PROMPT: "0",
      ...Object.fromEntries(PASSED.map((name) => [name, Deno.env.get(name)])),
    },
    timeoutMs: FETCH_MS,
  });
}
