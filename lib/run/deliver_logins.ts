/**
 * Hands a login that was renewed on the host, or by another box, to a box that runs. The box applies it within seconds, and keeps its
 * own where that is the newer one.
 *
 * @module
 */

import { boxState } from "../config/box_state.ts";
import { hasPending, recordDelivery, settleDelivery } from "../crab/delivery_record.ts";
import { planDelivery } from "../crab/deliver.ts";
import { readHostLogin } from "../crab/host_login.ts";
import { hostLogins } from "../crab/host_logins.ts";
import { handedIn } from "../crab/prepare.ts";
import { addSteps, readSteps } from "../crab/steps.ts";
import { placeholderKeyFor } from "../secret/placeholder.ts";
import { FileLock } from "../host/store.ts";
import { targetHost } from "../../targets/discover.ts";
import { type Run, runFolder } from "./run.ts";
import { sharedLogin } from "./shared_login.ts";
import { isUnshared } from "./unshare.ts";

/** What is still to be applied has this long, and is then replaced; it is done at the next start. */
const FIRST_MS = 60_000;

/**
 * Hands in what is new. `later`: what was handed in before is still to be applied. Throws `unsafe-login` where a box could have put the
 * host's login there.
 */
export async function deliverLogins(run: Omit<Run, "runtime">): Promise<"done" | "later"> {
  const { host, box, state, record, mailbox } = run;
  const login = sharedLogin(record, host.dirs.home);
  if (!login || await isUnshared(state, record)) return "done";
  using _lock = await FileLock.acquire(`${boxState(host.dirs, box)}/deliver.lock`);
  const folder = runFolder(state, record.run);
  await settleDelivery(state, folder, mailbox);
  if (await hasPending(folder) && Date.now() - record.startedAt < FIRST_MS) return "later";
  const seen = targetHost(host.dirs.home);
  const credentials = await hostLogins(
    login.target,
    (file) =>
      readHostLogin(
        {
          home: host.dirs.home,
          path: login.pathOf(file),
          boxFolders: async () => (await import("../plan/box_folders.ts")).boxFolders(host),
        },
        file.maxBytes,
        seen.readText,
      ),
    record.guarded
      ? (await import("./guarded_login.ts")).coverFor(await placeholderKeyFor(state))
      : undefined,
  );
  const steps = await readSteps(state);
  const delivery = await planDelivery({
    // Nothing but logins.
    steps: { ...steps, home: Number.MAX_SAFE_INTEGER },
    agent: login.target.name,
    configDir: login.target.configDir,
    instructionFiles: [],
    seeds: [],
    credentials,
  });
  if (!delivery) return "done";
  const marks = credentials.flatMap(({ marks }) => marks);
  if (!marks.every((mark) => steps.handedIn.includes(mark))) await addSteps(state, { handedIn: marks });
  await recordDelivery(folder, delivery);
  await mailbox.put(handedIn(delivery, ""));
  return "done";
}
