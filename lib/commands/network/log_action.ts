import { boxesOf, type NetworkBox } from "../../app/network/boxes.ts";
import { dim, green, note, out, outText, red, yellow } from "../../host/ui/terminal.ts";
import { escapeInJson } from "../../host/ui/text.ts";
import { isRefusal, type LogLine } from "../../net/log_line.ts";
import { followNetworkLog, readNetworkLog } from "../../net/read_log.ts";
import type { Action } from "../command.ts";
import { parseLines } from "../line_count.ts";
import { logWords } from "./log_words.ts";
import type { LogFlags, NetworkLevel } from "./network.ts";
import { networkOf } from "./whose.ts";

const USUAL_LINES = 50;

/** Shows what happened at the doors of boxes. */
export default (level: NetworkLevel): Action<LogFlags, [who?: string]> =>
  async function log(flags, word) {
    const count = flags.lines === undefined ? USUAL_LINES : parseLines(flags.lines, 0);
    const scope = await networkOf(this, level, flags, word);
    const boxes = await boxesOf(scope.host, scope);
    const wanted = (line: LogLine) => !flags.refused || isRefusal(line);
    const show = (box: NetworkBox, line: LogLine) => {
      if (!wanted(line)) return;
      if (flags.json) outText(`${escapeInJson(JSON.stringify({ box: box.name, ...line }))}\n`);
      else showLine(line, level === "box" ? undefined : box.name);
    };
    const lines = (await Promise.all(boxes.map(async (box) =>
      (await readNetworkLog(box.state)).filter(wanted).map((line) => ({ box, line }))
    ))).flat().sort((a, b) =>
      a.line.at - b.line.at
    );
    for (const { box, line } of count === 0 ? [] : lines.slice(-count)) show(box, line);
    if (flags.follow) return await follow(boxes, show);
    if (lines.length === 0 && !flags.json) {
      note(flags.refused ? "Nothing was refused." : "Nothing has happened.");
    }
  };

/** Goes on until Ctrl-C. */
async function follow(
  boxes: readonly NetworkBox[],
  show: (box: NetworkBox, line: LogLine) => void,
): Promise<void> {
  const stop = new AbortController();
  const interrupted = () => stop.abort();
  Deno.addSignalListener("SIGINT", interrupted);
  try {
    await Promise.all(boxes.map(async (box) => {
      try {
        for await (const line of followNetworkLog(box.state, stop.signal)) show(box, line);
      } catch (error) {
        // A box that never ran has no folder to watch.
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }));
  } finally {
    Deno.removeSignalListener("SIGINT", interrupted);
  }
}

function showLine(line: LogLine, box: string | undefined): void {
  const time = new Date(line.at).toISOString().slice(0, 19).replace("T", " ");
  const [what, ...more] = logWords(line);
  const colour = isRefusal(line)
    ? red
    : line.event === "connected"
    ? green
    : line.event === "closed"
    ? dim
    : yellow;
  out(
    dim(`${time} `),
    box === undefined ? "" : `${box} `,
    colour(what),
    more.length > 0 ? ` ${more.join(" ")}` : "",
  );
}
