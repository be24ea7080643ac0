/**
 * The real engine behind a script that notes how it is called.
 *
 * @module
 */

import { engine, type User } from "./program.ts";

/** An engine that counts. */
export interface Recorder {
  /** Variables that make the program use it. */
  readonly env: Readonly<Record<string, string>>;
  /** The engine's commands since the last time this was asked, one line a call, such as `run`. */
  calls(): Promise<string[]>;
}

/** Puts one into the user's home. */
export async function recorder(user: User): Promise<Recorder> {
  const folder = `${user.home}/recorder`;
  const log = `${folder}/log`;
  const real = (await user.call(["sh", "-c", `command -v ${engine}`])).stdout.trim();
  await Deno.mkdir(folder);
  // The command is the first word that is no option.
  await Deno.writeTextFile(
    `${folder}/${engine}`,
    `#!/bin/sh
for word; do
  case $word in -*) ;; *) echo "$word" >>"${log}"; break ;; esac
done
exec "${real}" "$@"
`,
  );
  await Deno.chmod(`${folder}/${engine}`, 0o755);
  return {
    env: { KANIBAKO_DOCKER_CMD: `${folder}/${engine}` },
    calls: async () => {
      const text = await Deno.readTextFile(log).catch(() => "");
      await Deno.remove(log).catch(() => {});
      return text.split("\n").filter((line) => line !== "");
    },
  };
}
