/**
 * What a run's box runs: the command itself, or before it what a template or a configuration puts into the box.
 *
 * @module
 */

import type { RunSettings } from "../../rig/choose/types.ts";
import { BOX_IN } from "../../spec/box_paths.ts";
import type { HandedFile } from "../../spec/box_spec.ts";

/** A command and the files that it finds in the folder of its run. */
export interface PreparedCommand {
  readonly argv: readonly string[];
  readonly handIn?: ReadonlyMap<string, HandedFile>;
}

const SCRIPT = "run-init";
const FILE = "run-file-";

// Every file is put at its place by the box's own user: what that may not write fails, by name, and ends the run.
const PUT = `put() {
  case $1 in */*) mkdir -p "\${1%/*}" ;; esac && cat "$2" >"$1" && chmod "$3" "$1" && return
  echo "kanibako: cannot put $1 into the box" >&2
  exit 126
}
`;

/** The command, after what the settings of the run put into the box. Files come before the script. */
export function preparedCommand(
  argv: readonly string[],
  { files = [], initScript }: Pick<RunSettings, "files" | "initScript">,
): PreparedCommand {
  if (files.length === 0 && initScript === undefined) return { argv };
  const handIn = new Map<string, HandedFile>(
    files.map(({ content }, at) => [`${FILE}${at}`, { content, mode: 0o444 }] as const),
  );
  const places = files.flatMap(({ path, mode }, at) => [
    path,
    `${BOX_IN}/${FILE}${at}`,
    (mode & 0o777).toString(8).padStart(4, "0"),
  ]);
  if (initScript !== undefined) handIn.set(SCRIPT, { content: initScript, mode: 0o444 });
  const script = [
    PUT,
    ...files.map(() => 'put "$1" "$2" "$3"; shift 3\n'),
    // Its output is no part of the command's.
    ...(initScript === undefined ? [] : [
      `sh ${BOX_IN}/${SCRIPT} >&2 </dev/null || { code=$?; echo "kanibako: the script of this run failed" >&2; exit $code; }\n`,
    ]),
    'exec "$@"\n',
  ].join("");
  return { argv: ["/bin/sh", "-c", script, "sh", ...places, ...argv], handIn };
}
