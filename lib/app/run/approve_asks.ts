/**
 * The question whether a run may have what a file of the project asks for. What was said yes to is kept by the file's content: another
 * content is another question.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { Aborted } from "../../host/error.ts";
import { schemaOf, tableOf, text } from "../../host/light_schema.ts";
import { FileLock, readJson, writeJson } from "../../host/store.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { RunAsks } from "../../rig/choose/types.ts";
import { info, warning } from "../../spec/ui.ts";

/** Most characters of a value that are shown where nothing is asked, and of one that is to be approved. */
const SHOWN = 200;
const SHOWN_TO_APPROVE = 10_000;

/** The digest that was approved, by the file's path. */
const RECORDS = schemaOf(
  tableOf(text, (path) => path.startsWith("/") ? undefined : "not an absolute path"),
);

/**
 * Whether it may. Asks where a person is there, and keeps a yes; says what is left out otherwise. `folder`: the absolute path of the
 * folder in which the file lies. Throws {@link Aborted} where the user wants no run at all.
 */
export async function approvedAsks(host: Host, folder: string, asks: RunAsks): Promise<boolean> {
  const path = `${folder}/${asks.path}`;
  const records = await readJson(fileOf(host), RECORDS) ?? {};
  const before = Object.hasOwn(records, path) ? records[path] : undefined;
  if (before === asks.digest) return true;
  const file = shellQuote(path);
  if (!host.ui.attended) {
    warning(host.ui, "run-asks-left-out", { file, lines: linesOf(asks, SHOWN), config: asks.path });
    return false;
  }
  const lines = linesOf(asks, SHOWN_TO_APPROVE);
  info(host.ui, "run-asks", { file, lines, changed: before !== undefined });
  const answer = await host.ui.choose({
    text: "Let runs in this folder have it?",
    answers: [
      ["no", "run without it, this time"],
      ["yes", "run with it, until the file changes"],
      ["stop", "do not run"],
    ],
  });
  if (answer === "stop" || answer === undefined) throw new Aborted();
  if (answer === "yes") await keep(host, path, asks.digest);
  return answer === "yes";
}

async function keep(host: Host, path: string, digest: string): Promise<void> {
  using _lock = await FileLock.acquire(`${host.dirs.state}/locks/run-approved.lock`);
  await writeJson(fileOf(host), { ...await readJson(fileOf(host), RECORDS), [path]: digest });
}

function fileOf(host: Host): string {
  return `${host.dirs.state}/run-approved.json`;
}

function linesOf({ asked }: RunAsks, most: number): string[] {
  return [...asked].map(([key, value]) => {
    const rest = value.length - most;
    const shown = JSON.stringify(rest > 0 ? `${value.slice(0, most)}...` : value);
    return `${key} = ${shown}${rest > 0 ? ` (${rest} characters more)` : ""}: ${meaning(key)}`;
  });
}

function meaning(key: string): string {
  if (key.startsWith("secrets.")) {
    return "the box reaches this host, and your secret of this name is put into requests to it";
  }
  switch (key) {
    case "security.profile":
      return "the box is confined less";
    case "security.domains.allow":
      return "the box reaches these, whatever your settings allow";
    case "network.ports":
      return "this machine listens on these ports and leads into the box";
    default:
      return "the box runs this before your command";
  }
}
