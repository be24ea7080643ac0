import { packages } from "./packages.ts";
import type { Preset } from "./preset.ts";

/** `@packages` and what is less usual. Some of these are open to everyone's uploads. */
export const registries: Preset = {
  meaning: "registries of packages: @packages without your own, and older or wider ones",
  rules: [
    ...packages.rules,
    ...["*.bintray.com", "dl.google.com", "storage.googleapis.com"],
  ],
};
