/**
 * How a setting is declared: once. Its TypeScript type, its options on the command line and in the library, the schema of
 * the files, the documents and the completions follow from the declaration.
 *
 * @module
 */

import type { ConfigValue, MapType, ValueType } from "./types.ts";

/** A level of the configuration that is a file. */
export type ConfigLevel = "box" | "workset" | "crab" | "system";

/** Everywhere. */
export const EVERY_LEVEL: readonly ConfigLevel[] = ["box", "workset", "crab", "system"];
/** What a box is, whatever agent is in it. */
export const BOX_LEVELS: readonly ConfigLevel[] = ["box", "workset", "system"];

/** How one option is spelled, beside its own name. */
interface Spelled {
  /** For help, in the imperative, without a full stop. */
  readonly brief: string;
  /** One letter. */
  readonly short?: string;
  /** Other long spellings. */
  readonly spellings?: readonly string[];
  /** Spellings of earlier versions, which help does not show. */
  readonly older?: readonly string[];
}

interface AnyFlag {
  /** It belongs to `start` only: it says something about an agent. */
  readonly startOnly?: true;
  /** Help does not show it. */
  readonly hidden?: true;
}

/** An option that takes the setting's value. It is spelled as the declaration's field: `memory` is `--memory`. */
export interface ValueFlag extends AnyFlag, Spelled {
  readonly placeholder: string;
  /** Its spelling where that is another one, in camel case. */
  readonly option?: string;
}

/** Options without a value, by their name in camel case. Each stands for one value; only one can be given. */
export interface ToggleFlags extends AnyFlag {
  readonly toggles: Readonly<Record<string, Toggle>>;
}

/** One of {@link ToggleFlags}. */
export interface Toggle extends Spelled {
  readonly value: string | boolean;
}

/** How a setting is given on the command line. */
export type Flag = ValueFlag | ToggleFlags;

/** What there is to say of a setting. */
export interface Spec<T, D> {
  /** The name users type. Of a map, that of its prefix: entries are `name.ENTRY`. */
  readonly name: string;
  /** Other names, of the command line and of files written by older programs. */
  readonly aliases?: readonly string[];
  /** Other names whose meaning is the opposite. */
  readonly inverted?: readonly string[];
  readonly type: T;
  /** What applies when nobody sets it. Absent: nothing, or it is worked out. */
  readonly default?: D;
  /** The same in words, where it depends on something. */
  readonly usually?: string;
  /** Where it can be set. Nowhere: it is an option only. */
  readonly levels: readonly ConfigLevel[];
  /** Its place in a file, dotted; the name where absent. */
  readonly stored?: string;
  /** Decided when a project is created; the `config` commands show it only. */
  readonly fixed?: true;
  /** It is handed to the agent, which may allow certain values only. */
  readonly agent?: true;
  /** It decides how a box is started: a box that is running does not change, so it warns of such an option. */
  readonly launchOnly?: true;
  /** It promises safety: where it cannot be kept, it must not be passed over. A running box refuses an option for another value. */
  readonly safety?: true;
  /** What the session is depends on it: a running box refuses an option for another value, too. */
  readonly decisive?: true;
  /** Why it has no effect in this version, as a clause: "helper boxes are not available yet". */
  readonly missing?: string;
  /** The value that asks for what this version does anyway; setting it needs no warning. */
  readonly missingAs?: ConfigValue;
  /** A project's own file can say it without approval: it only tells what the project is, or takes something away. */
  readonly harmless?: true;
  /** Read from files of older programs only. */
  readonly obsolete?: true;
  /** One sentence. */
  readonly meaning: string;
}

/** A declared setting. `T` is the type of its value at a launch. */
export interface Declared<T = unknown> extends Spec<ValueType<T>, T> {
  readonly aliases: readonly string[];
  readonly inverted: readonly string[];
  readonly stored: string;
  /** How it is given on the command line; `undefined`: it is not. */
  readonly flag: Flag | undefined;
}

/** A declared setting with entries of free names. */
export interface DeclaredMap<T = unknown> extends Spec<MapType<T>, never> {
  readonly aliases: readonly string[];
  /** How entries are given on the command line; `undefined`: they are not. */
  readonly flag: Flag | undefined;
  /** The tables of a file whose keys are entries. None: entries have a file of their own. */
  readonly tables: readonly string[];
  /** Settings of their own may stand in the same tables. */
  readonly mixed?: true;
  /** Names of entries begin with one of the tables; absent: with `name`. */
  readonly wholeNames?: true;
  /** How the documents show it, where one line is not enough. */
  readonly shown?: readonly (readonly [name: string, meaning: string])[];
}

/** A group of declarations, by the field of the settings of a launch. */
export type Group = Readonly<Record<string, Declared | DeclaredMap>>;

/** Declares a setting. */
export function setting<T, const F extends Flag | undefined = undefined>(
  spec: Spec<ValueType<T>, NoInfer<T>> & { readonly flag?: F },
): Declared<T> & { readonly flag: F } {
  return { aliases: [], inverted: [], stored: spec.name, flag: undefined, ...spec } as unknown as
    & Declared<T>
    & { readonly flag: F };
}

/** Declares a setting with entries of free names. `tables`: where they stand in a file; the name where absent. */
export function entries<T, const F extends Flag | undefined = undefined>(
  spec:
    & Spec<MapType<T>, never>
    & Partial<Pick<DeclaredMap<T>, "tables" | "mixed" | "wholeNames" | "shown">>
    & { readonly flag?: F },
): DeclaredMap<T> & { readonly flag: F } {
  return { aliases: [], tables: [spec.name], flag: undefined, ...spec } as unknown as DeclaredMap<T> & {
    readonly flag: F;
  };
}

/** Whether a declaration is one with entries of free names. */
export function isMap(declared: Declared | DeclaredMap): declared is DeclaredMap {
  return declared.type.kind === "map";
}

/** Whether the values of a setting are options of their own. */
export function hasToggles(flag: Flag | undefined): flag is ToggleFlags {
  return flag !== undefined && "toggles" in flag;
}

/** The type of a setting's value at a launch. */
export type ValueOf<D> = D extends { readonly type: ValueType<infer T> } ? T
  : D extends { readonly type: MapType<infer T> } ? T
  : never;
