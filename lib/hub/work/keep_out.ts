/**
 * What a box cannot have written for it that it could not write.
 *
 * @module
 */

/** Whether a place is protected where `report.protect` is `mode`. `protect`: from which mode on it is; absent: never. */
export function isKeptOut(mode: "none" | "hooks" | "all", protect: "hooks" | "all" | undefined): boolean {
  return mode === "all" ? protect !== undefined : mode === "hooks" && protect === "hooks";
}
