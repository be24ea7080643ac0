/**
 * Mounts as words of an engine's command line.
 *
 * Both engines read `--mount` as one CSV record (RFC 4180), so a path may hold commas, colons, quotes and spaces.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { escapeControl } from "../../host/ui/text.ts";
import type { Mount } from "../../spec/box_spec.ts";

/** The value of `--mount`. Throws `cannot-express` for a path no engine can be given. */
export function mountValue(mount: Mount, relabel: boolean): string {
  const fields = [`type=${mount.type}`];
  if (mount.type === "bind") {
    fields.push(`source=${checked(mount.source)}`);
    if (relabel && mount.relabel) fields.push(`relabel=${mount.relabel}`);
  }
  fields.push(`destination=${checked(mount.destination)}`);
  if (mount.type === "tmpfs") {
    if (mount.sizeBytes !== undefined) fields.push(`tmpfs-size=${mount.sizeBytes}`);
    if (mount.mode !== undefined) fields.push(`tmpfs-mode=${mount.mode.toString(8)}`);
  }
  if (mount.readOnly) fields.push("ro");
  return fields.map(csvField).join(",");
}

function csvField(field: string): string {
  return /[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

/** A path an engine can be given: absolute, valid UTF-8, no line break and no control character. */
function checked(path: string): string {
  // deno-lint-ignore no-control-regex
  if (path.startsWith("/") && !/[\u0000-\u001f\u007f\ufffd]/.test(path)) return path;
  throw new KanibakoError(
    "cannot-express",
    `Cannot mount "${escapeControl(path)}": the path ${
      path.startsWith("/")
        ? "holds a line break, a control character or bytes that are not UTF-8"
        : "is not absolute"
    }.`,
    { hint: "Rename the folder, or work through a folder with a plain name." },
  );
}
