/**
 * What one entry of the table of places says: where something lies that a machine runs from a project, and when it does.
 *
 * @module
 */

/**
 * Where an entry looks, relative to the project:
 *
 * - `a/b`: that very name;
 * - `a/*.x`: the names in one folder that match, where `*` stands for any characters but `/`;
 * - `a/**`: everything below that folder, as far as the look goes;
 * - `**` and a slash before any of these: in the project's folder and those below it, as far as the look goes.
 *
 * A place never leads through a symlink.
 */
export type Place = string;

/**
 * How soon something runs: `unasked` when you do no more than use git, enter the folder, or open it; `usual` with what one
 * does daily, such as a commit, an installation or a test; `asked` when you run just that, or when others do.
 */
export type Danger = "unasked" | "usual" | "asked";

/** What of a place counts as a change. */
export type Counts =
  /** Its content, what kind of thing it is, and whether it is executable. */
  | "content"
  /** The keys of a git configuration that run something or lead elsewhere. */
  | "git-config"
  /** The lines of git attributes that name a filter, a diff or a merge driver. */
  | "git-attributes"
  /** The submodules, and from where they are got. */
  | "git-modules"
  /** Where a file or a symlink leads in place of a git folder; a folder does not count. */
  | "git-pointer"
  /** From where a worktree takes its hooks and configuration, unless that is the repository it belongs to. */
  | "git-common"
  /** The commands among the steps of a rebase. */
  | "git-todo"
  /** Scripts, hooks, and what is installed from elsewhere than a registry. */
  | "package-json"
  /** Sections that name what builds, runs or is run. */
  | "pyproject"
  /** Keys of an editor's settings that name a program, its arguments or its environment. */
  | "editor-settings"
  /** That it is there, as a file that can be executed. */
  | "program"
  /** As `program`, and every symlink, wherever it leads. */
  | "installed"
  /** That it is a symlink, and leads out of the project. */
  | "leads-out"
  /** That it runs as its owner or group, whoever starts it. */
  | "set-id"
  /** Not its content, but that it is there, what kind of thing it is, and where it leads. */
  | "presence";

/** One kind of thing that a machine runs from a project. */
export interface Entry {
  /** In kebab case, never changed once released: JSON and settings name it. */
  readonly id: string;
  /** What it is, as a noun phrase: "git hook". */
  readonly what: string;
  readonly places: readonly Place[];
  /** Names in the last part of a place that do not count; `*` as in a place. */
  readonly except?: readonly string[];
  /** Names that must lie beside it for it to count. */
  readonly beside?: readonly string[];
  /** What it does, and when, as the end of a sentence: "runs when you push". */
  readonly effect: string;
  /** Other effects, by the last name of the path. */
  readonly effects?: Readonly<Record<string, string>>;
  readonly danger: Danger;
  readonly counts: Counts;
  /** Several of them, in one folder, are one line: "12 programs". */
  readonly together?: true;
  /**
   * From which level of `report.protect` on a box is kept from writing it: `hooks` for what no agent needs to write.
   * Absent: never.
   */
  readonly protect?: "hooks" | "all";
}
