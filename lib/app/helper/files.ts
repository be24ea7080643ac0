/**
 * The task of a helper and the schema of its result, from where the options say.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { absolutePath } from "../../host/path.ts";
import { cannot } from "../../host/store.ts";
import { quotePath } from "../../host/ui/quote_path.ts";
import { boxAround } from "../../project/in_box.ts";
import { promptFromFile, promptFromInput, usablePrompt } from "../agent/prompt_text.ts";

/** Where files are looked for. */
export interface Reading {
  readonly cwd: string;
  /** Opens the configuration; not asked in a box. */
  host(): Promise<Host>;
}

/** More than any task or schema has. */
const MOST_BYTES = 1024 * 1024;

/** The task; `undefined` where there is none. Throws `bad-prompt`, `cannot-read`, `unsafe-tree` and `too-large`. */
export async function taskText(
  reading: Reading,
  { task, taskFile }: { readonly task?: string; readonly taskFile?: string },
): Promise<string | undefined> {
  if (task !== undefined) return usablePrompt(task, "--task");
  if (taskFile === undefined) return undefined;
  if (taskFile === "-") return await promptFromInput();
  return usablePrompt(await textOf(reading, taskFile), "--task-file");
}

/** A JSON Schema as text. Throws `bad-schema` for what is none, and as {@link taskText}. */
export async function schemaText(reading: Reading, file: string): Promise<string> {
  const text = await textOf(reading, file);
  try {
    const value: unknown = JSON.parse(text);
    if (
      typeof value === "boolean" || (typeof value === "object" && value !== null && !Array.isArray(value))
    ) {
      return text;
    }
  } catch {
    /* said below */
  }
  throw new KanibakoError("bad-schema", `Cannot use ${quotePath(file)}: it is no JSON Schema.`, {
    hint: 'Write a JSON object, such as {"type": "object", "required": ["summary"]}.',
  });
}

/** In a box its own files are read; on a host by handle where a box may have made them. */
async function textOf(reading: Reading, file: string): Promise<string> {
  if (boxAround() === undefined) return await promptFromFile(await reading.host(), file, reading.cwd);
  const path = absolutePath(file, reading.cwd);
  try {
    using file = await Deno.open(path);
    const bytes = new Uint8Array(MOST_BYTES + 1);
    let length = 0;
    for (let count = await file.read(bytes); count; count = await file.read(bytes.subarray(length))) {
      length += count;
    }
    if (length <= MOST_BYTES) return new TextDecoder().decode(bytes.subarray(0, length));
    throw new KanibakoError("too-large", `Cannot use ${quotePath(path)}: it is too long.`, {
      hint: `At most ${MOST_BYTES} bytes are read.`,
    });
  } catch (cause) {
    if (cause instanceof KanibakoError) throw cause;
    throw cannot("read", path, cause);
  }
}
