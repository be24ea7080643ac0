/**
 * A session that is recorded.
 *
 * @module
 */

import { openRecording } from "../../../app/terminal/record.ts";
import { note, warn } from "../../../host/ui/terminal.ts";
import { shellQuote } from "../../../host/ui/text.ts";
import type { SessionRequest } from "../../../session/gather.ts";

/** Opens a session and records what its terminal shows, up to its end and its exit code. */
export async function recorded(
  wanted: SessionRequest,
  file: string,
  opened: (wanted: SessionRequest) => Promise<number>,
): Promise<number> {
  const { terminal } = wanted;
  if (!terminal) return await opened(wanted);
  const { columns, rows } = Deno.consoleSize();
  const size = { columns: columns || 80, rows: rows || 24 };
  using recording = await openRecording(wanted.host, file, wanted.cwd, { ...size, type: terminal.type });
  const { recorder } = recording;
  let code = 1;
  try {
    code = await opened({ ...wanted, terminal: { ...terminal, witness: recorder } });
    return code;
  } finally {
    recorder.end(code);
    const why = recorder.failure;
    const shown = shellQuote(recording.file);
    if (why === undefined) note(`Recorded in ${shown}. To play it: kanibako replay ${shown}`);
    else warn(`The recording in ${shown} is not whole: ${why instanceof Error ? why.message : why}`);
  }
}
