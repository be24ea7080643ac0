/**
 * Other names of the templates: those that other tools of this kind call the same.
 *
 * @module
 */

/** The name of a template, by another name for it. */
export const TEMPLATE_ALIASES: Readonly<Record<string, string>> = {
  bash: "shell",
  c: "c-cpp",
  "node-fullstack": "fullstack",
  "python-ml": "data-science",
  typescript: "js",
};

/** The template's own name. */
export function templateName(word: string): string {
  return Object.hasOwn(TEMPLATE_ALIASES, word) ? TEMPLATE_ALIASES[word]! : word;
}
