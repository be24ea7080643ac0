/**
 * Declarations that did not come with this program. Each is checked once, and kept as JSON by its digest: what is run later neither
 * parses nor checks it again.
 *
 * @module
 */

import { KanibakoError } from "../../lib/host/error.ts";
import { sha256 } from "../../lib/host/sha256.ts";
import { readText, writeText } from "../../lib/host/store.ts";
import { quotePath } from "../../lib/host/ui/quote_path.ts";
import { version } from "../../lib/host/version.ts";
import type { Tier } from "../target.ts";
import type { Declaration } from "./schema.ts";

/** A declaration as somebody has written it. */
export interface Written {
  /** The agent's name, as the file's own name says. */
  readonly name: string;
  readonly file: string;
  readonly text: string;
  readonly tier: Tier;
}

/** The declaration, where it may say what it says. `cache`: where what was checked is kept. Throws `bad-file`, `bad-plugin`. */
export async function checkedDeclaration(
  { name, file, text, tier }: Written,
  cache: string,
): Promise<Declaration> {
  const kept = `${cache}/agents/${await sha256(`${version}\n${tier}\n${name}\n${text}`)}.json`;
  const known = parsed(await readText(kept));
  if (known) return known;
  const { readDeclaration } = await import("./read.ts");
  const declared = await readDeclaration(text, file, tier);
  if (declared.name !== name) {
    throw new KanibakoError(
      "bad-plugin",
      `Cannot use ${quotePath(file)}: it declares ${declared.name}, but its name says ${name}.`,
      { hint: `Name it after the agent: ${declared.name}.toml, or ${declared.name}/agent.toml` },
    );
  }
  // Only of use as a copy: where it cannot be kept, it is checked again.
  await writeText(kept, JSON.stringify(declared), 0o600, { durable: false }).catch(() => {});
  return declared;
}

function parsed(text: string | undefined): Declaration | undefined {
  try {
    return text === undefined ? undefined : JSON.parse(text) as Declaration;
  } catch {
    return undefined;
  }
}
