/**
 * The files with placeholders that a box gets: what the settings and options name, with the user's templates read. They are handed in,
 * and written by the box itself.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { sha256 } from "../host/sha256.ts";
import { expand } from "../config/expression.ts";
import { shareContext } from "../plan/declared_binds.ts";
import { sourcesOf } from "../plan/shared_folders.ts";
import { readLayerFile } from "../crab/layers.ts";
import {
  badTemplate,
  filledTemplate,
  MAX_TEMPLATE,
  parseSecretFileFlag,
  parseSecretFiles,
  type SecretFile,
} from "../secret/file.ts";
import { BOX_HOME, BOX_IN } from "../spec/box_paths.ts";
import { fromFlag, type Source } from "../spec/source.ts";
import { SECRETS_FOLDER } from "../plan/parts/secrets.ts";
import { placeholderOf } from "../secret/placeholder.ts";
import { warning } from "../spec/ui.ts";
import type { Session } from "./gather.ts";
import { boundIn } from "./secrets.ts";

/** A file as it is handed in. */
export interface HandedSecretFile {
  /** Relative to the home. */
  readonly path: string;
  readonly content: string;
  readonly digest: string;
}

interface Wanted {
  readonly name: string;
  readonly files: readonly SecretFile[];
  readonly from: Source;
}

/**
 * The files of a box, whose placeholders are made with this key. Throws `bad-secret`, `bad-template` and `unsafe-share`, and what is said
 * of shares that no box may have.
 */
export async function secretFilesOf(session: Session, key: string): Promise<readonly HandedSecretFile[]> {
  const bound = boundIn(session).map(({ name }) => name);
  const wanted = wantedFiles(session, new Set(bound));
  if (session.settings.network.value !== "filtered") return [];
  const placeholders = new Map<string, string>();
  for (const name of bound) placeholders.set(name, await placeholderOf(key, name));
  const found = new Map<string, HandedSecretFile>();
  for (const { name, files, from } of wanted) {
    for (const { path, template } of files) {
      const placeholder = placeholders.get(name)!;
      const content = template === undefined
        ? placeholder
        : filledTemplate(await templateText(session, name, template, from), {
          path: template,
          name,
          placeholders,
        });
      if (found.has(path)) {
        throw new KanibakoError("bad-secret", `Two secrets are to be in the file ~/${path} of the box.`, {
          hint: "Use one template, with {{NAME}} for each secret.",
        });
      }
      found.set(path, { path, content, digest: await sha256(content) });
    }
  }
  return [...found.values()];
}

/** By the name of a secret: where in the box its file is, for the variable that says so. */
export function secretFilePlaces(session: Session, bound: ReadonlySet<string>): ReadonlyMap<string, string> {
  return new Map(
    wantedFiles(session, bound, () => {}).map(({ name, files: [first] }) =>
      [name, first ? `${BOX_HOME}/${first.path}` : `${BOX_IN}/${SECRETS_FOLDER}/${name}`] as const
    ),
  );
}

/** What is wanted; an option for a secret replaces what is set for it. */
function wantedFiles(
  { settings, request, host }: Session,
  bound: ReadonlySet<string>,
  say = (text: string) => warning(host.ui, "plan-warning", { text }),
): readonly Wanted[] {
  const wanted = new Map<string, Wanted>();
  for (const [name, { value, from }] of Object.entries(settings.secretFiles)) {
    const files = parseSecretFiles(name, value);
    if (files.length === 0) continue;
    if (bound.has(name)) wanted.set(name, { name, files, from });
    // A secret that was taken away from this box takes its files along.
    else if (!Object.hasOwn(settings.secrets, name)) {
      say(`This box does not have ${files[0]!.path}: the secret ${name} is bound to no host.`);
    }
  }
  const from = fromFlag("--secret-file");
  const given = new Map<string, SecretFile[]>();
  for (const word of request.flags.secretFiles ?? []) {
    const { name, files } = parseSecretFileFlag(word, host.dirs.home);
    if (!bound.has(name)) {
      throw new KanibakoError(
        "bad-secret",
        `Cannot use --secret-file: the secret ${name} is bound to no host.`,
        {
          exitCode: 2,
          hint: `Say where it may go: --secret ${name}:HOST`,
        },
      );
    }
    given.set(name, [...given.get(name) ?? [], ...files]);
  }
  for (const [name, files] of given) wanted.set(name, { name, files, from });
  return [...wanted.values()];
}

/** The text of a template of the user's, found as what is copied into a home is: not by way of a link that a box could have made. */
async function templateText(session: Session, name: string, template: string, from: Source): Promise<string> {
  const source = expand(template, "host", shareContext(session).expressions);
  const sources = await sourcesOf(session);
  const { kind, path } = await sources.find({ key: `secret_file.${name}`, source, from });
  if (kind !== "file") throw badTemplate(template, kind === "folder" ? "it is a folder" : "it is not there");
  const at = path.lastIndexOf("/");
  const file = await readLayerFile(path.slice(0, at) || "/", path.slice(at + 1));
  const content = file && "content" in file ? file.content : undefined;
  if (content === undefined) throw badTemplate(template, "it cannot be read");
  if (content.length > MAX_TEMPLATE) throw badTemplate(template, "it is too large");
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    throw badTemplate(template, "it is no text");
  }
}
