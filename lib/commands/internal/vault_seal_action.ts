import type { Context } from "../context.ts";
import { locateProject } from "../../project/locate.ts";
import { FileLock } from "../../host/store.ts";
import { openVault } from "../../vault/store.ts";
import { sealAll } from "../../vault/checksums/seal.ts";

/** Larger snapshots get their checksums from the first `verify`: nobody asked for so much reading. */
const MAX_BYTES = 4 * 2 ** 30;

/** Gives snapshots their checksums. Holds nobody up: it has a lock of its own. */
export default async function vaultSeal(
  this: Context,
  _flags: Record<never, never>,
  path: string,
): Promise<void> {
  const host = await this.host();
  const project = await locateProject(host, path);
  using lock = await FileLock.tryAcquire(`${project.state}/vault-seal.lock`);
  if (!lock) return;
  using vault = await openVault(host, project, "look");
  await sealAll(vault, MAX_BYTES);
}
