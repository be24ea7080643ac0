/**
 * Claude Code's login: one key of one file, and what can be read from it.
 *
 * @module
 */

import { hasOnly, isRecord, type JsonRecord, parseRecord, toText } from "../json.ts";
import type { AuthStatus, CredentialFile, TargetHost } from "../target.ts";

const KEY = "claudeAiOauth";
const PATH = ".claude/.credentials.json";
const MAX_BYTES = 1024 * 1024;
/** Tokens live for hours, long-lived ones for a year. What claims more is not believed, or it could never be replaced. */
const LONGEST_MS = 400 * 24 * 3600 * 1000;

/** What a login holds, as far as it is looked at. */
interface Login {
  readonly value: JsonRecord;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly canRenew: boolean;
}

/**
 * The credential file. The newer login is the one that expires later: each renewal moves that time, and it was set by
 * the login's issuer, so neither a copied file's time nor a wrong clock decides. At a tie `into` stays as it is.
 */
export const claudeCredentials: CredentialFile = {
  id: "claude-credentials.json",
  hostPath: PATH,
  boxPath: PATH,
  maxBytes: MAX_BYTES,
  freshness: [KEY, "expiresAt"],
  merge(from, into) {
    const theirs = loginOf(from);
    if (!theirs) return undefined;
    const own = loginOf(into);
    if (own && own.expiresAt >= theirs.expiresAt) return undefined;
    return toText({ ...parseRecord(into), [KEY]: theirs.value });
  },
  // Beside the login, logins of MCP servers and the like may be in it, which this program does not know by name.
  isOwn: (text) =>
    isRecord(parseRecord(text)?.[KEY]) || hasOnly(text, (key) => /oauth|^organization/i.test(key)),
};

/** The login in a file's text, when it is sound. */
function loginOf(text: string | undefined, now: number = Date.now()): Login | undefined {
  const value = parseRecord(text)?.[KEY];
  if (!isRecord(value)) return undefined;
  const { accessToken, refreshToken, expiresAt, scopes } = value;
  const isText = (one: unknown): one is string =>
    typeof one === "string" && one.length > 0 && one.length < 16_384;
  if (!isText(accessToken)) return undefined;
  if (refreshToken !== undefined && refreshToken !== null && !isText(refreshToken)) return undefined;
  if (scopes !== undefined && !(Array.isArray(scopes) && scopes.every(isText))) return undefined;
  if (typeof expiresAt !== "number" || !Number.isFinite(expiresAt) || expiresAt < 0) return undefined;
  if (expiresAt > now + LONGEST_MS) return undefined;
  return { value, expiresAt, canRenew: isText(refreshToken) };
}

/** What the host's file tells. A login that has run out renews itself as long as it holds a refresh token. */
export async function claudeAuthStatus(host: TargetHost): Promise<AuthStatus> {
  const hint = "Log in on this machine (claude auth login), or inside the box when it asks.";
  const text = await host.readText(`${host.home}/${PATH}`, MAX_BYTES);
  if (text === undefined) return { loggedIn: false, detail: "no credentials on this machine", hint };
  const login = loginOf(text);
  if (!login) return { loggedIn: false, detail: `~/${PATH} contains no usable login`, hint };
  const left = login.expiresAt - Date.now();
  if (left > 0) return { loggedIn: true, detail: `expires in ${duration(left)}` };
  return login.canRenew
    ? { loggedIn: true, detail: `expired ${duration(-left)} ago, renews itself` }
    : { loggedIn: false, detail: `expired ${duration(-left)} ago`, hint };
}

function duration(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 90) return `${minutes}m`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours}h` : `${Math.round(hours / 24)}d`;
}
