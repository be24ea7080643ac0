import type { Preset } from "./preset.ts";

/** Where most repositories are. */
export const git: Preset = {
  meaning: "GitHub, GitLab and Bitbucket, over HTTPS and SSH",
  rules: [
    "github.com:22,80,443",
    "*.github.com:22,80,443",
    "*.githubusercontent.com",
    "gitlab.com:22,80,443",
    "*.gitlab.com:22,80,443",
    "bitbucket.org:22,80,443",
    "*.bitbucket.org:22,80,443",
  ],
};
