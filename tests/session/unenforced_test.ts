import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { settingsFrom } from "../../lib/config/resolve.ts";
import { parseConfig } from "../../lib/config/file.ts";
import { unenforced } from "../../lib/session/unenforced.ts";
import { fromFile } from "../../lib/spec/source.ts";

async function problems(
  file: string,
  flags: { memory?: string; cpus?: string; pids?: string; security?: string },
  enforced: boolean,
) {
  const from = fromFile("system", "config");
  const config = await parseConfig(file, "/f", "system");
  const level = {
    level: "system" as const,
    from,
    file: "/f",
    config,
    env: { entries: {}, from, file: "/f" },
  };
  const limits = { memory: enforced, cpus: enforced, pids: enforced || "each-user" };
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

Deno.test("H8: where each user of a box is counted apart, the limit of a call is the box's and that of a file is warned of", async () => {
  const texts = async (...given: Parameters<typeof problems>) =>
    (await problems(...given)).map(({ text, refusal }) => (strictEqual(refusal, undefined), text));
  match((await texts("", { pids: "64" }, false))[0]!, /sudo does not work .* \(--pids flag\) is the box's/);
  match((await texts("[box]\npids = 64\n", {}, false))[0]!, /\(system config\) is not the box's/);
  match((await texts("", { pids: "64", security: "nested" }, false))[0]!, /is not the box's/);
  deepStrictEqual(await texts("", { pids: "64", security: "strict" }, false), []);
  deepStrictEqual(await texts("", {}, false), []);
  deepStrictEqual(await texts("", { pids: "64" }, true), []);
});
