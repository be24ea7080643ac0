/**
 * How the real agents are turned to the stand-ins: variables, and files of a user's home, as a user with a provider of their own has them.
 *
 * @module
 */

/** The agents of which the real program is tested. */
export type RealAgent = "claude" | "codex" | "gemini" | "opencode" | "qwen" | "copilot";

/** What turns an agent to a service. */
export interface Turned {
  readonly env: Readonly<Record<string, string>>;
  /** By their path in the user's home. */
  readonly files: Readonly<Record<string, string>>;
}

/** What turns an agent to the services at `url`. */
export function turnedTo(agent: RealAgent, url: string): Turned {
  const openai = `${url}/v1`;
  switch (agent) {
    case "claude":
      return {
        env: { ANTHROPIC_BASE_URL: url },
        files: {
          ".claude.json": JSON.stringify({ hasCompletedOnboarding: true, theme: "dark" }),
          ".claude/.credentials.json": claudeLogin("test-access", 8 * 3600_000),
        },
      };
    case "codex":
      return {
        env: { OPENAI_API_KEY: "test-key" },
        files: {
          ".codex/config.toml":
            `model = "gpt-5"\nmodel_provider = "test"\n[model_providers.test]\nname = "test"\n` +
            `base_url = "${openai}"\nenv_key = "OPENAI_API_KEY"\nwire_api = "responses"\n`,
        },
      };
    case "gemini":
      return {
        env: { GEMINI_API_KEY: "test-key", GOOGLE_GEMINI_BASE_URL: url },
        files: {
          ".gemini/settings.json": JSON.stringify({ security: { auth: { selectedType: "gemini-api-key" } } }),
        },
      };
    case "opencode":
      return {
        env: { OPENCODE_DISABLE_MODELS_FETCH: "1" },
        files: {
          ".config/opencode/opencode.json": JSON.stringify({
            model: "test/test-model",
            provider: {
              test: {
                npm: "@ai-sdk/openai-compatible",
                options: { baseURL: openai, apiKey: "test-key" },
                models: { "test-model": {} },
              },
            },
          }),
        },
      };
    case "qwen":
      return {
        env: { OPENAI_API_KEY: "test-key", OPENAI_BASE_URL: openai, OPENAI_MODEL: "test-model" },
        files: {
          ".qwen/settings.json": JSON.stringify({ security: { auth: { selectedType: "openai" } } }),
        },
      };
    case "copilot":
      return {
        env: {
          COPILOT_PROVIDER_BASE_URL: openai,
          COPILOT_PROVIDER_TYPE: "openai",
          COPILOT_PROVIDER_API_KEY: "test-key",
          COPILOT_MODEL: "test-model",
          COPILOT_OFFLINE: "true",
        },
        files: {},
      };
  }
}

/** A login of Claude Code's. `leftMs`: how long it is good for. */
function claudeLogin(accessToken: string, leftMs: number): string {
  return JSON.stringify({
    claudeAiOauth: {
      accessToken,
      refreshToken: `re-${accessToken}`,
      expiresAt: Date.now() + leftMs,
      scopes: ["user:inference", "user:profile"],
      subscriptionType: "pro",
    },
  });
}
