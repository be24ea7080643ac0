/**
 * A place where settings are kept: the files of one level, how they are read, and what guards a change of them.
 *
 * @module
 */

import { cannot, readText, writeText } from "../host/store.ts";
import { approveTexts, type BoxTexts, widening } from "./approval.ts";
import { type BoxPlace, NotApproved, readBoxFiles } from "./box_files.ts";
import { checkedEnv } from "./env_file.ts";
import { parseConfig, parseEntries } from "./file.ts";
import type { ConfigLevel } from "./settings/declare.ts";
import { type SettingName, storedPath } from "./setting_name.ts";
import type { Host } from "./system.ts";
import type { EditValue } from "./edit.ts";

/** Where a setting stands in a file, and what it says. */
export interface PlaceEntry {
  readonly value: EditValue;
  readonly path: readonly string[];
  /** It stands there under a name of the opposite meaning; `value` is the meaning. */
  readonly inverted: boolean;
}

/** The files of a level, as texts. `undefined`: there is none. */
export interface PlaceTexts {
  readonly settings: string | undefined;
  readonly env: string | undefined;
}

/** The files of one level. */
export interface ConfigPlace {
  readonly level: ConfigLevel;
  /** For people: "box api", "workset client", "crab claude", "the system". */
  readonly title: string;
  readonly file: string;
  /** The file of variables. Absent: `env.NAME` is kept in the settings' file, or nowhere: see `noEnv`. */
  readonly envFile?: string;
  /** Why there are no variables at this place. */
  readonly noEnv?: string;
  readonly lock: string;
  /** What a change starts from when there is no file. */
  readonly initial: string;
  /** Reads the files. */
  read(): Promise<PlaceTexts>;
  /** What a text of the settings' file says, by the names users type. Throws `bad-file`. */
  entries(text: string): Promise<ReadonlyMap<string, PlaceEntry>>;
  /** Where a setting goes that is not there yet. */
  pathOf(setting: SettingName, text: string): readonly string[];
  /** Throws when texts must not be written. */
  check(texts: PlaceTexts): Promise<void>;
  /** Writes what differs. `before` is what was read under the lock. */
  write(before: PlaceTexts, after: PlaceTexts): Promise<void>;
}

type Files = Pick<ConfigPlace, "level" | "title" | "file" | "lock"> & {
  readonly envFile?: string;
  readonly noEnv?: string;
};

/** A place whose files no box can write. */
export function ownPlace(files: Files, more: Partial<ConfigPlace> = {}): ConfigPlace {
  const { level, file, envFile } = files;
  return {
    ...files,
    initial: "",
    read: async () => ({
      settings: await readText(file),
      env: envFile === undefined ? undefined : await readText(envFile),
    }),
    entries: (text) => parseEntries(text, file, level),
    pathOf: storedPath,
    check: () => Promise.resolve(),
    write: async (before, after) => {
      if (after.settings !== before.settings) await writeText(file, after.settings ?? "", await modeOf(file));
      if (envFile !== undefined && after.env !== before.env) await writeText(envFile, after.env ?? "");
    },
    ...more,
  };
}

/** The system's configuration. */
export function systemPlace(host: Host): ConfigPlace {
  const { file, paths } = host.system;
  const files: Files = {
    level: "system",
    title: "the system",
    file,
    envFile: paths.env,
    lock: lockOf(host, "system"),
  };
  return ownPlace(files, {
    // What would keep every later command from starting, this one included, is not written.
    check: async ({ settings }) => {
      const [{ systemPaths }, { baseDirs }] = await Promise.all([
        import("./paths.ts"),
        import("../host/dirs.ts"),
      ]);
      const { home, configHome, dataHome } = host.dirs;
      systemPaths(await parseConfig(settings ?? "", file, "system"), {
        ...baseDirs(),
        home,
        configHome,
        dataHome,
      });
    },
  });
}

/** A workset's configuration; without one, that of all projects that are in none. */
export function worksetPlace(
  host: Host,
  workset: { readonly name: string; readonly root: string } | undefined,
): ConfigPlace {
  return workset
    ? ownPlace({
      level: "workset",
      title: `workset ${workset.name}`,
      file: `${workset.root}/config.toml`,
      envFile: `${workset.root}/env`,
      lock: lockOf(host, `workset-${workset.root}`),
    })
    : ownPlace({
      level: "workset",
      title: "workset default",
      file: host.system.paths.defaultWorkset,
      noEnv: "kanibako system config env.NAME=VALUE, or kanibako box config PROJECT env.NAME=VALUE",
      lock: lockOf(host, "workset"),
    });
}

/** What is needed to know of a project to configure its box. */
export type ConfiguredBox = BoxPlace & {
  readonly id: string;
  readonly name: string;
  readonly sharedAuth: boolean;
};

/** A box's configuration. */
export function boxPlace(host: Host, box: ConfiguredBox): ConfigPlace {
  const place = ownPlace({
    level: "box",
    title: `box ${box.workset ? `${box.workset.name}/` : ""}${box.name}`,
    file: `${box.metadata}/project.toml`,
    envFile: `${box.metadata}/env`,
    lock: lockOf(host, box.id),
  });
  return box.mode === "standalone" ? standalonePlace(host, box, place) : place;
}

/**
 * The files of a standalone project lie where a box can write. What the user changes counts at once if what stood there
 * counted; if it did not, nothing is changed.
 */
function standalonePlace(host: Host, box: ConfiguredBox, place: ConfigPlace): ConfigPlace {
  const { state } = host.dirs;
  let sharedAuth = box.sharedAuth;
  return {
    ...place,
    read: async () => (await readBoxFiles(state, box)).texts,
    check: async ({ settings }) => {
      const said = (await place.entries(settings ?? "")).get("group_auth");
      if (said !== undefined) sharedAuth = said.value !== false;
    },
    write: async (before, after) => {
      await checkApproved(state, box, before);
      const { openTree } = await import("../host/tree/tree.ts");
      using tree = openTree(box.path);
      using folder = tree.lend(box.metadata.slice(box.path.length + 1));
      // By the folder's handle: what a box puts in its place meanwhile is not written to.
      const inside = folder?.path ?? box.metadata;
      if (after.settings !== before.settings) {
        const mode = tree.stat(`${box.metadata.slice(box.path.length + 1)}/project.toml`)?.mode ?? 0o600;
        await writeText(`${inside}/project.toml`, after.settings ?? "", mode & 0o777);
      }
      if (after.env !== before.env) await writeText(`${inside}/env`, after.env ?? "");
      await approveTexts(state, { path: box.path, name: box.name, sharedAuth }, after);
    },
  };
}

async function checkApproved(state: string, box: ConfiguredBox, texts: BoxTexts): Promise<void> {
  const { record } = await readBoxFiles(state, box);
  const [config, env] = [
    await parseConfig(texts.settings ?? "", `${box.metadata}/project.toml`, "box"),
    checkedEnv(texts.env ?? "", `${box.metadata}/env`),
  ];
  const asked = widening(config, env);
  if (asked.length === 0) return;
  const { contentDigest } = await import("./approval.ts");
  if (record?.approved === await contentDigest(texts.settings, texts.env)) return;
  throw new NotApproved(box, asked, record !== undefined && record.approved !== "");
}

/** The permission bits of a file, or those a new one gets. */
async function modeOf(file: string): Promise<number> {
  try {
    return ((await Deno.stat(file)).mode ?? 0o600) & 0o777;
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return 0o600;
    throw cannot("read", file, cause);
  }
}

function lockOf(host: Host, what: string): string {
  const slug = what.replace(/[^A-Za-z0-9-]/g, "_");
  return `${host.dirs.state}/locks/config-${slug.length > 100 ? slug.slice(-100) : slug}.lock`;
}
