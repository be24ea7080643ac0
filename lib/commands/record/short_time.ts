/** The time of an entry, for people: in UTC, to the second. */
export function shortTime(at: string | undefined): string {
  return at === undefined ? "-" : at.slice(0, 19).replace("T", " ");
}
