/**
 * Announces the programs in a folder: `release.json`, which `kanibako system upgrade` reads, and `SHA256SUMS`, for people.
 *
 *     deno run -A tools/release/feed.ts FOLDER
 *
 * Programs are called kanibako-VERSION-PLATFORM-FORM, as `kanibako-1.2.3-x86_64-linux-portable`; other files are only summed.
 *
 * @module
 */

import { readRelease, type Release, type ReleaseFile } from "../../lib/app/system/upgrade/release.ts";
import { sha256 } from "../../lib/host/sha256.ts";
import { version } from "../../lib/host/version.ts";

const OURS = ["release.json", "release.json.minisig", "SHA256SUMS", "SHA256SUMS.minisig"];

/** Writes both files. Throws where there is no program of this version. */
export async function announce(folder: string, today: Date = new Date()): Promise<Release> {
  const names = [...Deno.readDirSync(folder)].filter(({ isFile, name }) => isFile && !OURS.includes(name))
    .map(({ name }) => name).sort();
  const files: ReleaseFile[] = [];
  const sums: string[] = [];
  for (const name of names) {
    const content = await Deno.readFile(`${folder}/${name}`);
    const digest = await sha256(content);
    sums.push(`${digest}  ${name}\n`);
    const [, platform, form] = name.match(new RegExp(`^kanibako-${RegExp.escape(version)}-(.+)-([a-z]+)$`)) ??
      [];
    if (platform === undefined || form === undefined) continue;
    files.push({ name, platform, form, bytes: content.length, sha256: digest });
  }
  if (files.length === 0) throw new Error(`There is no program of version ${version} in ${folder}.`);
  const text = JSON.stringify(
    { program: "kanibako", version, date: today.toISOString().slice(0, 10), files },
    null,
    2,
  );
  await Deno.writeTextFile(`${folder}/release.json`, `${text}\n`);
  await Deno.writeTextFile(`${folder}/SHA256SUMS`, sums.join(""));
  // As the program will read it.
  return readRelease(text);
}

if (import.meta.main) {
  const { files } = await announce(Deno.args[0] ?? "dist/release");
  for (const { name, bytes } of files) console.log(`${name} ${bytes}`);
}
