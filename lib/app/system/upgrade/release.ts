/**
 * What a release feed says: the newest version, and its files with their checksums.
 *
 * @module
 */

import { compareVersions } from "compare-versions";
import * as z from "zod/mini";
import { KanibakoError } from "../../../host/error.ts";
import { problemOf } from "../../../host/store.ts";
import type { Form } from "../../../host/self.ts";

/** The largest program that is fetched. */
const MAX_BYTES = 512 * 1024 * 1024;

const plainName = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,199}$/, "expected a file's name"));

const file = z.object({
  /** Its name beside the feed. */
  name: plainName,
  /** As of `Deno.build`: `x86_64-linux`. */
  platform: z.string(),
  form: z.string(),
  bytes: z.number().check(z.int(), z.minimum(1), z.maximum(MAX_BYTES)),
  sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/, "expected a SHA-256 in hexadecimal")),
});

const release = z.object({
  program: z.literal("kanibako"),
  version: z.string().check(
    z.regex(/^\d{1,6}\.\d{1,6}\.\d{1,6}(-[0-9A-Za-z.-]{1,60})?$/, "expected a version such as 1.2.3"),
  ),
  /** The day, for people. */
  date: z.string().check(z.regex(/^\d{4}-\d\d-\d\d$/, "expected a day such as 2026-12-31")),
  files: z.array(file).check(z.maxLength(100)),
});

/** A release. */
export type Release = z.infer<typeof release>;
/** One file of it. */
export type ReleaseFile = z.infer<typeof file>;

/** Reads a feed. Further fields are for later versions. Throws `bad-release`. */
export function readRelease(text: string): Release {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw bad("it is not JSON");
  }
  const result = release.safeParse(value);
  if (!result.success) throw bad(problemOf(result.error.issues));
  return result.data;
}

/** Whether the release is newer than a version. */
export function isNewer({ version }: Pick<Release, "version">, than: string): boolean {
  return compareVersions(version, than) > 0;
}

/** The file for this machine. Throws `no-file` where the release has none. */
export function fileFor(
  { version, files }: Release,
  form: Form,
  platform: string = ourPlatform(),
): ReleaseFile {
  const found = files.find((each) => each.platform === platform && each.form === form);
  if (found) return found;
  throw new KanibakoError("no-file", `Version ${version} has no ${form} program for ${platform}.`, {
    hint: "Build it from its source: ./dev build",
  });
}

/** What this program runs on. */
export function ourPlatform(): string {
  return `${Deno.build.arch}-${Deno.build.os}`;
}

function bad(why: string): KanibakoError {
  return new KanibakoError("bad-release", `Cannot read the release feed: ${why}.`, {
    hint: "Check the setting upgrade.feed: kanibako system config upgrade.feed",
  });
}
