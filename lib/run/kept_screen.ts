/**
 * What is kept of the last screen of a session. It is there to say why a session failed to begin, so it is kept for those alone,
 * and what looks like a secret is masked: the file stays until the next session ends. A box chooses the text, so no pattern here
 * may look far ahead.
 *
 * @module
 */

import { isSecretName } from "../config/env.ts";
import { MASK } from "../spec/mask.ts";

/** A session that ended sooner than this, in milliseconds, may have failed to begin. */
export const EARLY_END_MS = 20_000;

/** How a session ended, as far as its screen is concerned. */
export interface ShownEnd {
  readonly code: number;
  /** How long it lasted, in milliseconds. */
  readonly lastedMs: number;
  readonly screen: string;
}

/** The part of a session's screen that may be kept. */
export function keptScreen({ code, lastedMs, screen }: ShownEnd): string {
  return code === 0 || lastedMs > EARLY_END_MS ? "" : withoutSecrets(screen);
}

/** Tokens that say by their beginning what they are: of Anthropic, OpenAI, GitHub, GitLab, Slack, npm, Google, AWS, and JWTs. */
const TOKENS =
  /\b(?:sk-[\w-]{12,}|gh[a-z]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[a-z]-[\w-]{10,}|npm_\w{30,}|AIza[\w-]{30,}|ya29\.[\w.-]{20,}|A[KS]IA[A-Z0-9]{16}|eyJ[\w-]{8,300}\.[\w-]{8,}(?:\.[\w-]*)?)/g;
/** A name and what is given to it, as in shells, JSON and headers. */
const GIVEN = /\b([A-Za-z][\w-]{0,60})(["']?\s{0,4}[=:]\s{0,4}["']?)([^\s"',;]+)/g;
const BEARER = /\b(Bearer|Basic)(\s{1,4})[\w.~+/=-]{8,}/gi;
const USER_INFO = /(\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@]{0,200}:)[^\s/@]{1,500}@/gi;
const PRIVATE_KEY = /(-----BEGIN [A-Z ]*PRIVATE KEY-----)[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g;
/** Shorter values are words. */
const SHORTEST = 6;

/** A text with what looks like a secret masked. */
export function withoutSecrets(text: string): string {
  return text
    .replace(PRIVATE_KEY, `$1 ${MASK} $2`)
    .replace(BEARER, `$1$2${MASK}`)
    .replace(TOKENS, MASK)
    .replace(USER_INFO, `$1${MASK}@`)
    .replace(
      GIVEN,
      (whole, name: string, sign: string, value: string) =>
        isSecretName(name.replaceAll("-", "_")) && value.length >= SHORTEST ? `${name}${sign}${MASK}` : whole,
    );
}
