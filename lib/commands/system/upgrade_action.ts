/**
 * Looks for a newer version of this program and gets it.
 *
 * @module
 */

import { installedText } from "../../app/system/upgrade/installed.ts";
import {
  installation,
  lookForUpgrade,
  noFeed,
  rollBack,
  upgrade,
  type UpgradeState,
} from "../../app/system/upgrade/upgrade.ts";
import { json, note, out, success } from "../../host/ui/terminal.ts";
import { count } from "../../host/ui/text.ts";
import { version } from "../../host/version.ts";
import type { Context } from "../context.ts";
import type { UpgradeFlags } from "./upgrade.ts";

/** Runs `kanibako system upgrade`. */
export default async function systemUpgrade(this: Context, flags: UpgradeFlags): Promise<void> {
  const host = await this.host();
  const how = await installation();
  if (flags.rollback) {
    const before = await rollBack(host, how);
    success(
      `Went back from kanibako ${version} to ${before}. To undo that: kanibako system upgrade --rollback`,
    );
    return running();
  }
  if (flags.json) return json(asJson(await lookForUpgrade(host, how)));
  out(`This is kanibako ${version} (${installedText(how)}).`);
  const state = await lookForUpgrade(host, how);
  if (state.newer === undefined && how.how !== "package") throw noFeed();
  if (state.newer === false) return out(upToDate(state));
  if (state.newer) out(available(state));
  if (flags.check) {
    return out(`To get the newest: ${how.how === "package" ? how.command : "kanibako system upgrade"}`);
  }
  const done = await upgrade(host, state);
  if (done.kind === "replaced") {
    success(`Upgraded kanibako to ${done.version}. To go back: kanibako system upgrade --rollback`);
  } else {
    success(`Updated the checkout${done.packages ? ", with other packages" : ""}. To build it: ./dev build`);
  }
  running();
}

function running(): void {
  note("Running boxes keep the program that they were started with until they are restarted.");
}

function upToDate({ checkout, release }: UpgradeState): string {
  return checkout
    ? `It is up to date with ${checkout.upstream} (${checkout.commit}).`
    : `It is up to date; the newest release is ${release!.version} of ${release!.date}.`;
}

function available({ checkout, release }: UpgradeState): string {
  return checkout
    ? `${checkout.upstream} is ${
      count(checkout.behind, "commit")
    } ahead of ${checkout.commit}; the newest: ${checkout.newest}`
    : `Version ${release!.version} of ${release!.date} is available.`;
}

function asJson({ version, installed, release, checkout, newer }: UpgradeState): Record<string, unknown> {
  return {
    version,
    installed,
    newer: newer ?? null,
    release: release ? { version: release.version, date: release.date } : null,
    checkout: checkout ?? null,
  };
}
