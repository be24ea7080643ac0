/**
 * Seccomp profiles as engines read them. Source: containers/common, pkg/seccomp; runtime-spec, config-linux.md.
 *
 * @module
 */

/** A condition on one argument of a call. `MASKED_EQ`: what is left of it under the mask `value` is `valueTwo`. */
export interface Condition {
  readonly index: number;
  readonly value: number;
  readonly valueTwo: number;
  readonly op: "SCMP_CMP_EQ" | "SCMP_CMP_NE" | "SCMP_CMP_MASKED_EQ";
}

/** One rule. All of its conditions apply together; engines take two on one argument for alternatives, so there is never more than one. */
export interface Rule {
  readonly names: readonly string[];
  readonly action: string;
  readonly args?: readonly Condition[] | null;
  readonly errnoRet?: number;
  readonly [other: string]: unknown;
}

/** A profile. A call that no rule matches gets the default action. */
export interface SeccompProfile {
  readonly syscalls: readonly Rule[];
  readonly [other: string]: unknown;
}

/** Error numbers that calls are refused with. Source: errno(3). */
export const EPERM = 1;
export const EINVAL = 22;
export const ENOSYS = 38;

/** Refuses calls. */
export function refuse(names: readonly string[], errnoRet: number, ...args: Condition[]): Rule {
  return { names, action: "SCMP_ACT_ERRNO", errnoRet, ...(args.length > 0 ? { args } : {}) };
}

/** Allows calls. */
export function allow(names: readonly string[], ...args: Condition[]): Rule {
  return { names, action: "SCMP_ACT_ALLOW", ...(args.length > 0 ? { args } : {}) };
}

/** What is left of an argument under a mask. */
export function masked(index: number, mask: number, left: number): Condition {
  return { index, value: mask, valueTwo: left, op: "SCMP_CMP_MASKED_EQ" };
}

/** The value of an argument. */
export function compared(index: number, op: "EQ" | "NE", value: number): Condition {
  return { index, value, valueTwo: 0, op: `SCMP_CMP_${op}` };
}
