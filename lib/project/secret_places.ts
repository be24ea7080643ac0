/**
 * Places in a home that matter to whoever gives a home, or part of one, away: where programs keep what lets its holder act as
 * somebody, and what programs of the host run or obey. The one list of each.
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

/** Folders of a home that no box is given, whatever is in them: of programs that keep keys, and of programs themselves. */
const GUARDED: readonly string[] = [
  ".docker/",
  ".mozilla/",
  ".claude/",
  ".codex/",
  ".gemini/",
  ".config/containers/",
  ".config/gh/",
  ".config/git/",
  ".config/goose/",
  ".config/kanibako/",
  ".config/systemd/",
  ".config/autostart/",
  ".local/share/containers/",
  ".local/share/opencode/",
  ".local/bin/",
  "bin/",
];

/** What shells, sessions and git of the host run or obey: to be read at most. */
const CONTROL: readonly string[] = [
  ".profile",
  ".bashrc",
  ".bash_profile",
  ".bash_login",
  ".bash_logout",
  ".bash_aliases",
  ".zshrc",
  ".zshenv",
  ".zprofile",
  ".zlogin",
  ".zlogout",
  ".kshrc",
  ".mkshrc",
  ".cshrc",
  ".tcshrc",
  ".login",
  ".logout",
  ".inputrc",
  ".config/fish/",
  ".config/zsh/",
  ".oh-my-zsh/",
  ".pam_environment",
  ".config/environment.d/",
  ".xprofile",
  ".xinitrc",
  ".xsession",
  ".xsessionrc",
  ".Xresources",
  ".local/share/applications/",
  ".gitconfig",
  ".tmux.conf",
  ".config/tmux/",
  ".config/direnv/",
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

/** Folders below a home that no box is given, be there keys in them or not. */
export function guardedFolders(): readonly string[] {
  return GUARDED;
}

/** Places below a home that programs of the host run or obey. A trailing `/` means a folder with all it holds. */
export function controlPlaces(): readonly string[] {
  return CONTROL;
}
