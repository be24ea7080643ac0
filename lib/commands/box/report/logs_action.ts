import { sessionLog } from "../../../app/project/logs.ts";
import { json, note, out } from "../../../host/ui/terminal.ts";
import { qualifiedName } from "../../../project/project.ts";
import type { Context } from "../../context.ts";
import { parseLines } from "../../line_count.ts";
import { age } from "./age.ts";
import type { LogsFlags } from "./logs.ts";

/** Shows what the session of a box has shown. */
export default async function logs(this: Context, flags: LogsFlags, word?: string): Promise<void> {
  const most = flags.lines === undefined ? undefined : parseLines(flags.lines);
  const log = await sessionLog(await this.host(), word, this.cwd, most);
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
