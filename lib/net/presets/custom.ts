import type { Preset } from "./preset.ts";

/** A place without content: what is in it is for the user to say, by rules. */
export const custom: Preset = {
  meaning: "nothing: add rules of your own instead",
  rules: [],
};
