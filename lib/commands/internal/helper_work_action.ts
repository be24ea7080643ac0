import type { Context } from "../context.ts";
import { KanibakoError } from "../../host/error.ts";
import { doWork, type WorkAnswer, type WorkRequest, workRequestOf } from "../../hub/work/ask.ts";
import { qualifiedName } from "../../project/project.ts";
import { silentUi } from "../../spec/ui.ts";

/** Most bytes of a question. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Answers one question of a hub about the work of a helper: JSON on standard input, and on standard output. */
export default async function helperWork(this: Context): Promise<void> {
  let answer: WorkAnswer | { readonly error: Pick<KanibakoError, "code" | "message" | "hints"> };
  try {
    answer = await answerTo(this, workRequestOf(await question()));
  } catch (error) {
    const { code, message, hints } = error instanceof KanibakoError
      ? error
      : { code: "failed", message: String(error), hints: [] };
    answer = { error: { code, message, hints } };
  }
  let bytes = new TextEncoder().encode(`${JSON.stringify(answer)}\n`);
  while (bytes.length > 0) bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
}

async function answerTo(context: Context, request: WorkRequest): Promise<WorkAnswer> {
  const host = { ...await context.host(), ui: silentUi };
  if (request.what !== "fork") return await doWork(host.dirs, request);
  const { forkProject } = await import("../../app/project/fork.ts");
  const { path, name = "" } = request;
  const forked = await forkProject(host, { project: path, cwd: "/", name, whileRunning: true });
  const { locateProject } = await import("../../project/locate.ts");
  const copy = await locateProject(host, forked.path, "/");
  return { changes: [], path: forked.path, json: qualifiedName(copy) };
}

async function question(): Promise<unknown> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of Deno.stdin.readable) {
    parts.push(part);
    if ((length += part.length) > MAX_BYTES) {
      throw new KanibakoError("too-large", "The question is too long.");
    }
  }
  return JSON.parse(await new Blob(parts as BlobPart[]).text());
}
