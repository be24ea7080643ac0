/**
 * How a command is declared. A declaration is plain data: parser, help, command reference and completions are made from
 * it, and other front ends can be. What the command does is in its action file, loaded only when it runs.
 *
 * @module
 */

import type { ConfigLevel } from "../config/settings/declare.ts";
import type { Context } from "./context.ts";

/** What a command does. Returns its exit code; nothing means 0. */
export type Action<Flags, Words extends readonly unknown[]> = (
  this: Context,
  flags: Flags,
  ...words: Words
) => Promise<number | void>;

/** What completions offer for a value: names that exist on this machine, or settings of a level. */
export type Names =
  | "project"
  | "workset"
  | "member"
  | "snapshot"
  | "secret"
  | "helper"
  | `${ConfigLevel} setting`;

interface OptionBase {
  /** One line for help, without a full stop. */
  readonly brief: string;
  /** It works, but help and completions do not show it. */
  readonly hidden?: boolean;
}

/** An option without a value. */
export interface Toggle extends OptionBase {
  readonly kind: "toggle";
}

/** An option with a text value. */
export interface Text extends OptionBase {
  readonly kind: "text";
  readonly placeholder: string;
  readonly names?: Names;
}

/** An option that may be repeated. */
export interface List extends OptionBase {
  readonly kind: "list";
  readonly placeholder: string;
}

/** An option with one of a few values. */
export interface Choice<T extends string = string> extends OptionBase {
  readonly kind: "choice";
  readonly values: readonly T[];
}

/** Any option. */
export type Option = Toggle | Text | List | Choice;

/** The kind of option whose value has a type. */
export type OptionFor<Value> = [Value] extends [boolean] ? Toggle
  : [Value] extends [readonly string[]] ? List
  : string extends Value ? Text
  : Choice<Value & string>;

/** The declarations of a command's options. */
export type OptionsFor<Flags> = { readonly [K in keyof Flags]-?: OptionFor<Exclude<Flags[K], undefined>> };

/** A word that is not an option. */
export interface Word {
  readonly placeholder: string;
  /** One line for help, without a full stop. */
  readonly brief: string;
  readonly optional: boolean;
  /** The only values it may have. */
  readonly values?: readonly string[];
  /** What completions offer for it. */
  readonly names?: readonly Names[];
}

/** Words that reach the action untouched. */
export interface Rest {
  readonly placeholder: string;
  readonly brief: string;
  /** Whether there must be one at least. */
  readonly required?: boolean;
}

/** The declaration of one command. `Flags` and `Words` are what its action is given. */
export interface Declaration<Flags, Words extends readonly unknown[]> {
  /** One line in the imperative, without a full stop. */
  readonly brief: string;
  /** More, shown by `--help` of this command only. */
  readonly description?: string;
  /** Options, by their camelCase name. */
  readonly flags: OptionsFor<Flags>;
  /** Short spellings: letter to flag. */
  readonly short?: Readonly<Record<string, keyof Flags & string>>;
  /** Further long spellings, without dashes: `rig` to `image`. */
  readonly spellings?: Readonly<Record<string, keyof Flags & string>>;
  /** Spellings of earlier versions, letters or long ones: they work, but help and completions do not show them. */
  readonly older?: Readonly<Record<string, keyof Flags & string>>;
  /** Flags of which only one may be given. */
  readonly exclusive?: readonly (readonly (keyof Flags & string)[])[];
  /** Words that are not options, in order. */
  readonly positional?: {
    readonly [K in keyof Words]-?: Word & { readonly optional: undefined extends Words[K] ? true : false };
  };
  /** Any number of words more; the action finds them in `rest`. */
  readonly more?: Rest;
  /** What the words after `--` are, where the command takes them untouched. */
  readonly passthrough?: Rest;
  /** Its options end at the first word: from there on all of them are words of a command that it runs. */
  readonly optionsFirst?: boolean;
  /** `-p DIR` and `--project DIR` stand for the first word. */
  readonly projectOption?: boolean;
  /** False: the command only reads. Nothing is set up on the first run by it, and nothing of earlier versions is moved. */
  readonly initialise?: boolean;
  /** It works, but help and completions do not show it. */
  readonly hidden?: boolean;
  /** Words people may type for it. They do not run it, they are answered with its name. */
  readonly suggestFor?: readonly string[];
  /** A command line and what it does. */
  readonly examples?: readonly (readonly [command: string, effect: string])[];
  /** Loads the action; a literal `import()`. */
  readonly load: () => Promise<{ default: Action<Flags, Words> }>;
}

/** A declared command, its own types forgotten. */
export interface Command {
  readonly kind: "command";
  readonly brief: string;
  readonly description: string | undefined;
  readonly flags: Readonly<Record<string, Option>>;
  readonly short: Readonly<Record<string, string>>;
  readonly spellings: Readonly<Record<string, string>>;
  readonly older: Readonly<Record<string, string>>;
  readonly exclusive: readonly (readonly string[])[];
  readonly positional: readonly Word[];
  readonly more: Rest | undefined;
  readonly passthrough: Rest | undefined;
  readonly optionsFirst: boolean;
  readonly projectOption: boolean;
  readonly initialise: boolean;
  readonly hidden: boolean;
  readonly suggestFor: readonly string[];
  readonly examples: readonly (readonly [command: string, effect: string])[];
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
  /**
   * It is about one thing, which may be named before the command or without one: `box network api allow example.com`. The option that
   * names it.
   */
  readonly about?: "project" | "name";
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
    flags: declaration.flags as unknown as Readonly<Record<string, Option>>,
    short: declaration.short ?? {},
    spellings: declaration.spellings ?? {},
    older: declaration.older ?? {},
    exclusive: [...declaration.exclusive ?? [], ...outputForms(declaration.flags)],
    positional: (declaration.positional ?? []) as readonly Word[],
    more: declaration.more,
    passthrough: declaration.passthrough,
    optionsFirst: declaration.optionsFirst ?? false,
    projectOption: declaration.projectOption ?? false,
    initialise: declaration.initialise ?? true,
    hidden: declaration.hidden ?? false,
    suggestFor: declaration.suggestFor ?? [],
    examples: declaration.examples ?? [],
    load: declaration.load as unknown as () => Promise<{ default: Action<never, never> }>,
  };
}

/** There is one form of output: of two that were asked for, one would be passed over. */
function outputForms(flags: object): readonly (readonly string[])[] {
  return "json" in flags && "quiet" in flags ? [["json", "quiet"]] : [];
}

/** An option without a value; false unless given. */
export function toggle(brief: string): Toggle {
  return { kind: "toggle", brief };
}

/** An option with a value. Given twice, the last counts. */
export function text(placeholder: string, brief: string, names?: Names): Text {
  return { kind: "text", brief, placeholder, ...(names === undefined ? {} : { names }) };
}

/** An option that may be repeated; its values in order. */
export function list(placeholder: string, brief: string): List {
  return { kind: "list", brief, placeholder };
}

/** An option with one of a few values. */
export function choice<const T extends string>(values: readonly T[], brief: string): Choice<T> {
  return { kind: "choice", brief, values };
}

/** A word the command needs. */
export function word(
  placeholder: string,
  brief: string,
  ...names: readonly Names[]
): Word & { readonly optional: false } {
  return { placeholder, brief, optional: false, names };
}

/** A word the command can do without. */
export function optionalWord(
  placeholder: string,
  brief: string,
  ...names: readonly Names[]
): Word & { readonly optional: true } {
  return { placeholder, brief, optional: true, names };
}

/** An option that help does not show. */
export function hidden<T extends object>(flag: T): T & { readonly hidden: true } {
  return { ...flag, hidden: true };
}

/** The spelling of a flag on the command line: `noHelpers` is `no-helpers`. */
export function optionName(flag: string): string {
  return flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
