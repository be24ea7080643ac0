/**
 * Names that wait for the user's answer, or were refused for want of one, and the answers.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { checkedRule } from "../../net/checked_rule.ts";
import { pendingNames, waitingNames } from "../../net/pending.ts";
import type { PendingName } from "../../net/questions.ts";
import { ruleAllowing } from "../../net/rule.ts";
import { readRun } from "../../run/record.ts";
import { addRunRules } from "../../session/network_files.ts";
import { fromPart } from "../../spec/source.ts";
import type { NetworkBox } from "./boxes.ts";
import { type Effect, setRules } from "./change.ts";
import { boxNetwork, systemNetwork, worksetNetwork } from "./scope.ts";

/** A question. */
export interface Question extends PendingName {
  readonly box: NetworkBox;
  /** Whether it still waits; else it was refused, as nobody answered. */
  readonly open: boolean;
}

/** For how long an answer applies. */
export type AnswerFor = "once" | "box" | "workset" | "system";

/** The questions of boxes: those that wait first, the newest first. */
export async function questionsOf(boxes: readonly NetworkBox[]): Promise<readonly Question[]> {
  const all = await Promise.all(boxes.map(async (box) => {
    const [names, run] = await Promise.all([pendingNames(box.state), readRun(box.state)]);
    // In a box that has ended nothing waits.
    const waiting = run === undefined ? [] : waitingNames(names);
    return names.map((one): Question => ({ ...one, box, open: waiting.includes(one) }));
  }));
  return all.flat().sort((a, b) => Number(b.open) - Number(a.open) || b.since - a.since);
}

/** The question that a word names, by its id or its host; the newest without a word. Throws `no-question`, `ambiguous`. */
export function questionNamed(questions: readonly Question[], word?: string): Question {
  if (questions.length === 0) {
    throw new KanibakoError("no-question", "No name waits for an answer.", {
      hint: "To see what was refused: kanibako box network log --refused",
    });
  }
  if (word === undefined) return questions[0]!;
  const wanted = word.toLowerCase().replace(/\.$/, "");
  const [found, ...more] = questions.filter(({ id, host, port }) =>
    [id, host, `${host}:${port}`].includes(wanted)
  );
  if (!found) {
    throw new KanibakoError("no-question", `No name ${shellQuote(word)} waits for an answer.`, {
      hint: [
        "To see what waits: kanibako system network pending",
        "To allow a host at any time: kanibako box network allow HOST",
      ],
    });
  }
  const boxes = new Set([found, ...more].map(({ box }) => box.name));
  if (boxes.size > 1) {
    throw new KanibakoError(
      "ambiguous",
      `${shellQuote(word)} waits in ${boxes.size} boxes: ${[...boxes].join(", ")}.`,
      {
        hint: "Name the box: --project NAME",
      },
    );
  }
  return found;
}

/** What came of an answer. */
export interface Answered {
  readonly rule: string;
  /** Where the rule is now: "this run of box api", "box api", "the system". */
  readonly at: string;
}

/** Answers a question with a rule. Throws `bad-rule`, `not-running`, `no-workset`. */
export async function answerQuestion(
  host: Host,
  question: Question,
  effect: Effect,
  duration: AnswerFor,
): Promise<Answered> {
  const { box } = question;
  const rule = ruleFor(question, effect);
  if (duration === "once") {
    const run = await readRun(box.state);
    if (run === undefined) {
      throw new KanibakoError(
        "not-running",
        `The box ${box.name} does not run, so there is no run to answer for.`,
        {
          hint: "To answer for every run: --box",
        },
      );
    }
    const from = fromPart(effect === "allow" ? "approved once" : "refused once");
    await addRunRules(box.state, run.run, [{
      text: checkedRule(effect === "allow" ? rule : `!${rule}`),
      from,
    }]);
    return { rule, at: `this run of box ${box.name}` };
  }
  const scope = duration === "system"
    ? systemNetwork(host)
    : duration === "workset"
    ? await worksetNetwork(host, worksetOf(box), "/")
    : await boxNetwork(host, box.path, "/");
  await setRules(scope, [rule], effect);
  return { rule, at: scope.title };
}

/** The rule for what was asked for: no more ports than that, and all of them for a refusal. */
function ruleFor({ host, port }: Question, effect: Effect): string {
  return effect === "refuse" ? host : ruleAllowing(host, port);
}

function worksetOf({ name, workset }: NetworkBox): string {
  if (workset !== undefined) return workset;
  throw new KanibakoError("no-workset", `The project ${name} belongs to no workset.`, {
    hint: "To answer for its box: --box",
  });
}
