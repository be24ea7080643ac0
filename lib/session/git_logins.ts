/**
 * How git in a box logs in where a secret of the box may go: it is answered with the placeholder, as from a credential helper.
 *
 * @module
 */

import { parseBinding } from "../secret/binding.ts";
import type { BoxSecret } from "../spec/box_secrets.ts";
import type { HandedFile } from "../spec/box_spec.ts";
import { GIT_CONFIG_FILE, gitConfigText } from "./surroundings.ts";

/** Forges that want another name beside a token than the rest do. */
const USERS: Readonly<Record<string, string>> = { "gitlab.com": "oauth2", "bitbucket.org": "x-token-auth" };
const USUAL_USER = "x-access-token";
const TLS_PORT = 443;

/** What is handed in, with the logins in git's configuration. Of two secrets for a host the first counts. */
export function withGitLogins(
  files: ReadonlyMap<string, HandedFile>,
  secrets: readonly BoxSecret[],
): ReadonlyMap<string, HandedFile> {
  const logins = new Map<string, string>();
  for (const { name, binding, placeholder } of secrets) {
    for (const { host, port, fields } of parseBinding(name, binding)) {
      const url = port === TLS_PORT ? `https://${host}` : `https://${host}:${port}`;
      if (!fields.includes("authorization") || logins.has(url)) continue;
      // Neither has a character that a shell would read.
      const words = `${USERS[host] ?? USUAL_USER} ${placeholder}`;
      logins.set(url, `!f() { test "$1" = get && printf 'username=%s\\npassword=%s\\n' ${words}; }; f`);
    }
  }
  const config = files.get(GIT_CONFIG_FILE);
  if (!config || logins.size === 0) return files;
  const entries = [...logins].map(([url, helper]) => [["credential", url, "helper"], helper] as const);
  return new Map([...files, [GIT_CONFIG_FILE, {
    ...config,
    content: config.content + gitConfigText(entries),
  }]]);
}
