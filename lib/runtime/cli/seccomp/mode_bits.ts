/**
 * Refuses to make setuid and setgid programs: in a folder that a box shares with the host they would give whoever runs
 * them on the host the rights of the box's user there, or of the user's group.
 *
 * Folders with the bit are refused too, since a filter does not see what a path leads to: a folder that has it from its
 * parent keeps it only until its mode is changed, so that copying trees fails there. `mkdir` needs no rule: the kernel takes
 * no such bit from it.
 *
 * @module
 */

import { allow, ENOSYS, EPERM, masked, refuse, type Rule } from "./rules.ts";

/** The bits. Source: inode(7). */
export const SETUID = 0o4000;
/** See {@link SETUID}. */
export const SETGID = 0o2000;
/** Flags with which opening makes a file, so that the mode counts; without them it is whatever the register held. */
const O_CREAT = 0o100;
const O_TMPFILE = 0o20000000;

/** Calls that give a file its mode, and the argument it is in. Source: the manual pages; arguments count from 0. */
const MODE: Readonly<Record<string, number>> = {
  chmod: 1,
  creat: 1,
  fchmod: 1,
  fchmodat: 2,
  fchmodat2: 2,
  mknod: 1,
  mknodat: 2,
};
/** Calls that may make a file, and the argument with the flags; the mode is the next one. */
const FLAGS: Readonly<Record<string, number>> = { open: 1, openat: 2 };

/** All calls that the rules are about. */
export const MODE_CALLS: readonly string[] = [...Object.keys(MODE), ...Object.keys(FLAGS), "openat2"];

/** The rules that refuse some of the bits, for those of the calls that are allowed otherwise. */
export function withoutBits(bits: readonly number[], allowed: ReadonlySet<string>): Rule[] {
  const all = bits.reduce((sum, bit) => sum | bit, 0);
  const rules: Rule[] = [];
  for (const [name, mode] of Object.entries(MODE)) {
    if (!allowed.has(name)) continue;
    rules.push(
      allow([name], masked(mode, all, 0)),
      ...bits.map((bit) => refuse([name], EPERM, masked(mode, bit, bit))),
    );
  }
  for (const [name, flags] of Object.entries(FLAGS)) {
    if (!allowed.has(name)) continue;
    const mode = flags + 1;
    rules.push(
      allow([name], masked(flags, O_CREAT | O_TMPFILE, 0)),
      allow([name], masked(mode, all, 0)),
    );
    for (const making of [O_CREAT, O_TMPFILE]) {
      for (const bit of bits) {
        rules.push(refuse([name], EPERM, masked(flags, making, making), masked(mode, bit, bit)));
      }
    }
  }
  // Its mode is behind a pointer, which a filter cannot follow. Programs that know the call do without it.
  rules.push(refuse(["openat2"], ENOSYS));
  return rules;
}
