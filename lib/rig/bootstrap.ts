/**
 * A base image without any image registry: a Debian root file system made from the distribution's packages.
 *
 * @module
 */

import type { ImageStore } from "../runtime/images.ts";
import { KanibakoError } from "../host/error.ts";
import { findExecutable, run } from "../host/process.ts";
import type { Progress } from "../spec/ui.ts";
import { parseImageName } from "./image_name.ts";
import type { Scratch } from "./scratch.ts";

const PROXIES = [
  "http_proxy",
  "https_proxy",
  "ftp_proxy",
  "no_proxy",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
];

// The tool lists only the main archive for a suite that its own release knows as testing.
const UPDATES_HOOK = String
  .raw`if ! grep -rqs -e "$0-security" "$1/etc/apt"; then sed -n "s#^\(deb .*\)/debian/* $0 main\$#\1/debian $0-updates main\n\1/debian-security $0-security main#p" "$1/etc/apt/sources.list" > "$1/etc/apt/sources.list.d/kanibako-updates.list"; fi`;

// What a box never reads is never unpacked.
const SMALL = [
  "path-exclude=/usr/share/doc/*",
  "path-include=/usr/share/doc/*/copyright",
  "path-exclude=/usr/share/man/*",
  "path-exclude=/usr/share/info/*",
  "path-exclude=/usr/share/locale/*",
];

/** Where the tool comes from, by distribution. */
export const INSTALL_HINT = "Install mmdebstrap (Debian, Ubuntu: sudo apt install mmdebstrap; " +
  "Fedora: sudo dnf install mmdebstrap), or make an image registry reachable.";

/** The Debian suite of a base image, such as `trixie` for `docker.io/library/debian:trixie-slim`; else `undefined`. */
export function bootstrapSuite(reference: string): string | undefined {
  const name = parseImageName(reference);
  if (!name || name.digest) return undefined;
  const registry = name.registry ?? "docker.io";
  if (registry !== "docker.io" || !/^(library\/)?debian$/.test(name.repository)) return undefined;
  return name.tag?.match(/^([a-z]+)(-slim)?$/)?.[1];
}

/** The reference a bootstrapped suite is imported as. */
export function bootstrapReference(suite: string): string {
  return `localhost/kanibako-base:${suite}`;
}

/** Whether the host has the tool. */
export function canBootstrap(): boolean {
  return mmdebstrap() !== undefined;
}

/** What making a base needs. */
export interface BootstrapOptions {
  readonly store: ImageStore;
  readonly scratch: Scratch;
  readonly progress: Progress;
  /** Ends the work; the tool removes what it made. */
  readonly signal: AbortSignal;
}

/** Makes and imports the base of a suite. Returns its reference. */
export async function bootstrapBase(suite: string, options: BootstrapOptions): Promise<string> {
  const { store, scratch, progress, signal } = options;
  const tool = mmdebstrap();
  if (!tool) throw new KanibakoError("no-mmdebstrap", "mmdebstrap is not installed", { hint: INSTALL_HINT });
  progress.step(`Making a Debian ${suite} base from packages`);
  const tar = `${scratch.path}/base.tar`;
  const env: Record<string, string | undefined> = { LC_ALL: "C.UTF-8" };
  for (const name of PROXIES) env[name] = Deno.env.get(name);
  // The tool's own programs are where an ordinary user's PATH may not lead.
  env["PATH"] = `${Deno.env.get("PATH") ?? "/usr/bin:/bin"}:/usr/sbin:/sbin`;
  const result = await run(bootstrapWords(tool, suite, tar), {
    env,
    signal,
    onOutput: (text) => progress.output(text),
  });
  if (signal.aborted) throw new KanibakoError("interrupted", "Interrupted.", { exitCode: 130 });
  if (result.code !== 0) {
    const complaint = result.stderr.split("\n").filter((line) => line.startsWith("E: ")).at(-1) ??
      result.stderr.trim().split("\n").at(-1) ?? "";
    throw new KanibakoError("bootstrap", `mmdebstrap failed: ${complaint.replace(/^E: /, "")}`, {
      output: result.stderr.trim().split("\n").slice(-15).join("\n"),
      ...(/keyring|public key|NO_PUBKEY/i.test(result.stderr)
        ? { hint: "Install Debian's keys: package debian-archive-keyring." }
        : {}),
    });
  }
  const reference = bootstrapReference(suite);
  progress.step("Importing the base");
  await store.importRoot(tar, reference, { signal });
  return reference;
}

/** The tool's command line. It works without root, in a user namespace of its own. */
export function bootstrapWords(tool: string, suite: string, tar: string): string[] {
  return [
    tool,
    "--mode=auto",
    "--variant=minbase",
    "--format=tar",
    "--include=ca-certificates",
    ...SMALL.map((rule) => `--dpkgopt=${rule}`),
    `--customize-hook=sh -c '${UPDATES_HOOK}' ${suite} "$1"`,
    suite,
    tar,
  ];
}

function mmdebstrap(): string | undefined {
  return findExecutable("mmdebstrap") ?? findExecutable("/usr/bin/mmdebstrap");
}
