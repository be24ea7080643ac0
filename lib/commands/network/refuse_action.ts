import type { Action } from "../command.ts";
import { answer } from "./answer.ts";
import type { AnswerFlags, NetworkLevel } from "./network.ts";

/** Refuses what waits. */
export default (level: NetworkLevel | undefined): Action<AnswerFlags, [name?: string]> =>
  async function refuse(flags, word) {
    await answer(this, level, flags, { word, effect: "refuse" });
  };
