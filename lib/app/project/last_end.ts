/**
 * How the last session of a box ended: where nobody was attached, this is the only place that says so.
 *
 * @module
 */

import { isSecretName } from "../../config/env.ts";
import type { LevelFile } from "../../config/levels.ts";
import { settingsFrom } from "../../config/resolve.ts";
import type { Host } from "../../config/system.ts";
import { readCrabFile, readGeneralCrab } from "../../crab/file.ts";
import { readExit } from "../../run/record.ts";
import { type WhyStopped, whyStopped } from "../../run/stopped_on_purpose.ts";
import { maskedText } from "../../spec/masked_text.ts";
import { logLines } from "./log_lines.ts";
import { targets } from "../../../targets/discover.ts";

/** The last end of a session that outlives its terminal. */
export interface LastEnd {
  /** The exit code of the agent or command. */
  readonly code: number;
  /** Why it was stopped; absent where it ended otherwise. */
  readonly stopped?: WhyStopped;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** The last lines it showed; secrets that are known are masked. */
  readonly screen: string;
}

/** As many as are shown beside other things. */
const FEW_LINES = 20;

/** Looks it up, with at most so many lines; `undefined` when there was none. A record that cannot be read counts as none. */
export async function lastEnd(
  host: Host,
  state: string,
  levels: readonly LevelFile[],
  mostLines = FEW_LINES,
): Promise<LastEnd | undefined> {
  const exit = await readExit(state).catch(() => undefined);
  if (!exit) return undefined;
  const screen = exit.screen.trim() === ""
    ? ""
    : maskedText(exit.screen, await secrets(host, levels), isSecretName);
  const stopped = await whyStopped(state, exit.run);
  return {
    ...(stopped ? { stopped } : {}),
    code: exit.code,
    atMs: exit.endedAt,
    screen: logLines(screen, mostLines).join("\n"),
  };
}

/** The values of secret variables, as any agent's configuration and that of the box have them now. */
async function secrets({ system }: Host, levels: readonly LevelFile[]): Promise<string[]> {
  const { paths } = system;
  const crabs = await Promise.all([
    readGeneralCrab(paths),
    ...targets().filter(({ hasBinary }) => hasBinary).map(({ name }) => readCrabFile(paths, name)),
  ]);
  return crabs.flatMap((crab) => Object.values(settingsFrom(levels, crab, {}).env))
    .filter(({ secret }) => secret).map(({ value }) => value);
}
