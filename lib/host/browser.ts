/**
 * The user's browser: what `BROWSER` names, else what the desktop opens addresses with.
 *
 * @module
 */

import { detach, findExecutable } from "./process.ts";

/** Opens an address in the user's browser. False where there is none. */
export function openInBrowser(url: string): boolean {
  const env = Deno.env.toObject();
  const command = browserCommand(url, env);
  if (!command) return false;
  // It is the user's own program, which finds its windows, its profile and its language by these.
  detach(command, { env });
  return true;
}

/** The words that open an address; `undefined` where nothing can. `find`: the path of a program. */
export function browserCommand(
  url: string,
  env: Readonly<Record<string, string>>,
  find: (name: string) => string | undefined = (name) => findExecutable(name, env["PATH"]),
): readonly string[] | undefined {
  for (const wanted of (env["BROWSER"] ?? "").split(":")) {
    const [name, ...words] = wanted.split(" ").filter((word) => word !== "");
    const program = name === undefined ? undefined : find(name);
    if (program === undefined) continue;
    const placed = words.map((word) => word.replaceAll("%s", url));
    return [program, ...placed, ...(wanted.includes("%s") ? [] : [url])];
  }
  if (!env["DISPLAY"] && !env["WAYLAND_DISPLAY"]) return undefined;
  const program = find("xdg-open");
  return program === undefined ? undefined : [program, url];
}
