/**
 * How a command is declared. A declaration is plain data: from it come the parser, the help, the command reference and
 * the completions. What the command does is in its action file, loaded only when it runs.
 *
 * @module
 */

import type { FlagParametersForType, TypedPositionalParameter } from "@stricli/core";
import type { Context } from "./context.ts";

/** What a command does. Returns its exit code; nothing means 0. */
export type Action<Flags, Words extends readonly unknown[]> = (
  this: Context,
  flags: Flags,
  ...words: Words
) => Promise<number | void>;

/** The declaration of one command. `Flags` and `Words` are what its action is given. */
export interface Declaration<Flags, Words extends readonly unknown[]> {
  /** One line, without a full stop. */
  readonly brief: string;
  /** More, shown by `--help` of this command only. */
  readonly description?: string;
  /** Options, by their camelCase name. */
  readonly flags: FlagParametersForType<Flags, Context>;
  /** Short spellings: letter to flag. */
  readonly short?: Readonly<Record<string, keyof Flags & string>>;
  /** Further long spellings, without dashes: `rig` to `image`. */
  readonly spellings?: Readonly<Record<string, keyof Flags & string>>;
  /** Flags of which only one may be given. */
  readonly exclusive?: readonly (readonly (keyof Flags & string)[])[];
  /** Words that are not options, in order. */
  readonly positional?: { readonly [K in keyof Words]: TypedPositionalParameter<Words[K], Context> };
  /** Any number of words more; the action finds them in `rest`. */
  readonly more?: { readonly placeholder: string; readonly brief: string };
  /** What the words after `--` are, where the command takes them untouched. */
  readonly passthrough?: { readonly placeholder: string; readonly brief: string };
  /** `-p DIR` and `--project DIR` stand for the first word. */
  readonly projectOption?: boolean;
  /** False: nothing is set up on the first run by this command. */
  readonly initialise?: boolean;
  /** It works, but help and completions do not show it: an older spelling. */
  readonly hidden?: boolean;
  /** A command line and what it is for. */
  readonly examples?: readonly (readonly [command: string, purpose: string])[];
  /** Loads the action; a literal `import()`. */
  readonly load: () => Promise<{ default: Action<Flags, Words> }>;
}

/** What help, reference and completions need to know about an option. */
export interface FlagInfo {
  readonly kind: "boolean" | "parsed" | "enum" | "counter";
  readonly brief: string;
  readonly placeholder?: string;
  readonly values?: readonly string[];
  readonly variadic?: boolean | string;
  readonly hidden?: boolean;
}

/** What help, reference and completions need to know about a word. */
export interface WordInfo {
  readonly brief: string;
  readonly placeholder?: string;
  readonly optional?: boolean;
}

/** A declared command, its own types forgotten. */
export interface Command {
  readonly kind: "command";
  readonly brief: string;
  readonly description: string | undefined;
  readonly flags: Readonly<Record<string, FlagInfo>>;
  readonly short: Readonly<Record<string, string>>;
  readonly spellings: Readonly<Record<string, string>>;
  readonly exclusive: readonly (readonly string[])[];
  readonly positional: readonly WordInfo[];
  readonly more: { readonly placeholder: string; readonly brief: string } | undefined;
  readonly passthrough: { readonly placeholder: string; readonly brief: string } | undefined;
  readonly projectOption: boolean;
  readonly initialise: boolean;
  readonly hidden: boolean;
  readonly examples: readonly (readonly [command: string, purpose: string])[];
  readonly load: () => Promise<{ default: Action<never, never> }>;
}

/** Commands that belong together. */
export interface Group {
  readonly kind: "group";
  readonly brief: string;
  /** A group's command may be a group again. */
  readonly commands: Readonly<Record<string, Command | Group>>;
  /** Other names of its commands. */
  readonly aliases: Readonly<Record<string, string>>;
  /** The command that runs when none is named. */
  readonly default: string | undefined;
  /** Not shown. */
  readonly hidden?: boolean;
}

/** Declares a command. */
export function command<Flags, Words extends readonly unknown[] = []>(
  declaration: Declaration<Flags, Words>,
): Command {
  return {
    kind: "command",
    brief: declaration.brief,
    description: declaration.description,
    flags: declaration.flags as unknown as Readonly<Record<string, FlagInfo>>,
    short: declaration.short ?? {},
    spellings: declaration.spellings ?? {},
    exclusive: declaration.exclusive ?? [],
    positional: (declaration.positional ?? []) as unknown as readonly WordInfo[],
    more: declaration.more,
    passthrough: declaration.passthrough,
    projectOption: declaration.projectOption ?? false,
    initialise: declaration.initialise ?? true,
    hidden: declaration.hidden ?? false,
    examples: declaration.examples ?? [],
    load: declaration.load as unknown as () => Promise<{ default: Action<never, never> }>,
  };
}

/** An option without a value. */
export interface Toggle {
  readonly kind: "boolean";
  readonly brief: string;
  readonly default: false;
  readonly withNegated: false;
}

/** An option with a text value. */
export interface Text {
  readonly kind: "parsed";
  readonly brief: string;
  readonly placeholder: string;
  readonly parse: (input: string) => string;
  readonly optional: true;
}

/** An option that may be repeated. */
export interface List {
  readonly kind: "parsed";
  readonly brief: string;
  readonly placeholder: string;
  readonly parse: (input: string) => string;
  readonly variadic: true;
  readonly default: readonly string[];
}

/** An option with one of a few values. */
export interface Choice<T extends string> {
  readonly kind: "enum";
  readonly brief: string;
  readonly values: readonly T[];
  readonly optional: true;
}

const same = (input: string): string => input;

/** An option without a value; false unless given. */
export function toggle(brief: string): Toggle {
  return { kind: "boolean", brief, default: false, withNegated: false };
}

/** An option with a value. Given twice, the last counts. */
export function text(placeholder: string, brief: string): Text {
  return { kind: "parsed", brief, placeholder, parse: same, optional: true };
}

/** An option that may be repeated; its values in order. */
export function list(placeholder: string, brief: string): List {
  return { kind: "parsed", brief, placeholder, parse: same, variadic: true, default: [] };
}

/** An option with one of a few values. */
export function choice<const T extends string>(values: readonly T[], brief: string): Choice<T> {
  return { kind: "enum", brief, values, optional: true };
}

/** A word the command needs. */
export function word(
  placeholder: string,
  brief: string,
): { placeholder: string; brief: string; parse: (input: string) => string } {
  return { placeholder, brief, parse: same };
}

/** A word the command can do without. */
export function optionalWord(
  placeholder: string,
  brief: string,
): { placeholder: string; brief: string; parse: (input: string) => string; optional: true } {
  return { placeholder, brief, parse: same, optional: true };
}

/** An option that help does not show. */
export function hidden<T extends object>(flag: T): T & { readonly hidden: true } {
  return { ...flag, hidden: true };
}

/** The spelling of a flag on the command line: `noHelpers` is `no-helpers`. */
export function optionName(flag: string): string {
  return flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
