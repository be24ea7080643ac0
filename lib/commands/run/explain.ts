/**
 * `run --explain`: which image is used, and why.
 *
 * @module
 */

import { chosen } from "../../app/run/choose.ts";
import { firstImage, type TakenImage } from "../../app/run/image.ts";
import type { RunPlace } from "../../app/run/place.ts";
import type { AskedRun } from "../../app/run/asked.ts";
import { json, note, out } from "../../host/ui/terminal.ts";
import { enumerated, shellQuote } from "../../host/ui/text.ts";
import type { ImageChoice } from "../../rig/choose/types.ts";

/** Says it on standard error, beside what the command says. */
export function explain(choice: ImageChoice, taken: TakenImage, place: RunPlace): void {
  for (const line of lines(choice, taken, place)) note(line);
}

/** Says it on standard output, where nothing is run. */
export async function explainOnly(asked: AskedRun, asJson: boolean): Promise<number> {
  const { choice, place } = await chosen(asked);
  const taken = await firstImage(asked.host, choice);
  if (asJson) {
    json({
      image: taken.word,
      wanted: choice.image,
      standIn: choice.standIn ?? null,
      family: choice.family ?? null,
      why: taken.why,
      notes: choice.notes,
      asks: Object.fromEntries(choice.asks?.asked ?? []),
      folder: place.workspace ?? null,
    });
  } else lines(choice, taken, place).forEach((line) => out(line));
  return 0;
}

function lines(choice: ImageChoice, taken: TakenImage, { workspace, why }: RunPlace): string[] {
  const { asks } = choice;
  const other = taken.isStandIn || choice.standIn === undefined
    ? []
    : [`If it cannot be pulled, the rig ${choice.standIn} is used in its place.`];
  return [
    `Image: ${taken.word}`,
    ...taken.why,
    ...other,
    ...choice.notes,
    ...asks === undefined ? [] : [
      `${shellQuote(asks.path)} also asks for ${
        enumerated([...asks.asked.keys()])
      }, which needs your approval.`,
    ],
    workspace === undefined
      ? `Folder: an empty one${why === undefined ? "" : `. ${why}`}`
      : `Folder: ${shellQuote(workspace)}`,
  ];
}
