/**
 * Makes a rig of a template under a name of its own, and, where that is asked for, on another base.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { nearest, shellQuote } from "../../host/ui/text.ts";
import { baseOf, findRecipe } from "../containerfiles.ts";
import { type RigView, viewRigs } from "../lookup.ts";
import { type PreparedRig, type PrepareOptions, prepareRig } from "../prepare.ts";
import { isByHand, removeRigRow, rowOf, writeRigRow } from "../registry.ts";
import { alreadyThere, checkNewName, replacedBy } from "./name.ts";

/** What is made. */
export interface OfTemplateOptions extends PrepareOptions {
  readonly name: string;
  readonly template: string;
  /** What it stands on in place of what the template says: a rig's name, or an image reference. */
  readonly base?: string | undefined;
  /** Whether what is there under that name may be replaced. */
  readonly replace: (what: string) => boolean | Promise<boolean>;
}

/**
 * Builds it, and remembers what it was made of, so that it can be built again by its name. Throws `bad-rig`, `rig-exists`,
 * `no-template` with those there are, `fixed-base` for a template that takes no other one, and what building throws.
 */
export async function makeOfTemplate(options: OfTemplateOptions): Promise<PreparedRig> {
  const { host, store, name, template, base } = options;
  const { dirs } = host;
  checkNewName(name);
  const view = await viewRigs(host, store);
  await checkTemplate(options, view);
  if (name !== template && view.around.templates.some((one) => one.name === name)) {
    throw alreadyThere(name, `It is a template. To build it: kanibako rig prep ${name}`);
  }
  const replaced = replacedBy(name, "template", view);
  if (replaced !== undefined && !await options.replace(replaced)) {
    throw alreadyThere(name, "To replace it, add --force.");
  }
  const { byHand = [], rows } = view.around;
  if (byHand.includes(replaced ?? "") || isByHand(rowOf(rows, name))) {
    throw alreadyThere(name, `It was made by hand. To give it up: kanibako rig rm ${name}`);
  }
  const before = rowOf(rows, name);
  await writeRigRow(dirs, name, {
    kind: "template",
    source_type: "template",
    source: template,
    foundation_source: base,
    reproducible: true,
    created: new Date().toISOString(),
  });
  try {
    return await prepareRig(name, { ...options, force: true });
  } catch (error) {
    if (before) await writeRigRow(dirs, name, before);
    else await removeRigRow(dirs, name);
    throw error;
  }
}

async function checkTemplate({ host, template, base }: OfTemplateOptions, view: RigView): Promise<void> {
  const names = view.around.templates.map(({ name }) => name);
  const recipe = names.includes(template) ? await findRecipe(host.dirs, `template-${template}`) : undefined;
  if (!recipe) {
    const close = nearest(template, names);
    throw new KanibakoError("no-template", `There is no template ${shellQuote(template)}.`, {
      hint: [
        ...(close === undefined ? [] : [`Did you mean "${close}"?`]),
        `There are: ${names.join(", ") || "none"}`,
      ],
    });
  }
  if (base !== undefined && !baseOf(recipe)?.replaceable) {
    throw new KanibakoError("fixed-base", `The template ${shellQuote(template)} takes no other base.`, {
      hint: "Its Containerfile has no line ARG BASE_IMAGE=..., which FROM uses.",
    });
  }
}
