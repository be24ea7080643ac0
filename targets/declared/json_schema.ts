/**
 * The JSON Schema of `agent.toml`, for editors and other programs.
 *
 * @module
 */

import * as z from "zod/mini";
import { DECLARATION } from "./schema.ts";

/** Made from the form itself, so it says what is checked. */
export function declarationSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(DECLARATION, { io: "input" }) as Record<string, unknown>;
  return { $schema, title: "agent.toml: the declaration of an agent", ...schema };
}
