/**
 * How this program came onto the machine, which decides how a newer one does.
 *
 * @module
 */

import { findExecutable, run } from "../../../host/process.ts";
import { exists, isFile, parentOf } from "../../../host/path.ts";
import type { Form } from "../../../host/self.ts";

/** How the program is installed. */
export type Installed =
  /** A file of its own, which can be replaced. */
  | { readonly how: "file"; readonly program: string; readonly form: Form }
  /** The source tree, or what was built in it. */
  | { readonly how: "checkout"; readonly root: string }
  /** Something that keeps track of it, and has a command of its own. */
  | { readonly how: "package"; readonly manager: string; readonly command: string }
  | { readonly how: "unknown"; readonly why: string };

/** What is known of the running program. */
export interface Running {
  readonly form: Form;
  /** The address of a module of it. */
  readonly module: string;
  readonly executable: string;
  /** What started the portable program, as its first part says. */
  readonly startedAs: string | undefined;
  /** Only asked where that is a relative path. */
  readonly cwd: () => string;
}

/** Finds out. Asks a package manager only about a file in a place of theirs. */
export async function installed(running: Running): Promise<Installed> {
  const { form, module } = running;
  if (module.includes("/node_modules/")) {
    return module.includes("/_npx/")
      ? { how: "package", manager: "npx", command: "npx kanibako@latest" }
      : { how: "package", manager: "npm", command: "npm install --global kanibako@latest" };
  }
  if (form === "source") return fromSource(module);
  const program = form === "compiled" ? running.executable : startedFile(running);
  if (program === undefined) {
    return { how: "unknown", why: "the file that the program was started from cannot be found" };
  }
  const path = await Deno.realPath(program);
  const root = parentOf(parentOf(path));
  if (parentOf(path) === `${root}/dist` && isCheckout(root)) return { how: "checkout", root };
  return await managed(path) ?? { how: "file", program: path, form };
}

function fromSource(module: string): Installed {
  if (!module.startsWith("file:")) {
    return {
      how: "package",
      manager: "deno",
      command: "deno install --global --force --allow-all --name kanibako jsr:@kanibako/kanibako/cli",
    };
  }
  const root = decodeURIComponent(new URL("../../../../", module).pathname).replace(/\/$/, "");
  return isCheckout(root)
    ? { how: "checkout", root }
    : { how: "unknown", why: `${root} is a source tree without git` };
}

function isCheckout(root: string): boolean {
  return exists(`${root}/.git`) && isFile(`${root}/tools/build.ts`);
}

/** The portable program is unpacked elsewhere; what unpacked it carries the name of that folder. */
function startedFile({ startedAs, cwd, module }: Running): string | undefined {
  if (startedAs === undefined || !startedAs.includes("/")) return undefined;
  const path = startedAs.startsWith("/") ? startedAs : `${cwd()}/${startedAs}`;
  const folder = decodeURIComponent(new URL(".", module).pathname).split("/").at(-2) ?? "";
  try {
    using file = Deno.openSync(path);
    const head = new Uint8Array(2048);
    const text = new TextDecoder().decode(head.subarray(0, file.readSync(head) ?? 0));
    return text.startsWith("#!/bin/sh\n# kanibako ") && text.includes(`/${folder}\n`) ? path : undefined;
  } catch {
    return undefined;
  }
}

/** Asks who owns a file, and how that one is brought up to date. */
const MANAGERS: readonly (readonly [program: string, ask: readonly string[], command: string])[] = [
  ["dpkg-query", ["--search", "--"], "sudo apt update && sudo apt install --only-upgrade kanibako"],
  ["rpm", ["--query", "--file", "--"], "sudo dnf upgrade kanibako"],
  ["pacman", ["--query", "--owns", "--"], "sudo pacman -Syu kanibako"],
  ["apk", ["info", "--who-owns"], "sudo apk upgrade kanibako"],
];

async function managed(path: string): Promise<Installed | undefined> {
  if (path.includes("/Cellar/")) return { how: "package", manager: "brew", command: "brew upgrade kanibako" };
  if (path.startsWith("/nix/store/")) {
    return { how: "package", manager: "nix", command: "nix profile upgrade kanibako" };
  }
  if (!/^\/(usr\/)?(bin|sbin|lib|lib64|libexec|share)\/|^\/opt\//.test(path)) return undefined;
  for (const [manager, ask, command] of MANAGERS) {
    const program = findExecutable(manager);
    if (program === undefined) continue;
    if ((await run([program, ...ask, path], { timeoutMs: 10_000 })).code !== 0) continue;
    return { how: "package", manager, command };
  }
  return undefined;
}

/** Where the program is, or who keeps it, in a few words. */
export function installedText(how: Installed): string {
  switch (how.how) {
    case "file":
      return how.program;
    case "checkout":
      return `checkout ${how.root}`;
    case "package":
      return `installed with ${how.manager}`;
    case "unknown":
      return how.why;
  }
}
