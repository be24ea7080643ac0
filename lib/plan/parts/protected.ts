import { isWithin } from "../../project/layout.ts";
import { BOX_WORKSPACE } from "../../spec/box_paths.ts";
import type { BindMount } from "../../spec/box_spec.ts";
import { bind, type Protection } from "./part.ts";

/** Read-only mounts of the places, except where something else covers them. `covered`: places in the box. */
export function protectedMounts(
  { places, from }: Protection,
  covered: readonly string[],
): readonly BindMount[] {
  return places.filter(({ path }) => isPlain(path)).flatMap(({ path, source }) => {
    const destination = `${BOX_WORKSPACE}/${path}`;
    if (covered.some((outer) => isWithin(destination, outer))) return [];
    return [bind(source, destination, from, { readOnly: true, relabel: "private" })];
  });
}

/** What no engine can mount is compared after the run like all else. */
function isPlain(path: string): boolean {
  // deno-lint-ignore no-control-regex
  return !/[\u0000-\u001f\u007f\ufffd]/.test(path);
}
