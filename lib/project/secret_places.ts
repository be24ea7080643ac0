/**
 * Places in a home that must not be given away: where programs keep keys and logins, and what programs of the host run or
 * obey. Archives, snapshots, shares and workspaces all use these lists.
 *
 * @module
 */

import type { Target } from "../../targets/target.ts";

/** Places below a home. A trailing `/` means a whole folder. */
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
  ".config/doctl/",
  ".config/sops/",
  ".oci/",
  ".s3cfg",
  ".boto",
  ".databrickscfg",
  ".huggingface/token",
  ".config/heroku/",
  ".fly/",
  ".codex/auth.json",
  ".claude/.credentials.json",
  ".gemini/oauth_creds.json",
  ".config/goose/secrets.yaml",
  ".local/share/opencode/auth.json",
];

/** Folders of a home that no box is given, whatever they contain. */
const GUARDED: readonly string[] = [
  ".docker/",
  ".mozilla/",
  ".thunderbird/",
  ".config/BraveSoftware/",
  ".config/chromium/",
  ".config/google-chrome/",
  ".config/microsoft-edge/",
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

/** What shells, sessions and git of the host run or obey: a box may read it at most. */
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
  ".local/share/dbus-1/",
  ".config/plasma-workspace/",
  ".local/lib/",
  ".gitconfig",
  ".tmux.conf",
  ".config/tmux/",
  ".config/direnv/",
];

/** Files of agents that are kept, without the tokens in them. */
export const MIXED_PLACES: readonly string[] = [
  ".claude.json",
  ".claude/settings.json",
  ".claude/settings.local.json",
  ".gemini/settings.json",
];

/** Places of keys and logins below a home, including those of agents. A trailing `/` means a whole folder. */
export function secretPlaces(targets: readonly Target[]): readonly string[] {
  return [...HOME, ...targets.flatMap(({ credentials }) => credentials.map(({ boxPath }) => boxPath))];
}

/** Folders below a home that no box is given, with or without keys in them. */
export function guardedFolders(): readonly string[] {
  return GUARDED;
}

/** Whether a file of a private folder is known to be no key, by its name: settings, and what is public. */
export function mayBeShown(path: string): boolean {
  return /^(config|config\.d|known_hosts.*|authorized_keys.*|rc|.*\.(conf|pub))$/.test(
    path.slice(path.lastIndexOf("/") + 1),
  );
}

/** Places below a home that programs of the host run or obey. A trailing `/` means a whole folder. */
export function controlPlaces(): readonly string[] {
  return CONTROL;
}
