import { sessionLog } from "../../../app/project/logs.ts";
import { UsageError } from "../../../host/error.ts";
import { json, note, out } from "../../../host/ui/terminal.ts";
import { qualifiedName } from "../../../project/project.ts";
import type { Context } from "../../context.ts";
import { age } from "./age.ts";
import type { LogsFlags } from "./logs.ts";

/** Shows what the session of a box has shown. */
export default async function logs(this: Context, flags: LogsFlags, word?: string): Promise<void> {
  const log = await sessionLog(await this.host(), word, this.cwd, linesOf(flags.lines));
  const { project, running, ended, lines } = log;
  if (flags.json) {
    return json({
      name: qualifiedName(project),
      running,
      ended: ended ? { code: ended.code, at: new Date(ended.atMs).toISOString() } : null,
      lines,
    });
  }
  for (const line of lines) out(line);
  if (ended) {
    note(`The session has ended with exit code ${ended.code}, ${age(ended.atMs, Date.now())}.`);
  }
}

function linesOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text) && Number(text) > 0) return Number(text);
  throw new UsageError(`--lines: ${JSON.stringify(text)} is no number of lines.`, {
    hint: "Give a whole number above 0, such as 20.",
  });
}
