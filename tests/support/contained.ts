/** Processes in a pid namespace of their own, as those of a box are. */

const OWN = Deno.uid() === 0 ? [] : ["--user", "--map-root-user"];

/** Runs a script of the shell there, as its first process. It ends with the one that is answered. */
export function contained(script: string): Deno.ChildProcess {
  const args = [...OWN, "--pid", "--fork", "--kill-child", "sh", "-c", script];
  return new Deno.Command("unshare", { args, stdin: "null", stderr: "null" }).spawn();
}
