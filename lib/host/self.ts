/**
 * Which form of this program is running, and how to run it again: on this host, and inside a box.
 *
 * The three forms are the compiled one (one ELF file), the portable one (a `deno` and a bundle in a folder of the cache, or in packages
 * of npm) and the source tree. Nothing else in this program knows them.
 *
 * @module
 */

import { isFile } from "./path.ts";
import { BOX_FOLDER, RUN_FLAGS, SMALL_FLAGS, SMALL_RUN_FLAGS, SMALL_V8_FLAGS } from "./bundle.ts";
import { BOX_LAUNCHER } from "../spec/box_paths.ts";
import { KanibakoError } from "./error.ts";

/** How the running program was made. */
export type Form = "compiled" | "portable" | "source";

/** A file or folder of the host that a box must see to run this program. Always read-only. */
export interface ProgramMount {
  /** Absolute path on the host. */
  readonly source: string;
  /** Absolute path in the box. */
  readonly destination: string;
}

/** How to run this program on this host. */
export interface Invocation {
  /** The words that run it; its own arguments follow. */
  readonly command: readonly string[];
  /** Variables that belong to them. */
  readonly env: Readonly<Record<string, string>>;
}

/** This program, as something that can be run. */
export interface Self extends Invocation {
  readonly form: Form;
  /** Runs it with little memory, for a process that lives as long as a box. Slower than {@link command}. */
  readonly small: Invocation;
  /** Runs it in a box, with little memory, where what {@link mounts} names is mounted. */
  readonly inBox: Invocation;
  /**
   * What makes the program run in a box by the path `launcher`. Read-only all. From a source tree the first call after
   * a change bundles the program, which takes about a second.
   */
  mounts(launcher?: string): Promise<readonly ProgramMount[]>;
}

/** What decides the form. */
export interface Circumstances {
  /** The address of this module. */
  readonly module: string;
  /** The address of the module the process was started with. */
  readonly main: string;
  /** Whether the process is the output of `deno compile`. */
  readonly standalone: boolean;
  /** The running executable. */
  readonly executable: string;
}

/** The running program. Costs nothing until `mounts` is called. */
export function self(): Promise<Self> {
  return Promise.resolve(
    identify({
      module: import.meta.url,
      main: Deno.mainModule,
      standalone: Deno.build.standalone,
      executable: Deno.execPath(),
    }),
  );
}

/** As {@link self}, for given circumstances. */
export function identify(at: Circumstances): Self {
  // A bundle has files of its own making; only the source tree has this module under this name.
  const fromSource = at.module.endsWith("/lib/host/self.ts");
  if (at.standalone) return /\/cli\.[jt]s$/.test(at.main) ? compiled(at) : foreign();
  return fromSource ? source(at) : portable(at);
}

/** A compiled program has its flags inside; these come before them. */
const SMALL_COMPILED = { DENO_V8_FLAGS: SMALL_V8_FLAGS.join(",") };

function compiled(at: Circumstances): Self {
  return {
    form: "compiled",
    command: [at.executable],
    env: {},
    small: { command: [at.executable], env: SMALL_COMPILED },
    inBox: { command: [BOX_LAUNCHER], env: SMALL_COMPILED },
    mounts: (launcher = BOX_LAUNCHER) => Promise.resolve([{ source: at.executable, destination: launcher }]),
  };
}

/** The bundle in a box. It keeps no code: it is started once. */
const IN_BOX: Invocation = {
  command: [`${BOX_FOLDER}/deno`, ...SMALL_RUN_FLAGS, `${BOX_FOLDER}/cli.js`],
  env: { DENO_NO_UPDATE_CHECK: "1" },
};

function portable(at: Circumstances): Self {
  const folder = path(new URL(".", at.module)).replace(/\/$/, "");
  return {
    form: "portable",
    command: [at.executable, ...RUN_FLAGS, `${folder}/cli.js`],
    env: childEnvironment(),
    small: {
      command: [at.executable, ...SMALL_RUN_FLAGS, `${folder}/cli.js`],
      env: childEnvironment(),
    },
    inBox: IN_BOX,
    mounts: (launcher = BOX_LAUNCHER) =>
      Promise.resolve([
        ...folderMounts(folder, launcher),
        // npm keeps the runtime in a package of its own; the program's has an empty file in its place.
        ...at.executable === `${folder}/deno`
          ? []
          : [{ source: at.executable, destination: `${BOX_FOLDER}/deno` }],
      ]),
  };
}

function source(at: Circumstances): Self {
  const root = new URL("../../", at.module);
  const local = root.protocol === "file:";
  const entry = local ? `${path(root)}cli.ts` : new URL("cli.ts", root).href;
  const config = local ? [`--config=${path(root)}deno.json`] : ["--no-config"];
  const flags = ["run", "--allow-all", "--quiet", "--unstable-lazy-dynamic-imports", ...config];
  return {
    form: "source",
    command: [at.executable, ...flags, entry],
    env: childEnvironment(),
    small: { command: [at.executable, ...flags, ...SMALL_FLAGS, entry], env: childEnvironment() },
    inBox: IN_BOX,
    mounts: async (launcher = BOX_LAUNCHER) => {
      const { sourceBundle } = await import("./source_bundle.ts");
      const folder = await sourceBundle(local ? path(root) : root.href, at.executable);
      return [...folderMounts(folder, launcher), {
        source: at.executable,
        destination: `${BOX_FOLDER}/deno`,
      }];
    },
  };
}

/** A compiled program of somebody else's that uses this one as a library: it is not the command the user knows. */
function foreign(): Self {
  const missing = () => {
    throw new KanibakoError("no-program", "Cannot find the kanibako program to run it beside this one.", {
      hint: "Install kanibako and put it on PATH.",
    });
  };
  const found = (Deno.env.get("PATH") ?? "").split(":").filter((folder) => folder.startsWith("/"))
    .map((folder) => `${folder}/kanibako`).find(isFile) ?? missing();
  return {
    form: "compiled",
    command: [found],
    env: {},
    small: { command: [found], env: SMALL_COMPILED },
    inBox: { command: [BOX_LAUNCHER], env: SMALL_COMPILED },
    mounts: () => Promise.resolve([]),
  };
}

function folderMounts(folder: string, launcher: string): ProgramMount[] {
  return [
    { source: folder, destination: BOX_FOLDER },
    { source: `${folder}/box-launcher`, destination: launcher },
  ];
}

/** Children are started with a minimal environment; these keep the portable form's cache in use, and its peace. */
function childEnvironment(): Record<string, string> {
  const folder = Deno.env.get("DENO_DIR");
  return { DENO_NO_UPDATE_CHECK: "1", ...(folder === undefined ? {} : { DENO_DIR: folder }) };
}

function path(url: URL): string {
  return decodeURIComponent(url.pathname);
}
