import { boxesOf } from "../../app/network/boxes.ts";
import { questionsOf } from "../../app/network/pending.ts";
import { json, note, out, table } from "../../host/ui/terminal.ts";
import { age } from "../box/report/age.ts";
import type { Action } from "../command.ts";
import { placeWords } from "./log_words.ts";
import type { NetworkLevel, PendingFlags } from "./network.ts";
import { networkOf } from "./whose.ts";

/** Lists names that wait for an answer, and those that waited in vain. */
export default (level: NetworkLevel): Action<PendingFlags, [who?: string]> =>
  async function pending(flags, word) {
    const scope = await networkOf(this, level, flags, word);
    const questions = await questionsOf(await boxesOf(scope.host, scope));
    if (flags.json) {
      return json(questions.map(({ box, port, ...others }) => ({
        box: box.name,
        ...others,
        port: port === 0 ? null : port,
      })));
    }
    if (questions.length === 0) return out("No name waits for an answer.");
    table(
      ["ID", "HOST", "BOX", "ASKED", "STATE"],
      questions.map(({ id, host, port, box, since, waiting, open }) => [
        id,
        placeWords(host, port),
        box.name,
        age(since, Date.now()),
        open ? `${waiting} waiting` : "refused, as nobody answered",
      ]),
    );
    note("To answer: kanibako approve [ID], or kanibako box network refuse ID");
  };
