/**
 * Reading JSON that others wrote. By hand, as a schema library would cost more of a launch than all the rest of a target.
 *
 * @module
 */

/** A JSON object. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object a text holds; `undefined` when it is not JSON, or something else than an object. */
export function parseRecord(text: string | undefined): JsonRecord | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** JSON as agents write it. */
export function toText(value: JsonRecord): string {
  return JSON.stringify(value, null, 2) + "\n";
}

/** An object without what is `undefined`. */
export function present(value: JsonRecord): JsonRecord {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined));
}

/** Whether a text is an object of no more than these keys, or empty. */
export function hasOnly(text: string, keys: (key: string) => boolean): boolean {
  if (text.trim() === "") return true;
  const record = parseRecord(text);
  return record !== undefined && Object.keys(record).every(keys);
}
