# shellcheck shell=bash
# The agents, and other programs from npm, of which tests run the real program, in a folder of the checkout, at the versions for which the
# tests were written.

agents=$root/.deno/agents
# Of Claude Code and Qwen Code the newest that npm takes with Node 20.
agent_packages=(
  @anthropic-ai/claude-code@2.1.197
  @openai/codex@0.169.0
  @google/gemini-cli@0.61.0
  opencode-ai@1.18.33
  @qwen-code/qwen-code@0.15.10
  @github/copilot@1.0.102
  @devcontainers/cli@0.89.0
)

# What was installed is noted, so that other versions of these are noticed. Install scripts put programs in place and fetch nothing.
need_agents() {
  local wanted
  wanted=$(printf '%s\n' "${agent_packages[@]}")
  [ "$(cat "$agents/installed" 2>/dev/null)" != "$wanted" ] || return 0
  step "Getting agents into $agents"
  mkdir -p "$agents"
  npm install --prefix "$agents" --no-audit --no-fund --loglevel=error "${agent_packages[@]}" >&2 ||
    die "The agents could not be installed from npm." "Without them a part of the tests cannot be run."
  printf '%s\n' "$wanted" >"$agents/installed"
}
