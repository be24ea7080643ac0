/**
 * Options that stand for settings: how they are spelled, what they say, and which of them a running box cannot follow.
 *
 * @module
 */

import { KanibakoError, UsageError } from "../../host/error.ts";
import type { FlagSettings } from "../settings.ts";
import { parseValue } from "../value.ts";
import { SETTINGS } from "./all.ts";
import { type Declared, type DeclaredMap, hasToggles } from "./declare.ts";
import type { Registry } from "./registry.ts";
import type { ConfigValue, ValueType } from "./types.ts";

/** An option that was given. */
export interface GivenOption {
  /** As it is spelled: `--network`. */
  readonly option: string;
  readonly declared: Declared | DeclaredMap;
  readonly value: unknown;
}

/** The spelling of an option on the command line: `noHelpers` is `--no-helpers`. */
function dashed(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The option that gave a setting this value. */
export function optionOf({ flag }: Pick<Declared, "flag">, field: string, value: unknown): string {
  if (!hasToggles(flag)) return dashed(flag?.option ?? field);
  const [toggle] = Object.entries(flag.toggles).find(([, one]) => one.value === value) ?? [field];
  return dashed(toggle);
}

/** Reads what an option says. Throws a usage error that names the option. */
export function valueGiven(declared: Declared, option: string, given: unknown): ConfigValue {
  try {
    return parseValue({ name: declared.name, type: withPerRun(declared.type) }, given);
  } catch (cause) {
    if (!(cause instanceof KanibakoError)) throw cause;
    const words = Array.isArray(given) ? given : [given];
    throw new UsageError(`Cannot use ${option} ${words.map((word) => JSON.stringify(word)).join(" ")}.`, {
      hint: cause.hints,
    });
  }
}

function withPerRun(type: ValueType<unknown>): ValueType<unknown> {
  return type.perRun === undefined ? type : { ...type, choices: [...type.choices ?? [], ...type.perRun] };
}

/** The options that were given, in the order of the declarations. */
export function givenOptions(flags: FlagSettings, registry: Registry = SETTINGS): readonly GivenOption[] {
  const given = flags as Readonly<Record<string, unknown>>;
  return Object.entries(registry.flags).flatMap(([field, declared]) => {
    const value = given[field];
    return value === undefined ? [] : [{ option: optionOf(declared, field, value), declared, value }];
  });
}

/** The options that decide how a box is started, so that one that is running cannot follow them. What never acts is not among them. */
export function launchOnly(flags: FlagSettings, registry: Registry = SETTINGS): readonly GivenOption[] {
  return givenOptions(flags, registry).filter(({ declared }) =>
    declared.launchOnly === true && declared.missing === undefined
  );
}

/** Whether a running box refuses an option for another value than it has, rather than to warn of it. */
export function isRefused({ safety, decisive }: Declared | DeclaredMap): boolean {
  return safety === true || decisive === true;
}
