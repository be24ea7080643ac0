/**
 * Which places of a home are an agent's own. What a declaration names there is read on the host, handed to boxes, and written with what
 * boxes leave: so it names no file of shells, keys or other programs.
 *
 * @module
 */

/** Folders of a home in which each program has a folder of its own. */
const COMMON: readonly string[] = [".config", ".local/share", ".local/state", ".cache"];
/** Files of a program that lie in the home itself, such as `.claude.json`. */
const FILE = /^\.([A-Za-z0-9][\w-]*)(?:\.[\w-]+)*\.(?:json|toml|ya?ml)$/;
const FOLDER = /^\.([A-Za-z0-9][\w.-]*)$/;

/** Names under which other programs keep keys, or what the host runs or obeys. */
const OTHERS: ReadonlySet<string> = new Set(
  `age applications autostart aws azure bash bash_completion bashrc borg bravesoftware cache cargo chromium cloud
  config containers databrickscfg dbus-1 direnv docker doctl emacs environment filezilla fish fly gcloud gem gh
  git github-copilot glab-cli gnupg google-chrome gradle heroku hub huggingface hypr i3 kanibako keyrings kube
  local m2 microsoft-edge mozilla netrc npm npmrc nuget nvim oci oh-my-zsh op password-store pki
  plasma-workspace profile pulumi rclone sops ssh sway systemd terraform thunderbird tmux vim xprofile yarn
  yarnrc zsh zshrc`
    .split(/\s+/),
);

/**
 * The name of the program whose place in the home this is: `goose` of `.config/goose/secrets.yaml`. `undefined`: it is no program's own,
 * or is one of those that no agent has.
 */
export function ownerOf(place: string): string | undefined {
  const path = place.replace(/\/+$/, "");
  if (path.split("/").some((part) => part === ".." || part === "." || part === "")) return undefined;
  const common = COMMON.find((folder) => path.startsWith(`${folder}/`));
  const [first = "", ...rest] = path.slice(common === undefined ? 0 : common.length + 1).split("/");
  const name = common !== undefined
    ? /^[A-Za-z0-9][\w.-]*$/.exec(first)?.[0]
    : rest.length > 0
    ? FOLDER.exec(first)?.[1]
    : FILE.exec(first)?.[1] ?? FOLDER.exec(first)?.[1];
  if (name === undefined || OTHERS.has(name.toLowerCase().replace(/\.d$/, ""))) return undefined;
  return name;
}

/** Whether a place is one that an agent may have: in a folder of its own, that folder (with a `/` at its end), or named as a file of settings. */
export function isOwnPlace(place: string): boolean {
  return ownerOf(place) !== undefined && (place.includes("/") || FILE.test(place));
}
