/**
 * One instruction file from several layers. The user's layer is in the box, so the last merge is made there.
 *
 * @module
 */

/** What the box needs to merge one instruction file. */
export interface InstructionMerge {
  /** Relative to the home. */
  readonly path: string;
  /** The whole file where the user wrote nothing. */
  readonly merged: string;
  /** What goes before the user's own text. */
  readonly prefix: string;
  /** The layers alone: a file that says the same is not the user's. */
  readonly layers: readonly string[];
}

/** Merges the host's layers; `undefined` when they say nothing, so that the user's file stays as it is. */
export function mergeInstructions(
  path: string,
  base: string | undefined,
  template: { readonly variant: string; readonly text: string } | undefined,
): InstructionMerge | undefined {
  const layers = [
    { title: "kanibako base", text: base?.trim() ?? "" },
    { title: `template: ${template?.variant}`, text: template?.text.trim() ?? "" },
  ].filter(({ text }) => text !== "");
  if (layers.length === 0) return undefined;
  const marked = layers.map(({ title, text }) => `${header(title)}\n\n${text}\n`).join("\n");
  return {
    path,
    merged: layers.length === 1 ? `${layers[0]!.text}\n` : marked,
    prefix: `${marked}\n${header("project")}\n\n`,
    layers: layers.map(({ text }) => `${text}\n`),
  };
}

function header(title: string): string {
  return `<!-- ${title} -->`;
}
