/**
 * A newer version of this program: whether there is one, and how it is had.
 *
 * @module
 */

import type { Host } from "../../../config/system.ts";
import { KanibakoError } from "../../../host/error.ts";
import { self } from "../../../host/self.ts";
import { FileLock } from "../../../host/store.ts";
import { quotePath } from "../../../host/ui/quote_path.ts";
import { version } from "../../../host/version.ts";
import type { CheckoutState } from "./checkout.ts";
import { feedOf, newestRelease } from "./feed.ts";
import { type Installed, installed } from "./installed.ts";
import { fileFor, isNewer, type Release } from "./release.ts";

/** What is known about a newer version. */
export interface UpgradeState {
  readonly version: string;
  readonly installed: Installed;
  /** The newest release; absent where no feed is known, and for a checkout. */
  readonly release?: Release & { readonly url: string };
  readonly checkout?: CheckoutState;
  /** Whether there is something newer; `undefined` where that cannot be known. */
  readonly newer: boolean | undefined;
}

/** What was done. */
export type Upgraded =
  | { readonly kind: "replaced"; readonly version: string }
  | { readonly kind: "checkout"; readonly packages: boolean };

/** How the running program came onto this machine. */
export async function installation(): Promise<Installed> {
  return await installed({
    form: (await self()).form,
    module: import.meta.url,
    executable: Deno.execPath(),
    startedAs: Deno.env.get("KANIBAKO_PROGRAM"),
    cwd: () => Deno.cwd(),
  });
}

/** Looks for something newer, and changes nothing. Throws `unsafe-checkout`, and what keeps it from looking. */
export async function lookForUpgrade(host: Host, how: Installed, present = version): Promise<UpgradeState> {
  if (how.how === "checkout") {
    const { lookAtCheckout } = await import("./checkout.ts");
    await assertOutOfBoxes(host, how.root);
    const checkout = await lookAtCheckout(how.root);
    return { version: present, installed: how, checkout, newer: checkout.behind > 0 };
  }
  const feed = feedOf(host);
  if (!feed) return { version: present, installed: how, newer: undefined };
  const release = await newestRelease(feed);
  return {
    version: present,
    installed: how,
    release: { ...release, url: feed.url },
    newer: isNewer(release, present),
  };
}

/** Throws `unsafe-checkout` where a box can write the tree: git there runs what the box has configured, such as a filter. */
async function assertOutOfBoxes(host: Host, root: string): Promise<void> {
  const { boxFolders } = await import("../../../plan/box_folders.ts");
  const folders = await boxFolders(host);
  if (![root, `${root}/.git`].some((folder) => folders.canWrite(folder))) return;
  throw new KanibakoError(
    "unsafe-checkout",
    `Cannot use git in ${quotePath(root)}: a box can write there, and git would run what the box has set up.`,
    { hint: "Look through the changes, then update the checkout with git, or use one that no box works in." },
  );
}

/** Gets what is newer. Throws `managed`, `no-feed`, `unknown-install`, `busy`, and what getting or replacing it fails with. */
export async function upgrade(host: Host, state: UpgradeState): Promise<Upgraded> {
  const { installed: how, release, checkout } = state;
  if (checkout) {
    const { updateCheckout } = await import("./checkout.ts");
    return { kind: "checkout", ...await updateCheckout(checkout) };
  }
  const program = replaceable(how);
  if (!release) throw noFeed();
  const { form } = how as Installed & { readonly how: "file" };
  const file = fileFor(release, form);
  const { checkReplaceable, removeLeftovers, replaceProgram } = await import("./replace.ts");
  checkReplaceable(program);
  using _lock = await locked(host);
  await removeLeftovers(program);
  const progress = host.ui.progress();
  const megabytes = (bytes: number) => Math.round(bytes / 1e6);
  let shown = -1;
  try {
    progress.step(`Getting kanibako ${release.version}`);
    await replaceProgram({
      program,
      file,
      version: release.version,
      url: new URL(file.name, release.url).href,
      onBytes: (bytes) => {
        if (megabytes(bytes) === shown) return;
        shown = megabytes(bytes);
        progress.output(`${shown} of ${megabytes(file.bytes)} MB\n`);
      },
    });
  } finally {
    progress.stop();
  }
  return { kind: "replaced", version: release.version };
}

/** Puts back what the last upgrade replaced. Answers its version. */
export async function rollBack(host: Host, how: Installed): Promise<string> {
  if (how.how === "checkout") {
    throw new KanibakoError("checkout", `Cannot roll back a checkout: ${how.root} has its history in git.`, {
      hint: "Use git checkout with the version you want, then ./dev build.",
    });
  }
  const program = replaceable(how);
  const { putBack } = await import("./replace.ts");
  using _lock = await locked(host);
  return await putBack(program);
}

function replaceable(how: Installed): string {
  if (how.how === "file") return how.program;
  if (how.how === "package") {
    throw new KanibakoError(
      "managed",
      `This kanibako was installed with ${how.manager}, which keeps track of it.`,
      {
        hint: `Upgrade it there: ${how.command}`,
      },
    );
  }
  const why = how.how === "unknown" ? how.why : "it is a checkout";
  throw new KanibakoError("unknown-install", `Cannot replace this program: ${why}.`, {
    hint: "Replace it in the way it was installed.",
  });
}

/** Nobody published this build. */
export function noFeed(): KanibakoError {
  return new KanibakoError("no-feed", "Cannot look for a newer version: this build comes from no release.", {
    hint: [
      "From a clone: git pull && ./dev build",
      "To follow a release feed: kanibako system config upgrade.feed=https://... and upgrade.key=RW...",
    ],
  });
}

async function locked({ dirs }: Host): Promise<FileLock> {
  const lock = await FileLock.tryAcquire(`${dirs.state}/upgrade.lock`);
  if (lock) return lock;
  throw new KanibakoError("busy", "Another upgrade is running.", { hint: "Wait until it has ended." });
}
