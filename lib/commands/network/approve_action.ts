import type { Action } from "../command.ts";
import { answer } from "./answer.ts";
import type { AnswerFlags, NetworkLevel } from "./network.ts";

/** Allows what waits. */
export default (level: NetworkLevel | undefined): Action<AnswerFlags, [name?: string]> =>
  async function approve(flags, word) {
    await answer(this, level, flags, { word, effect: "allow" });
  };
