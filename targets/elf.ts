/**
 * Whether a program of the host can run in a rig: rigs are Linux with glibc, of the host's processor.
 *
 * @module
 */

import type { TargetHost } from "./target.ts";

/** ELF machine numbers. Source: elf(5), `e_machine`. */
const MACHINES: Readonly<Record<string, number>> = { x86_64: 0x3e, aarch64: 0xb7 };
/** The name of the program's interpreter stands this early in the files linkers write. */
const HEAD_BYTES = 4096;

/** What a file turned out to be. */
export type Executable =
  | { readonly kind: "usable" }
  /** An ELF file that cannot run in a rig. */
  | { readonly kind: "unusable"; readonly reason: string }
  /** Something else, such as a script. */
  | { readonly kind: "other"; readonly head: string };

/** Looks at the beginning of a file. `undefined` when it cannot be read. */
export async function examineExecutable(
  host: TargetHost,
  path: string,
  arch: string = Deno.build.arch,
): Promise<Executable | undefined> {
  const head = await host.readHead(path, HEAD_BYTES);
  if (head === undefined) return undefined;
  const text = new TextDecoder("latin1").decode(head);
  if (!text.startsWith("\x7fELF") || head.length < 20) return { kind: "other", head: text };
  const machine = head[18]! | (head[19]! << 8);
  if (machine !== MACHINES[arch]) {
    return { kind: "unusable", reason: `it is built for another processor than this machine's (${arch})` };
  }
  if (text.includes("/ld-musl-")) {
    return { kind: "unusable", reason: "it is built for musl (such as Alpine Linux); rigs have glibc" };
  }
  return { kind: "usable" };
}
