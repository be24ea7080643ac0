/**
 * Reads a declaration that did not come with this program.
 *
 * @module
 */

import { KanibakoError } from "../../lib/host/error.ts";
import { parseToml } from "../../lib/host/store.ts";
import { quotePath } from "../../lib/host/ui/quote_path.ts";
import type { Tier } from "../target.ts";
import { problemsIn } from "./check.ts";
import { DECLARATION, type Declaration } from "./schema.ts";

/** The declaration in a text. Errors name `file`. Throws `bad-file` for another form, `bad-plugin` for what it may not say. */
export async function readDeclaration(text: string, file: string, tier: Tier): Promise<Declaration> {
  const agent = await parseToml(text, file, DECLARATION);
  const problems = problemsIn(agent, tier);
  if (problems.length === 0) return agent;
  throw new KanibakoError("bad-plugin", `Cannot use ${quotePath(file)}: ${problems[0]}.`, {
    hint: problems.slice(1).map((problem) => `Also: ${problem}.`),
  });
}
