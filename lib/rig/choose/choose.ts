/**
 * Chooses the image of a single command: by an option, the command's name, or what lies in the project.
 *
 * The order: `--image`, `--config`, `--template`, the command, `agentkernel.toml`, other files of the project, its Procfile, a default.
 * A file of the project is the work of whoever wrote the project: it may choose an image and take something away. The same file is read
 * for that also where something else decides about the image.
 *
 * @module
 */

import { shellQuote } from "../../host/ui/text.ts";
import { checkImageName } from "../image_name.ts";
import { idleSentence } from "./agentkernel.ts";
import { checkCommand } from "./command_lists.ts";
import { decide, type Decision } from "./decide.ts";
import { namedSettings } from "./named.ts";
import { checkTemplate, givenSource, isTemplateFile, projectSource, type Source } from "./sources.ts";
import type { ChooseInput, ImageChoice, RunAsks, RunSettings } from "./types.ts";

/**
 * Chooses an image. Throws `bad-rig` for a word that cannot be one, `no-template`, `no-config`, and for a file that says what cannot be
 * kept: `bad-file`, `config`, `unsafe-tree`, `command-refused`.
 */
export async function chooseImage(input: ChooseInput): Promise<ImageChoice> {
  const { argv, folder } = input;
  const template = input.template === undefined
    ? undefined
    : await checkTemplate(input.template, input.templates);
  const config = input.config === undefined ? undefined : await givenSource(input.config);
  const templateFile = template !== undefined && isTemplateFile(template)
    ? await givenSource(template)
    : undefined;
  // What the user names stands in the place of what the project says.
  const trusted = input.config !== undefined || template !== undefined;
  const project = trusted || !folder ? undefined : await projectSource(folder);
  const sources = [templateFile, config, project].filter((source) => source !== undefined);
  for (const { said } of sources) checkCommand(said, argv);

  const decision = await decide(input, { config, template, templateFile, project });
  checkImageName(decision.image);
  const named = template !== undefined && !templateFile ? namedSettings(template) : {};
  const settings = together(named, ...sources.map((source) => settingsOf(source, trusted)));
  const cpus = mostCpus(settings);
  return {
    ...decision,
    why: [
      ...decision.why,
      ...saysSettings(project, decision),
      ...cpus.why,
      ...sources.flatMap(({ said }) => idleSentence(said)),
    ],
    notes: sources.flatMap(({ said }) => said.notes),
    settings: cpus.settings,
    trusted,
    asks: project && asksOf(project),
  };
}

function settingsOf({ said, files }: Source, trusted: boolean): RunSettings {
  return { ...said.narrow, ...trusted ? said.wide : {}, ...files.length === 0 ? {} : { files } };
}

/** The last one wins, setting by setting. */
function together(...all: readonly RunSettings[]): RunSettings {
  return Object.assign({}, ...all);
}

function asksOf({ said }: Source): RunAsks | undefined {
  const { path, digest, asked, wide } = said;
  return asked.size === 0 ? undefined : { path, digest, asked, settings: wide };
}

/** No engine takes more processors than there are. */
function mostCpus(
  settings: RunSettings,
): { readonly settings: RunSettings; readonly why: readonly string[] } {
  const most = navigator.hardwareConcurrency;
  if (settings.cpus === undefined || settings.cpus <= most) return { settings, why: [] };
  return {
    settings: { ...settings, cpus: most },
    why: [`${settings.cpus} processors are asked for, and this machine has ${most}.`],
  };
}

function saysSettings(project: Source | undefined, decision: Decision): string[] {
  if (!project || decision.by === "project") return [];
  return [`${shellQuote(project.said.path)} does not decide about the image; what else it says applies.`];
}
