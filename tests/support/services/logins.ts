/**
 * Logins of a user's home that have expired, and can be renewed.
 *
 * @module
 */

import { idToken } from "./tokens.ts";

/** Agents that renew their logins. Qwen Code does, too, but refuses to use them since its free tier ended. */
type Renewing = "claude" | "codex" | "gemini";

/** An expired login. */
interface ExpiredLogin {
  /** The file that is to be renewed, in the home. */
  readonly path: string;
  /** All files, by their path in the home. */
  readonly files: Readonly<Record<string, string>>;
  /** The words with which the agent works on one text. */
  readonly words: readonly string[];
}

const PAST = Date.now() - 3600_000;
const TOKENS = { access_token: "expired-access", refresh_token: "first-refresh" };

/** The expired login of an agent. */
export function expiredLogin(agent: Renewing): ExpiredLogin {
  switch (agent) {
    case "claude": {
      const { access_token: accessToken, refresh_token: refreshToken } = TOKENS;
      const scopes = ["user:inference", "user:profile"];
      const claudeAiOauth = { accessToken, refreshToken, expiresAt: PAST, scopes, subscriptionType: "pro" };
      return made(".claude/.credentials.json", { claudeAiOauth }, {
        ".claude.json": { hasCompletedOnboarding: true, theme: "dark" },
      }, ["claude", "--print"]);
    }
    case "codex": {
      const tokens = { ...TOKENS, id_token: idToken(), account_id: "test-account" };
      const last_refresh = new Date(Date.now() - 30 * 24 * 3600_000).toISOString();
      return made(
        ".codex/auth.json",
        { auth_mode: "chatgpt", OPENAI_API_KEY: null, tokens, last_refresh },
        {},
        [
          "codex",
          "exec",
          "--skip-git-repo-check",
        ],
      );
    }
    case "gemini": {
      const scope = "https://www.googleapis.com/auth/cloud-platform openid";
      const login = { ...TOKENS, scope, token_type: "Bearer", id_token: idToken(), expiry_date: PAST };
      return made(".gemini/oauth_creds.json", login, settings("gemini", "oauth-personal"), [
        "gemini",
        "--skip-trust",
      ]);
    }
  }
}

function settings(agent: string, selectedType: string): Record<string, unknown> {
  return { [`.${agent}/settings.json`]: { security: { auth: { selectedType } } } };
}

function made(path: string, login: unknown, more: Record<string, unknown>, words: string[]): ExpiredLogin {
  const files = Object.entries({ ...more, [path]: login }).map((
    [name, value],
  ) => [name, JSON.stringify(value)]);
  return { path, files: Object.fromEntries(files), words };
}
