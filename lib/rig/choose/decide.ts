/**
 * Who decides about the image: the first in the order that has something to say.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import type { Tree } from "../../host/tree/tree.ts";
import { quotePath } from "../../host/ui/quote_path.ts";
import { enumerated, shellQuote } from "../../host/ui/text.ts";
import { prefabName } from "../reference.ts";
import { parseImageName, qualified } from "../image_name.ts";
import type { Said, SaidImage } from "./agentkernel.ts";
import { programName } from "./command_lists.ts";
import {
  DEFAULT_IMAGE,
  DEFAULT_RIG,
  type Family,
  familyNamed,
  familyOfCommand,
  familyOfImage,
  rigFor,
} from "./families.ts";
import { familyInProcfile, MOST_PROCFILE_BYTES } from "./procfile.ts";
import { familiesIn } from "./scan.ts";
import type { Source } from "./sources.ts";
import type { ChooseInput, ImageChoice } from "./types.ts";

/** What was decided. */
export interface Decision extends Pick<ImageChoice, "image" | "standIn" | "family" | "why"> {
  readonly by: "option" | "config" | "template" | "command" | "project" | "files" | "procfile" | "default";
}

/** The image that a file means. */
interface MeantImage extends Pick<ImageChoice, "image" | "standIn"> {
  readonly family: Family | undefined;
}

/** What was read. */
interface Sources {
  readonly config: Source | undefined;
  /** The template's own name, or the path of its file. */
  readonly template: string | undefined;
  readonly templateFile: Source | undefined;
  readonly project: Source | undefined;
}

/** Decides. Throws `config` where a file that would decide wants an image to be built. */
export async function decide(input: ChooseInput, sources: Sources): Promise<Decision> {
  const { argv, image, templates, folder } = input;
  const { config, template, templateFile, project } = sources;
  if (image !== undefined) {
    return {
      by: "option",
      image,
      standIn: undefined,
      family: familyOfImage(image)?.name,
      why: ["--image names it."],
    };
  }
  return (config && await bySource("config", config.said, templates)) ??
    (templateFile && await bySource("template", templateFile.said, templates)) ??
    (template !== undefined && !templateFile ? byTemplate(template) : undefined) ??
    byCommand(programName(argv)) ??
    (project && await bySource("project", project.said, templates)) ??
    (folder && (byFiles(folder) ?? byProcfile(folder))) ??
    byDefault(argv);
}

async function bySource(
  by: "config" | "template" | "project",
  said: Said,
  templates: ChooseInput["templates"],
): Promise<Decision | undefined> {
  const path = quotePath(said.path);
  if (!said.image) {
    if (!said.build) return undefined;
    throw new KanibakoError("config", `Cannot keep build of ${path}: a run builds no image.`, {
      hint: [
        "Build it, and name it in base_image or with --image.",
        "Or describe it in .devcontainer/devcontainer.json.",
      ],
    });
  }
  const { image, family, standIn } = await imageOf(said.image, templates);
  // What was made on this machine was made for something else, and is for everybody in the box to read.
  if (by === "project" && image.startsWith("localhost/")) {
    throw new KanibakoError("config", `${path} names an image of this machine: ${shellQuote(image)}.`, {
      hint: `A file of a project cannot choose such an image. To run in it: --image ${shellQuote(image)}`,
    });
  }
  const why = [`${path} names it: ${said.image.key} = ${JSON.stringify(said.image.word)}.`];
  return {
    by,
    image,
    standIn,
    family: family?.name,
    why,
  };
}

/** The image that a file means: a rig of ours goes by its bare name, anything else is a public image. */
async function imageOf(
  { key, word }: SaidImage,
  templates: ChooseInput["templates"],
): Promise<MeantImage> {
  if (key === "runtime") {
    if (word === "base") return { image: DEFAULT_IMAGE, family: undefined, standIn: DEFAULT_RIG };
    const family = familyNamed(word === "c" ? "c-cpp" : word)!;
    return { image: family.image, family, standIn: family.rig };
  }
  const isShort = !/[/:@]/.test(word);
  if (prefabName(word) !== undefined || isShort && (await templates()).includes(word)) {
    return { image: word, family: familyNamed(word), standIn: undefined };
  }
  const image = parseImageName(word) ? qualified(word) : word;
  const family = familyOfImage(image);
  return { image, family, standIn: family?.rig };
}

function byTemplate(template: string): Decision {
  return {
    by: "template",
    image: template,
    standIn: undefined,
    family: familyNamed(template)?.name,
    why: [`--template names it: the rig ${template}.`],
  };
}

function byCommand(command: string): Decision | undefined {
  const family = familyOfCommand(command);
  if (!family) return undefined;
  return {
    by: "command",
    ...ofFamily(family, command, `The command ${command} belongs to ${family.title}.`),
  };
}

function byFiles(folder: Tree): Decision | undefined {
  const [first, ...others] = familiesIn(folder);
  if (!first) return undefined;
  const decided = ofFamily(
    first.family,
    "",
    `The folder has ${shellQuote(first.file)}: ${first.family.title}.`,
  );
  if (others.length === 0) return { by: "files", ...decided };
  const also = others.map(({ family, file }) => `${family.title} (${shellQuote(file)})`);
  const names = [first, ...others].map(({ family }) => family.name);
  // The one rig that has both.
  const both = first.family.name === "node" && names.includes("python");
  return {
    by: "files",
    ...decided,
    ...both ? { standIn: "fullstack" } : {},
    why: [
      ...decided.why,
      `It also shows ${enumerated(also)}, which ${
        also.length === 1 ? "comes" : "come"
      } later in the order. To choose: --image or --template.`,
    ],
  };
}

function byProcfile(folder: Tree): Decision | undefined {
  const kind = folder.kind("Procfile");
  if (kind !== "file") return undefined;
  const size = folder.stat("Procfile")?.size ?? 0;
  // Nobody is to be kept from running anything by a file that would only have been a last guess.
  if (size > MOST_PROCFILE_BYTES) return undefined;
  const content = folder.readFile("Procfile", 2 * MOST_PROCFILE_BYTES);
  const found = content && familyInProcfile(new TextDecoder().decode(content));
  if (!found) return undefined;
  const { family, type, command } = found;
  const why = `The Procfile starts ${shellQuote(command)} for ${shellQuote(type)}: ${family.title}.`;
  return { by: "procfile", ...ofFamily(family, command, why) };
}

function byDefault(argv: readonly string[]): Decision {
  const why = argv.length === 0
    ? "Nothing in the folder says which image: the default."
    : `Neither ${shellQuote(programName(argv))} nor what lies in the folder says which image: the default.`;
  return { by: "default", image: DEFAULT_IMAGE, standIn: DEFAULT_RIG, family: undefined, why: [why] };
}

/** The image of a family. Where that does not have the program, the rig comes first. */
function ofFamily(family: Family, command: string, why: string): Omit<Decision, "by"> {
  const { name, image } = family;
  const rig = rigFor(family, command);
  if (family.lacks.includes(command)) {
    return {
      image: rig,
      standIn: undefined,
      family: name,
      why: [why, `${image} does not have ${command}, so the rig ${rig} is taken.`],
    };
  }
  return { image, standIn: rig, family: name, why: [why] };
}
