/**
 * How snapshots of the vault are taken and kept.
 *
 * @module
 */

import { BOX_LEVELS, setting } from "./declare.ts";
import { choice, flag, integer } from "./types.ts";

/** Settings of snapshots. */
export const VAULT_SETTINGS = {
  auto: setting({
    name: "vault.auto",
    type: choice(["always", "changed", "off"]),
    default: "changed",
    levels: BOX_LEVELS,
    meaning: "When a snapshot of the vault is taken before a launch.",
  }),
  strategy: setting({
    name: "vault.strategy",
    type: choice(["auto", "btrfs", "reflink", "hardlink", "archive"]),
    default: "auto",
    levels: BOX_LEVELS,
    meaning: "How snapshots are made. auto: the best the file system can.",
  }),
  compression: setting({
    name: "vault.compression",
    type: choice(["zst", "xz"]),
    default: "zst",
    levels: BOX_LEVELS,
    meaning: "How snapshots that are archives are compressed.",
  }),
  keep: setting({
    name: "vault.keep",
    type: integer(1, 100_000),
    default: 10,
    levels: BOX_LEVELS,
    meaning: "How many of the newest automatic snapshots are kept.",
  }),
  keepDaily: setting({
    name: "vault.keep_daily",
    type: integer(0, 100_000),
    default: 7,
    levels: BOX_LEVELS,
    meaning: "For how many days the last automatic snapshot of the day is kept too.",
  }),
  keepWeekly: setting({
    name: "vault.keep_weekly",
    type: integer(0, 100_000),
    default: 8,
    levels: BOX_LEVELS,
    meaning: "For how many weeks the last automatic snapshot of the week is kept too.",
  }),
  includeHome: setting({
    name: "vault.include_home",
    type: flag,
    default: false,
    levels: BOX_LEVELS,
    meaning: "Whether snapshots contain the box's home too, without credentials.",
  }),
};
