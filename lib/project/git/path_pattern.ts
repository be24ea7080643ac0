/**
 * Patterns of paths as git has them: `*` and `?` stay within a folder, `**` goes through any.
 *
 * @module
 */

/** Whether an absolute path fits an absolute pattern, all of it. */
export function matchesPath(pattern: string, path: string, anyCase = false): boolean {
  const words = pattern.split(/(\/\*\*\/|^\*\*\/|\/\*\*$|\*|\?)/).map((word) => {
    if (word === "/**/") return "/(?:.*/)?";
    if (word === "**/") return "(?:.*/)?";
    if (word === "/**") return "/.*";
    if (word === "*") return "[^/]*";
    if (word === "?") return "[^/]";
    return word.replace(/[\\^$.|+()[\]{}]/g, "\\$&");
  });
  return new RegExp(`^${words.join("")}$`, anyCase ? "is" : "s").test(path);
}
