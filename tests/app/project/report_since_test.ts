import { match, rejects, strictEqual } from "node:assert/strict";
import type { Host } from "../../../lib/config/system.ts";
import { chooseLook, type LookInfo } from "../../../lib/app/project/report_since.ts";
import type { Project } from "../../../lib/project/project.ts";

const host = {} as Host;
const project = { name: "api", path: "/api" } as Project;

function look(id: string, at: string): LookInfo {
  return { id, atMs: Date.parse(at), when: "shown", agent: "" };
}

function since(looks: readonly LookInfo[], text: string): Promise<string> {
  return chooseLook(host, project, looks, text);
}

/** Runs `work` in the time zone of New York, which is behind UTC all year. */
async function inNewYork(work: () => Promise<void>): Promise<void> {
  const before = Deno.env.get("TZ");
  Deno.env.set("TZ", "America/New_York");
  try {
    await work();
  } finally {
    if (before === undefined) Deno.env.delete("TZ");
    else Deno.env.set("TZ", before);
  }
}

Deno.test("--since takes a date as the beginning of that day on this machine, as it takes times", () =>
  inNewYork(async () => {
    // In New York the day begins at 05:00 UTC.
    const looks = [look("aaaa", "2026-01-30T12:00Z"), look("bbbb", "2026-01-31T03:00Z")];
    strictEqual(await since(looks, "2026-01-31"), "bbbb");
    strictEqual(await since(looks, "2026-01-31T00:00"), "bbbb");
    strictEqual(await since(looks, "2026-01-31T00:00Z"), "aaaa");
  }));

Deno.test("the times that an unknown --since is answered with can be used as they are", () =>
  inNewYork(async () => {
    const looks = [look("aaaa", "2026-01-31T03:00Z")];
    const error = await since(looks, "nonsense").then(
      () => undefined,
      (cause) => cause as { hints: string[] },
    );
    const line = error!.hints.find((hint) => hint.startsWith("aaaa"))!;
    match(line, /^aaaa {2}2026-01-30T22:00$/);
    strictEqual(await since(looks, line.slice(6)), "aaaa");
    await rejects(since(looks, "2026-01-30T21:59"), { code: "unknown-look" });
  }));

Deno.test("--since takes a time as the last look at or before it, not one just after, and no time that is none", async () => {
  const looks = [look("aaaa", "2026-01-31T10:00Z"), {
    ...look("bbbb", "2026-01-31T10:12:30Z"),
    when: "start" as const,
  }];
  strictEqual(await since(looks, "2026-01-31T10:12Z"), "aaaa");
  strictEqual(await since(looks, "2026-01-31T10:13Z"), "bbbb");
  for (const none of ["25:00", "10:60", "2026-13-01", "", " "]) {
    await rejects(since(looks, none), { code: "unknown-look" });
  }
});
