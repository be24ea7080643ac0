/**
 * `init --local` and `new --local` of the 0.x versions.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { out, warn } from "../../host/ui/terminal.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { createProject } from "../../project/create.ts";
import { vaultHint } from "../../project/vault_folders.ts";
import type { Context } from "../context.ts";
import type { MakeFlags } from "./legacy.ts";

/** Runs `kanibako init`. */
export async function initProject(this: Context, flags: MakeFlags): Promise<void> {
  checkLocal(flags, "init");
  const path = flags.project ?? ".";
  try {
    await make(this, flags, path);
  } catch (error) {
    if (!(error instanceof KanibakoError) || error.code !== "already-a-project") throw error;
    out(`Already initialized: ${path}`);
  }
}

/** Runs `kanibako new`. */
export async function newProject(this: Context, flags: MakeFlags, path: string): Promise<void> {
  checkLocal(flags, "new");
  const place = path.startsWith("/") ? path : `${this.cwd}/${path}`;
  if (await Deno.lstat(place).then(() => true, () => false)) {
    throw new KanibakoError("exists", `Cannot make ${shellQuote(path)}: it is there already.`, {
      hint: `To make a folder that is there a project: kanibako create --standalone ${shellQuote(path)}`,
    });
  }
  await make(this, flags, path);
}

async function make(context: Context, flags: MakeFlags, path: string): Promise<void> {
  const project = await createProject(await context.host(), {
    path,
    cwd: context.cwd,
    mode: "standalone",
    ...(flags.noVault ? { vault: false } : {}),
    distinctAuth: flags.distinctAuth,
  });
  out(`Created standalone project in ${project.path}`);
  const hidden = await vaultHint(project);
  if (hidden !== undefined) warn(hidden);
}

function checkLocal(flags: MakeFlags, name: string): void {
  if (flags.local) return;
  throw new KanibakoError("not-local", `kanibako ${name} is only there as kanibako ${name} --local.`, {
    hint: "A project that keeps its state in the data folder: kanibako create",
  });
}
