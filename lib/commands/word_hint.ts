/**
 * Words that people type for what this program does in another way.
 *
 * @module
 */

const RENAME = "To rename a project: kanibako box migrate PROJECT --name NEW";
/** What the name of the command alone would not tell. */
const OTHERWISE: Readonly<Record<string, string>> = { "rename": RENAME, "box rename": RENAME };

/** What to say of a word that is no command; `undefined` where nothing is known of it. `path`: its words, such as `["box", "rename"]`. */
export function wordHint(path: readonly string[]): string | undefined {
  const name = path.join(" ");
  return Object.hasOwn(OTHERWISE, name) ? OTHERWISE[name] : undefined;
}
