/**
 * The text of a message between helpers.
 *
 * @module
 */

/** What `send` sent, or the payload as JSON. */
export function textOf(payload: unknown): string {
  if (typeof payload === "object" && payload !== null && "text" in payload) {
    if (typeof payload.text === "string") return payload.text;
  }
  return typeof payload === "string" ? payload : JSON.stringify(payload) ?? "";
}
