/**
 * Where this Deno keeps the packages it has fetched. A test that gives a child another home names it, so that nothing is
 * fetched again.
 */
export function denoDir(): string {
  return Deno.env.get("DENO_DIR") ??
    `${Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME")}/.cache`}/deno`;
}
