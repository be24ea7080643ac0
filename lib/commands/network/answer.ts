/**
 * Answers a question of a box: by options, or on the terminal.
 *
 * @module
 */

import { boxesOf } from "../../app/network/boxes.ts";
import type { Effect } from "../../app/network/change.ts";
import {
  type Answered,
  type AnswerFor,
  answerQuestion,
  type Question,
  questionNamed,
  questionsOf,
} from "../../app/network/pending.ts";
import { boxNetwork } from "../../app/network/scope.ts";
import type { Host } from "../../config/system.ts";
import { Aborted, UsageError } from "../../host/error.ts";
import { json, out } from "../../host/ui/terminal.ts";
import type { Context } from "../context.ts";
import { placeWords } from "./log_words.ts";
import type { AnswerFlags, NetworkLevel } from "./network.ts";
import { networkOf } from "./whose.ts";

/** An answer: what to do, and for how long. */
interface Answer {
  readonly effect: Effect;
  readonly duration: AnswerFor;
}

/** Answers the question that is named, or the newest. `level`: whose questions; `undefined`: those of every box. */
export async function answer(
  context: Context,
  level: NetworkLevel | undefined,
  flags: AnswerFlags,
  { word, effect }: { readonly word: string | undefined; readonly effect: Effect },
): Promise<void> {
  const host = await context.host();
  const scope = level !== undefined
    ? await networkOf(context, level, flags)
    : flags.project !== undefined
    ? await boxNetwork(host, flags.project, context.cwd)
    : undefined;
  const question = questionNamed(await questionsOf(await boxesOf(host, scope)), word);
  const said = await answerOf(host, question, flags, { word, effect });
  const done = await answerQuestion(host, question, said.effect, said.duration);
  if (flags.json) {
    const { box, host: name, port } = question;
    return json({ box: box.name, host: name, port: port === 0 ? null : port, ...said, rule: done.rule });
  }
  out(inWords(done, said, question));
}

/**
 * How the user answers. A question that nobody named is allowed only where somebody sees it: the newest one may be another than the one
 * that was read a moment ago.
 */
async function answerOf(
  host: Host,
  question: Question,
  flags: AnswerFlags,
  { word, effect }: { readonly word: string | undefined; readonly effect: Effect },
): Promise<Answer> {
  const given = (["once", "box", "workset", "system"] as const).find((one) => flags[one]);
  const isSeen = word !== undefined || effect === "refuse";
  if (given !== undefined && isSeen) return { effect, duration: given };
  if (!host.ui.attended || flags.json) {
    if (word !== undefined) return { effect, duration: "once" };
    throw new UsageError("Nobody can be asked here.", {
      hint: [
        effect === "refuse"
          ? "Name what is refused, or say how long the answer applies: --once, --box, --workset or --system."
          : "Name what is allowed: kanibako approve NAME",
        "To see what waits: kanibako system network pending",
      ],
    });
  }
  if (given !== undefined) {
    if (!await host.ui.confirm(sure(question, given))) throw new Aborted();
    return { effect, duration: given };
  }
  return effect === "allow"
    ? await ask(host, question)
    : { effect, duration: await askHowLong(host, question) };
}

/** The first answer is the default: nothing is allowed by a key that was pressed too soon. */
async function ask(host: Host, question: Question): Promise<Answer> {
  const { box } = question;
  const chosen = await host.ui.choose({
    text: `The box ${box.name} asks for ${place(question)}.`,
    answers: [
      ["refuse", "for this run"],
      ["once", "allow it for this run"],
      ["box", `allow it for every run of the box ${box.name}`],
      ...box.workset === undefined
        ? []
        : [["workset", `allow it for every box of the workset ${box.workset}`] as const],
      ["system", "allow it for every box"],
      ["never", `refuse it for every run of the box ${box.name}`],
    ],
  });
  if (chosen === undefined) throw new Aborted();
  if (chosen === "refuse") return { effect: "refuse", duration: "once" };
  if (chosen === "never") return { effect: "refuse", duration: "box" };
  return { effect: "allow", duration: chosen };
}

/** Asks about the question that was picked for the user. */
function sure(question: Question, duration: AnswerFor) {
  const { box } = question;
  const applies = {
    once: "this run",
    box: `every run of the box ${box.name}`,
    workset: box.workset === undefined ? "its workset" : `every box of the workset ${box.workset}`,
    system: "every box",
  }[duration];
  return { text: `The box ${box.name} asks for ${place(question)}. Allow it for ${applies}?` };
}

async function askHowLong(host: Host, question: Question): Promise<AnswerFor> {
  const chosen = await host.ui.choose({
    text: `Refuse ${place(question)}, which the box ${question.box.name} asks for.`,
    answers: [
      ["once", "for this run"],
      ["box", `for every run of the box ${question.box.name}`],
      ["system", "for every box"],
    ],
  });
  if (chosen === undefined) throw new Aborted();
  return chosen;
}

function place({ host, port }: Question): string {
  return placeWords(host, port);
}

function inWords({ rule, at }: Answered, { effect }: Answer, { open }: Question): string {
  const late = open ? "" : " It no longer waited, so the box has to try again.";
  return `${effect === "allow" ? "Allowed" : "Refused"} ${rule} for ${at}.${effect === "allow" ? late : ""}`;
}
