/**
 * Settings whose entries have names of the user's own choice.
 *
 * @module
 */

import { BOX_LEVELS, entries, EVERY_LEVEL } from "./declare.ts";
import { addresses, bind, cache, choice, map, scalar, text, variable } from "./types.ts";

/** Whose a share or a seed can be: where a relative source begins. */
export const SHARE_SCOPES = ["system", "crab", "workset", "box"] as const;
/** What can be done with a folder or file of the host. */
export const SHARE_KINDS = ["share_ro", "share_rw", "seeded"] as const;
const ANYWHERE = "`SCOPE`: system, crab, workset or box. Empty: not in this box.";

/** The maps, by the field of what a file says. */
export const MAP_SETTINGS = {
  env: entries({
    name: "env",
    type: map(variable),
    tables: [],
    levels: EVERY_LEVEL,
    launchOnly: true,
    flag: { placeholder: "KEY=VALUE", brief: "Set a variable for this run; may be repeated", short: "e" },
    meaning: "A variable of the box's environment.",
  }),
  agent: entries({
    name: "crab",
    aliases: ["target_settings", "crab_settings", "state"],
    tables: ["crab", "target_settings", "crab_settings"],
    mixed: true,
    type: map(scalar),
    levels: EVERY_LEVEL,
    meaning: "A setting of the agent itself.",
  }),
  allow: entries({
    name: "network.rule",
    type: map(choice(["allow", "refuse"])),
    levels: BOX_LEVELS,
    flag: { placeholder: "RULE", brief: "Let a filtered box reach this host for this run; may be repeated" },
    shown: [[
      "network.rule",
      'Whether a filtered box may reach a host: `"github.com:22" = "allow"` or `"refuse"`.',
    ]],
    meaning: "Whether a filtered box may reach what the rule names: allow or refuse.",
  }),
  resources: entries({
    name: "resource",
    tables: ["resource_overrides"],
    type: map(choice(["shared", "seeded", "project"])),
    levels: BOX_LEVELS,
    meaning: "Whose a part of the agent's configuration folder is: shared, seeded or project.",
  }),
  shared: entries({
    name: "shared",
    type: map(cache),
    levels: EVERY_LEVEL,
    meaning: "A cache shared by all boxes: its path, relative to the home.",
  }),
  networkHosts: entries({
    name: "network.hosts",
    type: map(addresses),
    levels: BOX_LEVELS,
    meaning:
      "Addresses of a host name in a filtered network, private ones too, in place of what DNS says. A rule must still allow the name.",
  }),
  secrets: entries({
    name: "secret",
    type: map(text),
    levels: BOX_LEVELS,
    launchOnly: true,
    safety: true,
    flag: {
      placeholder: "NAME:HOST",
      brief: "Put the secret NAME into requests to this host for this run; may be repeated",
      option: "secret",
    },
    shown: [[
      "secret.NAME",
      "Where a secret goes: `HOST[:PORT] [FIELD...] [query] [body]`, several between commas. The box gets `$NAME` with a placeholder. Empty: not in this box.",
    ]],
    meaning:
      "Where the value of a secret is put into the requests of a filtered box, which has a placeholder.",
  }),
  secretFiles: entries({
    name: "secret_file",
    type: map(text),
    levels: BOX_LEVELS,
    launchOnly: true,
    safety: true,
    flag: {
      placeholder: "NAME[=PATH[:TEMPLATE]]",
      brief: "Say in $NAME_FILE where the placeholder is, or write it; may be repeated",
      option: "secretFile",
    },
    shown: [[
      "secret_file.NAME",
      "Files of the box's home with the placeholder of a secret: `PATH[:TEMPLATE]`, several between commas. The template is a file of this machine with `{{VALUE}}` in it. Empty: none.",
    ]],
    meaning: "Files of the box's home that have the placeholder of a secret in them, alone or in a template.",
  }),
  ssh: entries({
    name: "ssh",
    type: map(text),
    levels: BOX_LEVELS,
    launchOnly: true,
    safety: true,
    flag: {
      placeholder: "HOST=KEY",
      brief: "Let the box log in to this host with a key of your ssh agent; may be repeated",
    },
    shown: [[
      "ssh.HOST",
      "Keys of your ssh agent with which the box may log in to this host, and nowhere else: files of public keys or fingerprints, several between commas. Empty: none.",
    ]],
    meaning: "Keys of the user's ssh agent with which the box may log in to this host, and nowhere else.",
  }),
  binds: entries({
    name: "SCOPE.path",
    tables: SHARE_SCOPES.flatMap((scope) => SHARE_KINDS.map((kind) => `${scope}.path.${kind}`)),
    wholeNames: true,
    type: map(bind),
    levels: EVERY_LEVEL,
    shown: [
      [
        "SCOPE.path.share_ro",
        `A folder or file of the host that the box can read: \`SOURCE:PLACE IN THE BOX\`. ${ANYWHERE}`,
      ],
      ["SCOPE.path.share_rw", `As before, and the box can write it. ${ANYWHERE}`],
      ["SCOPE.path.seeded", `A folder or file of the host that is copied into the home once. ${ANYWHERE}`],
    ],
    meaning: "A folder or file of the host that the box gets.",
  }),
};
