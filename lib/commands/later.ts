/**
 * Commands that people know from the Python version, and that this one does not have yet.
 *
 * @module
 */

const LATER: ReadonlySet<string> = new Set([
  "helper",
  "crab helper",
  "rig add",
  "rig create",
  "rig export",
  "rig extend",
  "rig import",
]);

/** What to say of a command that is still to come; `undefined` of any other. `path`: its words, such as `["rig", "create"]`. */
export function laterHint(path: readonly string[]): string | undefined {
  const name = path.join(" ");
  return LATER.has(name) ? `kanibako ${name} is not in this version yet.` : undefined;
}
