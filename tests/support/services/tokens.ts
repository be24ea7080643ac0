/**
 * The renewal of logins, as Anthropic, OpenAI, Google and Qwen do it (RFC 6749, section 6): a token that renews a login is good for
 * one use, and the answer has the next.
 *
 * @module
 */

import { type Answer, newId } from "./exchange.ts";

/** How long a new login is good for. */
const LIFE_S = 8 * 3600;

/** Whether a path is one of those where logins are renewed. */
export function renews(path: string): boolean {
  return /^\/(v1\/oauth\/token|oauth\/token|token|api\/v1\/oauth2\/token|oauth2\/v4\/token)$/.test(path);
}

/** Renews logins. Those whose token has `spent` in it, or was used before, are refused. */
export class Tokens {
  readonly #used = new Set<string>();

  /** Answers a request to renew one: a form or JSON. `rotates`: whether the token is good for one use only. */
  renew(body: string, rotates: boolean): Answer {
    const fields = body.trimStart().startsWith("{")
      ? JSON.parse(body) as Record<string, string>
      : Object.fromEntries(new URLSearchParams(body));
    const token = fields.refresh_token ?? "";
    if (token === "" || token.includes("spent") || this.#used.has(token)) {
      return {
        status: 400,
        json: { error: "invalid_grant", error_description: "The token is not good any more." },
      };
    }
    if (rotates) this.#used.add(token);
    return {
      json: {
        token_type: "Bearer",
        access_token: newId("renewed-access-"),
        refresh_token: rotates ? newId("renewed-refresh-") : token,
        id_token: idToken(),
        expires_in: LIFE_S,
        scope: fields.scope ?? "",
        resource_url: "portal.qwen.ai",
      },
    };
  }
}

/** Whether a request has a login that is not good any more: such a one has `expired` in it. */
export function isExpired(headers: Readonly<Record<string, string | undefined>>): boolean {
  return [headers.authorization, headers["x-api-key"], headers["x-goog-api-key"]].some((value) =>
    value?.includes("expired")
  );
}

/** Who somebody is, as a token that no one has signed. */
export function idToken(): string {
  const part = (value: unknown) =>
    btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const claims = {
    email: "someone@example.com",
    exp: Math.floor(Date.now() / 1000) + LIFE_S,
    "https://api.openai.com/auth": { chatgpt_plan_type: "plus", chatgpt_account_id: "test-account" },
  };
  return `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}.${part("unsigned")}`;
}

/** The workspaces of somebody's account, as Codex looks for the one that it works in. */
export function accounts(): unknown {
  const id = "test-account";
  const entry = {
    id,
    name: null,
    structure: "personal",
    plan_type: "plus",
    can_access_with_session: true,
    sso_connection_name: null,
    is_deactivated: false,
    is_fedramp_compliant_workspace: false,
    workspace_backend_origin: "https://chatgpt.com",
    account_routing_override: "us",
    profile_picture_url: null,
  };
  return { accounts: [entry], default_account_id: id, account_ordering: [id] };
}
