/**
 * Repositories for tests, made with git as a user has it.
 *
 * @module
 */

const ENVIRONMENT = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_AUTHOR_NAME: "Somebody",
  GIT_AUTHOR_EMAIL: "somebody@example.org",
  GIT_COMMITTER_NAME: "Somebody",
  GIT_COMMITTER_EMAIL: "somebody@example.org",
  GIT_TERMINAL_PROMPT: "0",
};

/** Runs git as its user would, without any of our precautions. Its standard output; an error when it fails. */
export async function git(folder: string, ...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command("git", {
    args: ["-c", "protocol.file.allow=always", ...words],
    cwd: folder,
    // In a hook of git its variables name the repository of whoever runs the tests.
    clearEnv: true,
    env: { PATH: Deno.env.get("PATH") ?? "", ...ENVIRONMENT },
  }).output();
  if (code !== 0) throw new Error(`git ${words.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

/** A repository with one commit of one file, `file.txt`, on the branch `main`. */
export async function makeRepository(folder: string): Promise<string> {
  await Deno.mkdir(folder, { recursive: true });
  await git(folder, "init", "--quiet", "--initial-branch=main");
  await Deno.writeTextFile(`${folder}/file.txt`, "first\n");
  await git(folder, "add", ".");
  await git(folder, "commit", "--quiet", "-m", "first");
  return (await git(folder, "rev-parse", "HEAD")).trim();
}

/** A folder for one test, gone afterwards. */
export async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "kanibako-git-test-" }));
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
