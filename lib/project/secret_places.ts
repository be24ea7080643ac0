/**
 * Places in a home where programs are known to keep what lets its holder act as somebody.
 *
 * @module
 */

import type { Target } from "../../targets/target.ts";

/** Places below a home. A trailing `/` means a folder with all it holds. */
const HOME: readonly string[] = [
  ".netrc",
  "_netrc",
  ".git-credentials",
  ".config/git/credentials",
  ".config/gh/hosts.yml",
  ".config/hub",
  ".config/glab-cli/",
  ".config/github-copilot/",
  ".ssh/",
  ".gnupg/",
  ".password-store/",
  ".local/share/keyrings/",
  ".pki/",
  ".vault-token",
  ".aws/",
  ".azure/",
  ".config/gcloud/",
  ".kube/",
  ".docker/config.json",
  ".config/containers/auth.json",
  ".npmrc",
  ".yarnrc.yml",
  ".pypirc",
  ".cargo/credentials",
  ".cargo/credentials.toml",
  ".gem/credentials",
  ".m2/settings.xml",
  ".m2/settings-security.xml",
  ".gradle/gradle.properties",
  ".nuget/NuGet/NuGet.Config",
  ".terraform.d/credentials.tfrc.json",
  ".pgpass",
  ".my.cnf",
  ".config/rclone/rclone.conf",
  ".config/op/",
  ".huggingface/token",
  ".config/heroku/",
  ".fly/",
  ".codex/auth.json",
  ".claude/.credentials.json",
  ".gemini/oauth_creds.json",
  ".config/goose/secrets.yaml",
  ".local/share/opencode/auth.json",
];

/** Files of agents that are wanted, but for the tokens in them. */
export const MIXED_PLACES: readonly string[] = [
  ".claude.json",
  ".claude/settings.json",
  ".claude/settings.local.json",
  ".gemini/settings.json",
];

/** All places below a home, of agents too. A trailing `/` means a folder with all it holds. */
export function secretPlaces(targets: readonly Target[]): readonly string[] {
  return [...HOME, ...targets.flatMap(({ credentials }) => credentials.map(({ boxPath }) => boxPath))];
}
