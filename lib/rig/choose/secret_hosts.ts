/**
 * Secrets that a file binds to hosts. With one bound, nothing but what is allowed can be reached.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { quotePath } from "../../host/ui/quote_path.ts";
import type { RunSettings } from "./types.ts";

/**
 * What bound secrets come to, beside the rules that there are. Throws `bad-secret` for what is no name or no host, and `config` for more
 * than one host.
 */
export async function secretSettings(
  secrets: Readonly<Record<string, string>>,
  rules: RunSettings["rules"],
  path: string,
): Promise<RunSettings> {
  const bound = Object.entries(secrets);
  if (bound.length === 0) return {};
  for (const [name, host] of bound) {
    if (!/[\s,]/.test(host)) continue;
    throw new KanibakoError(
      "config",
      `Cannot use secrets.${name} of ${quotePath(path)}: it is to name one host.`,
      {
        hint: "Write it as HOST or HOST:PORT. For more, use --secret.",
      },
    );
  }
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
