/**
 * The variables of the box, as an engine would give them to a command that is called in.
 *
 * @module
 */

/** What only makes this process what it is. Its commands are none of this program. */
const OWN = ["DENO_NO_UPDATE_CHECK", "DENO_V8_FLAGS"];

/** All variables of the box. Those of a call come on top. */
export function boxVariables(): Record<string, string> {
  const all = Deno.env.toObject();
  for (const name of OWN) delete all[name];
  return all;
}
