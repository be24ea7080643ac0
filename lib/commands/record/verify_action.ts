import { recordedBox } from "../../app/record/find.ts";
import { UsageError } from "../../host/error.ts";
import { json, note, out, red } from "../../host/ui/terminal.ts";
import { absolutePath } from "../../host/path.ts";
import { cannot } from "../../host/store.ts";
import { verifyBundle } from "../../record/bundle.ts";
import { readPublicKey } from "../../record/key.ts";
import { recordedBoxes } from "../../record/places.ts";
import { type Verified, verifyRecord } from "../../record/verify.ts";
import type { Context } from "../context.ts";
import type { RecordVerifyFlags } from "./record.ts";
import { shortTime } from "./short_time.ts";

/** Runs `kanibako record verify`. 1 where something is wrong. */
export default async function verify(
  this: Context,
  flags: RecordVerifyFlags,
  word?: string,
): Promise<number> {
  if (flags.file !== undefined && word !== undefined) {
    throw new UsageError("Give a box or --file, not both.");
  }
  const checked = flags.file === undefined
    ? await here(this, flags.key, word)
    : [await inFile(absolutePath(flags.file, this.cwd), flags.key)];
  const sound = checked.every(({ problems }) => problems.length === 0);
  if (flags.json) json(checked);
  else if (checked.length === 0) note("There is no record yet.");
  else for (const one of checked) show(one);
  return sound ? 0 : 1;
}

async function here(
  context: Context,
  key: string | undefined,
  word: string | undefined,
): Promise<Verified[]> {
  const host = await context.host();
  const boxes = word === undefined
    ? await recordedBoxes(host.dirs)
    : [await recordedBox(host, word, () => context.cwd)];
  const publicKey = key ?? await readPublicKey(host.dirs);
  const checked: Verified[] = [];
  for (const box of boxes) checked.push(await verifyRecord(host.dirs, box, publicKey));
  return checked;
}

async function inFile(path: string, key: string | undefined): Promise<Verified> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path);
  } catch (error) {
    throw cannot("read", path, error);
  }
  using _file = file;
  const checked = await verifyBundle(file.readable, path, key);
  if (key === undefined) note("The file names the key itself. To check whose it is: --key KEY");
  return checked;
}

function show({ box, entries, lastSeq, signedAt, keyId, problems }: Verified): void {
  if (problems.length === 0) {
    return out(`${box}: ${entries} entries up to ${lastSeq}, signed ${shortTime(signedAt)} by ${keyId}.`);
  }
  out(red(`${box}: not as it was written.`));
  for (const problem of problems) out(`  ${problem}`);
}
