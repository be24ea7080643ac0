/**
 * What a program showed, without the secrets that can be recognised in it: known values, assignments to names of secrets, and what looks
 * like a key. No promise: a program can show a secret in any form.
 *
 * @module
 */

import { MASK } from "./mask.ts";

/** Values shorter than this stand in too many words to be replaced. */
const LEAST_SECRET = 6;
/** Keys by their own marks: of Anthropic, OpenAI, GitHub, GitLab, Slack, AWS; web tokens; and what follows "Bearer". */
const KEYS =
  /\b(sk-[A-Za-z0-9_-]{12,}|gh[a-z]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}|xox[a-z]-[A-Za-z0-9-]{10,}|A[KS]IA[A-Z0-9]{16}|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*)|(?<=\bBearer\s+)[A-Za-z0-9._~+/=-]{8,}/g;

/** The text with `secrets` masked, and the values given to names that `isSecretName` takes for those of secrets. */
export function maskedText(
  text: string,
  secrets: Iterable<string>,
  isSecretName: (name: string) => boolean,
): string {
  let masked = text;
  // The longer first: one may be part of another.
  const known = [...new Set(secrets)].filter((secret) => secret.length >= LEAST_SECRET)
    .sort((a, b) => b.length - a.length);
  for (const secret of known) masked = masked.replaceAll(secret, MASK);
  return masked.replace(KEYS, MASK).replace(
    /\b([A-Za-z_][A-Za-z0-9_]*)(["']?\s*[=:]\s*["']?)([^\s"']+)/g,
    (whole, name: string, between: string) => isSecretName(name) ? `${name}${between}${MASK}` : whole,
  );
}
