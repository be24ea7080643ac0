/**
 * Where a setting or a part of a plan came from, as data. {@link sourceText} is the one place that puts it into words.
 *
 * @module
 */

/** A level of the configuration that is kept in files. */
export type SourceLevel = "box" | "workset" | "crab" | "system";

/** Where something came from. */
export type Source =
  /** Nobody set it. `when`: what the default depends on. */
  | { readonly kind: "default"; readonly when?: string }
  /** An option of the command line, such as `--image` or `-e`. */
  | { readonly kind: "flag"; readonly name: string }
  /** A file of the configuration. `name`: the workset or the agent it belongs to, where it belongs to one. */
  | {
    readonly kind: "file";
    readonly level: SourceLevel;
    readonly name?: string;
    readonly file: "config" | "env";
  }
  /** What an agent declares about itself. */
  | { readonly kind: "target"; readonly name: string }
  /** Something else, in words of its own: "box home", "your terminal". */
  | { readonly kind: "part"; readonly what: string }
  /** One key of a source. */
  | { readonly kind: "key"; readonly key: string; readonly of: Source }
  /** Several at once. */
  | { readonly kind: "several"; readonly of: readonly Source[] };

/** The source of what nobody set. */
export const DEFAULT: Source = { kind: "default" };

/** An option of the command line. */
export function fromFlag(name: string): Source {
  return { kind: "flag", name };
}

/** A file of a level of the configuration. */
export function fromFile(level: SourceLevel, file: "config" | "env", name?: string): Source {
  return { kind: "file", level, file, ...(name === undefined ? {} : { name }) };
}

/** What an agent declares. */
export function fromTarget(name: string): Source {
  return { kind: "target", name };
}

/** Something that is neither set nor declared. */
export function fromPart(what: string): Source {
  return { kind: "part", what };
}

/** One key of a source. */
export function keyOf(source: Source, key: string): Source {
  return { kind: "key", key, of: source };
}

/** Sources in one, each once; the default when there are none. */
export function several(sources: readonly Source[]): Source {
  const [first, ...more] = [...new Map(sources.map((source) => [sourceText(source), source])).values()];
  if (first === undefined) return DEFAULT;
  return more.length === 0 ? first : { kind: "several", of: [first, ...more] };
}

/** Whether it was said on the command line. */
export function isFlag(source: Source): boolean {
  return source.kind === "flag";
}

/** A source in words, for people and for the output of `--json`: "system config", "-e flag", "target claude". */
export function sourceText(source: Source): string {
  switch (source.kind) {
    case "default":
      return source.when === undefined ? "default" : `default ${source.when}`;
    case "flag":
      return `${source.name} flag`;
    case "file":
      return fileText(source);
    case "target":
      return `target ${source.name}`;
    case "part":
      return source.what;
    case "key":
      return `${sourceText(source.of)}, ${source.key}`;
    case "several":
      return source.of.map(sourceText).join(", ");
  }
}

/** The variables of an agent are in the same file as its settings. */
function fileText({ level, name, file }: Extract<Source, { kind: "file" }>): string {
  const who = name === undefined ? level : `${level} ${name}`;
  if (level === "crab") return who;
  return `${who} ${file === "env" ? "env file" : "config"}`;
}
