/** The container's host name: the box's name as RFC 1123 allows it. */
export function hostname(name: string): string {
  return name.replaceAll(/[^a-z0-9-]+/g, "-").replaceAll(/^-+|-+$/g, "").slice(0, 63).replace(/-+$/, "") ||
    "box";
}
