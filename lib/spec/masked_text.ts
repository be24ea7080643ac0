/**
 * What a program showed, without the secrets that can be recognised in it: known values, assignments to names of secrets, and what looks
 * like a key. No promise: a program can show a secret in any form. It chooses the text, too, so no pattern here may look far ahead.
 *
 * @module
 */

import { MASK } from "./mask.ts";

/** Values shorter than this stand in too many words to be replaced. */
const LEAST_SECRET = 6;
/** Keys by their own marks: of Anthropic, OpenAI, GitHub, GitLab, Slack, npm, Google, AWS; web tokens. */
const KEYS =
  /\b(?:sk-[\w-]{12,}|gh[a-z]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[a-z]-[\w-]{10,}|npm_\w{30,}|AIza[\w-]{30,}|ya29\.[\w.-]{20,}|A[KS]IA[A-Z0-9]{16}|eyJ[\w-]{8,300}\.[\w-]{8,}(?:\.[\w-]*)?)/g;
const BEARER = /\b(Bearer|Basic)(\s{1,4})[\w.~+/=-]{8,}/gi;
const USER_INFO = /(\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@]{0,200}:)[^\s/@]{1,500}@/gi;
const PRIVATE_KEY =
  /(-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----)[\s\S]*?(-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g;
/** A name to which something is given, as in shells, JSON, headers and addresses. */
const GIVEN = /\b([A-Za-z_][\w-]{0,60})["']?\s{0,4}[=:]\s{0,4}["']?(?=[^\s"'])/g;
const VALUE = /[^\s"']+/y;

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
  masked = masked
    .replace(PRIVATE_KEY, `$1 ${MASK} $2`)
    .replace(BEARER, `$1$2${MASK}`)
    .replace(KEYS, MASK)
    .replace(USER_INFO, `$1${MASK}@`);
  return withoutGiven(masked, isSecretName);
}

/** What is given to another name can give something to one of a secret, as an address does in its query. */
function withoutGiven(text: string, isSecretName: (name: string) => boolean): string {
  let masked = "";
  let done = 0;
  for (const match of text.matchAll(GIVEN)) {
    if (match.index < done || !isSecretName(match[1]!.replaceAll("-", "_"))) continue;
    const begin = match.index + match[0].length;
    masked += text.slice(done, begin) + MASK;
    VALUE.lastIndex = begin;
    done = begin + VALUE.exec(text)![0].length;
  }
  return masked + text.slice(done);
}
