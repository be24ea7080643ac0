import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { settingsFrom } from "../../lib/config/resolve.ts";
import { parseConfig } from "../../lib/config/file.ts";
import { unenforced } from "../../lib/session/unenforced.ts";
import { fromFile } from "../../lib/spec/source.ts";

async function problems(file: string, flags: { memory?: string; cpus?: string }, enforced: boolean) {
  const from = fromFile("system", "config");
  const config = await parseConfig(file, "/f", "system");
  const level = {
    level: "system" as const,
    from,
    file: "/f",
    config,
    env: { entries: {}, from, file: "/f" },
  };
  const limits = { memory: enforced, cpus: enforced, pids: true };
  const runtime = { kind: "podman", can: { limits } } as unknown as Parameters<
    typeof unenforced
  >[0]["runtime"];
  return unenforced({ settings: settingsFrom([level], undefined, flags), runtime });
}

Deno.test("F1: a limit asked for by an option is refused where nothing enforces it, one of a file is warned of", async () => {
  const options = await problems("", { memory: "1g", cpus: "2" }, false);
  deepStrictEqual(options.map(({ refusal }) => refusal?.code), ["not-enforced", "not-enforced"]);
  match(
    options[0]!.text,
    /memory limit \(--memory flag\) is not enforced by podman on this host; a start with it is refused/,
  );
  const configured = await problems("[box]\nmemory = '1g'\ncpus = 2\n", {}, false);
  deepStrictEqual(configured.map(({ refusal }) => refusal), [undefined, undefined]);
  match(configured[1]!.text, /processor limit \(system config\) is not enforced/);
});

Deno.test("F1: a limit that is enforced, or lifted, is no problem", async () => {
  strictEqual((await problems("[box]\nmemory = '1g'\n", { cpus: "2" }, true)).length, 0);
  strictEqual((await problems("[box]\nmemory = '1g'\n", { memory: "none", cpus: "none" }, false)).length, 0);
});
