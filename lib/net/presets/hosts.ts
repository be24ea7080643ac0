import { git } from "./git.ts";
import type { Preset } from "./preset.ts";

/** Everything that hosts repositories. */
export const hosts: Preset = {
  meaning: "hosts of repositories: @git, Azure DevOps and Visual Studio",
  rules: [
    ...git.rules,
    ...["github.com:9418", "dev.azure.com:22,80,443", "*.dev.azure.com:22,80,443", "*.visualstudio.com"],
  ],
};
