/**
 * Words that people type for what this program does in another way, or does not do yet.
 *
 * @module
 */

/** Commands that people know from the Python version, and that this one does not have yet. */
const LATER: ReadonlySet<string> = new Set([
  "rig add",
]);

const RENAME = "To rename a project: kanibako box migrate PROJECT --name NEW";
/** What the name of the command alone would not tell. */
const OTHERWISE: Readonly<Record<string, string>> = { "rename": RENAME, "box rename": RENAME };

/** What to say of a word that is no command; `undefined` where nothing is known of it. `path`: its words, such as `["rig", "create"]`. */
export function wordHint(path: readonly string[]): string | undefined {
  const name = path.join(" ");
  if (LATER.has(name)) return `kanibako ${name} is not in this version yet.`;
  return Object.hasOwn(OTHERWISE, name) ? OTHERWISE[name] : undefined;
}
