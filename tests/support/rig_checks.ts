/**
 * The checks of a template, as one shell script that runs them in a box or a container of its image.
 *
 * Each has a folder of its own to work in, and is one line of what the script says: `ok`, `FAILED`, or `left out` for what a
 * vendor alone gives and has not given. What a check that fails says follows it.
 *
 * @module
 */

import { shellQuote } from "../../lib/host/ui/text.ts";
import type { TemplateHeader } from "../../lib/rig/template_header.ts";

/** Where an image says what became of what a vendor gives. */
const RECORDS = "/etc/kanibako/vendor";

const BEGIN = String.raw`failed=0
check() {
  if out=$(cd "$(mktemp -d)" && exec sh -c "$1" 2>&1 </dev/null); then
    printf 'ok: %s\n' "$1"
  else
    printf 'FAILED: %s\n%s\n' "$1" "$out"
    failed=1
  fi
}
given() {
  case $(cat "$2/$1" 2>/dev/null) in
    here) return 0 ;;
    *"cannot be reached") printf 'left out: %s (%s)\n' "$1" "$(cat "$2/$1")" ;;
    *) printf 'FAILED: %s (%s)\n' "$1" "$(cat "$2/$1" 2>&1)"; failed=1 ;;
  esac
  return 1
}
`;

/**
 * The script. It ends with 1 where a check fails, or where something of a vendor is missing although its host could be reached.
 * `records`: the folder in which an image says what became of what vendors give.
 */
export function checkScript(
  { checks, vendors }: Pick<TemplateHeader, "checks" | "vendors">,
  records: string = RECORDS,
): string {
  const check = (command: string) => `check ${shellQuote(command)}\n`;
  const ofVendors = vendors.map(({ name, checks }) =>
    `if given ${shellQuote(name)} ${shellQuote(records)}; then\n:\n${checks.map(check).join("")}fi\n`
  );
  return `${BEGIN}${checks.map(check).join("")}${ofVendors.join("")}exit "$failed"\n`;
}
