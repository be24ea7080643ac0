/**
 * The options `start` and `shell` have in common, and what the resolver of settings makes of them.
 *
 * @module
 */

import type { FlagSettings } from "../../../config/settings.ts";
import { warn } from "../../../host/ui/terminal.ts";
import {
  type Choice,
  choice,
  hidden,
  type List,
  list,
  type Text,
  text,
  type Toggle,
  toggle,
} from "../../command.ts";

/** Options of a session, whether it runs an agent or a shell. */
export interface SessionFlags {
  /** `KEY=VALUE` words, in order. */
  readonly env: readonly string[];
  readonly image?: string;
  readonly entrypoint?: string;
  readonly persistent: boolean;
  readonly ephemeral: boolean;
  readonly security?: "standard" | "strict" | "nested";
  readonly network?: "none" | "open";
  readonly memory?: string;
  readonly cpus?: string;
  readonly pids?: string;
  readonly engine?: "podman" | "docker";
  /** Show the plan and do nothing. */
  readonly plan: boolean;
  /** The plan as JSON. */
  readonly json: boolean;
  readonly distinctAuth: boolean;
  readonly noHelpers: boolean;
  readonly noAutoAuth: boolean;
  readonly browser: boolean;
  readonly shareImages: boolean;
}

/** Their declarations; `K` keeps each one's own type. */
export const sessionFlags: {
  readonly env: List;
  readonly image: Text;
  readonly entrypoint: Text;
  readonly persistent: Toggle;
  readonly ephemeral: Toggle;
  readonly security: Choice<"standard" | "strict" | "nested">;
  readonly network: Choice<"none" | "open">;
  readonly memory: Text;
  readonly cpus: Text;
  readonly pids: Text;
  readonly engine: Choice<"podman" | "docker">;
  readonly plan: Toggle;
  readonly json: Toggle;
  readonly distinctAuth: Toggle;
  readonly noHelpers: Toggle;
  readonly noAutoAuth: Toggle & { readonly hidden: true };
  readonly browser: Toggle & { readonly hidden: true };
  readonly shareImages: Toggle & { readonly hidden: true };
} = {
  env: list("KEY=VALUE", "Set a variable for this run; may be repeated"),
  image: text("RIG", "Use this rig (container image)"),
  entrypoint: text("CMD", "Run this program of the rig instead, without an agent"),
  persistent: toggle("Keep the session running when you leave it"),
  ephemeral: toggle("Run in the foreground and leave no container behind"),
  security: choice(
    ["standard", "strict", "nested"],
    "How much the box is kept from; nested lets it run containers",
  ),
  network: choice(["none", "open"], "What the box may reach"),
  memory: text("SIZE", "Most memory the box may use, such as 4g"),
  cpus: text("N", "Most processors the box may use, such as 1.5"),
  pids: text("N", "Most processes the box may have"),
  engine: choice(["podman", "docker"], "Use this container engine"),
  plan: toggle("Show all that the box would get, and from where; create nothing"),
  json: toggle("With --plan: print it as JSON"),
  distinctAuth: toggle("For a new project: do not share the host's login with the box"),
  noHelpers: toggle("Do not let the agent start helpers"),
  noAutoAuth: hidden(toggle("Do not renew an expired login in a browser")),
  browser: hidden(toggle("Start a browser beside the box")),
  shareImages: hidden(toggle("Show the host's images to the box")),
};

/** Their short spellings. */
export const sessionShort = { e: "env", i: "image" } as const;

/** Other long spellings. */
export const sessionSpellings = { rig: "image" } as const;

/** Spellings of earlier versions, which help does not show. */
export const sessionOlder = { c: "entrypoint", E: "entrypoint", command: "entrypoint" } as const;

/** What a session's options say about settings. Warns of options that have no effect in this version. */
export function sessionSettings(flags: SessionFlags): FlagSettings {
  for (const flag of ["browser", "shareImages"] as const) {
    if (flags[flag]) {
      warn(`--${flag === "browser" ? flag : "share-images"} is not available in this version; ignored.`);
    }
  }
  const { image, security, network, memory, cpus, pids } = flags;
  return {
    ...defined({ image, security, network, memory, cpus, pids }),
    ...(flags.persistent
      ? { persistence: "persistent" }
      : flags.ephemeral
      ? { persistence: "ephemeral" }
      : {}),
    ...(flags.env.length > 0 ? { env: flags.env } : {}),
    ...(flags.noHelpers ? { noHelpers: true } : {}),
  };
}

/** The entries that have a value. */
export function defined<T extends Record<string, string | undefined>>(
  values: T,
): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
