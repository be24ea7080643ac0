import { fromPart } from "../../spec/source.ts";
import type { FilesMount } from "../../spec/box_spec.ts";
import { hostname } from "../hostname.ts";
import type { Part } from "./part.ts";

/** What the box may reach, as the settings say. */
export const network: Part = {
  name: "network",
  owns: Object.keys(files("")),
  contribute: ({ settings: { network: { value: kind, from } }, networkRules: rules, box }) => ({
    network: kind === "filtered" ? { kind, rules, from } : { kind, from },
    ...(kind === "filtered" ? { mounts: Object.entries(nameFiles(box.name)).map(file) } : {}),
  }),
};

/**
 * What programs read to find out how names are resolved. A name that waits for the user's answer is not answered for a minute: the
 * longest that the C library waits once, twice.
 */
export function nameFiles(box: string): Readonly<Record<string, string>> {
  return files(hostname(box));
}

function files(own: string): Readonly<Record<string, string>> {
  return {
    "/etc/resolv.conf": "nameserver 127.0.0.1\noptions timeout:30 attempts:2\n",
    "/etc/hosts": `127.0.0.1 localhost ${own}\n::1 localhost\n`,
  };
}

function file([destination, content]: [string, string]): FilesMount {
  return {
    type: "files",
    destination,
    readOnly: true,
    files: new Map([["", { content, mode: 0o644 }]]),
    from: fromPart("the filtered network"),
  };
}
