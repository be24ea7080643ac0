/**
 * Secrets that a file binds to hosts. With one bound, nothing but what is allowed can be reached.
 *
 * @module
 */

import type { RunSettings } from "./types.ts";

/** What bound secrets come to, beside the rules that there are. Throws `bad-secret` for what is no name or no host. */
export async function secretSettings(
  secrets: Readonly<Record<string, string>>,
  rules: RunSettings["rules"],
): Promise<RunSettings> {
  const bound = Object.entries(secrets);
  if (bound.length === 0) return {};
  const [{ parseBinding }, { ruleAllowing }] = await Promise.all([
    import("../../secret/binding.ts"),
    import("../../net/rule.ts"),
  ]);
  const hosts = bound.flatMap(([name, text]) => parseBinding(name, text))
    .map(({ host, port }) => [ruleAllowing(host, port), "allow"] as const);
  return {
    secrets: bound.map(([name, hosts]) => ({ name, hosts })),
    network: "filtered",
    rules: { ...Object.fromEntries(hosts), ...rules },
  };
}
