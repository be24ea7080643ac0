/**
 * The command line of an agent, and where its output says what came of a text.
 *
 * @module
 */

import * as z from "zod/mini";
import { KEY_PATH, keyPath, meaning, optional, variable, word, words } from "./texts.ts";

const RESULT = z.strictObject({
  what: meaning(
    z.enum(["text", "error", "session", "cost", "input", "output"]),
    "its answer, what went wrong, the conversation's id, what it cost in US dollars, or how many tokens it was given and gave",
  ),
  at: meaning(keyPath, "where in the document, or in a line of it, that is. `*`: each entry"),
  when: meaning(
    optional(z.record(z.string().check(z.regex(KEY_PATH)), z.union([word(), z.boolean()]))),
    "what such a line has elsewhere [default: anything]",
  ),
  all: meaning(
    optional(z.boolean()),
    "whether there may be several, of which texts are joined and numbers added [default: the last counts]",
  ),
});

/** Its command line. */
export const COMMAND = z.strictObject({
  new: meaning(optional(words), "words for a new conversation"),
  continue: meaning(optional(words), "words that continue the last conversation of this folder"),
  pick: meaning(optional(words), "words that let the user pick one; default: as to continue"),
  always: meaning(optional(words), "words of each call, whatever it is for"),
  autonomous: meaning(optional(words), "words that let it work without asking"),
  autonomous_env: meaning(optional(z.record(variable, word(2000))), "variables that do"),
  model: meaning(optional(words), "words that choose a model; {model} stands for it"),
  model_env: meaning(optional(variable), "the variable that does"),
  prompt: meaning(
    optional(words),
    "words that make it work on one text and end; {prompt} stands for it. Without that it reads the text from standard input",
  ),
  prompt_continue: meaning(
    optional(words),
    "the same in the last conversation of this folder [default: those of `continue`, then those of `prompt`]",
  ),
  formats: meaning(
    optional(z.partialRecord(z.enum(["text", "json", "stream-json"]), words)),
    "words for each form of its output it has, beside those for the text",
  ),
  result: meaning(
    optional(z.array(RESULT)),
    "where its output of the form json, or else stream-json, says what came of such a text",
  ),
  no_session: meaning(
    optional(z.boolean()),
    "whether it forgets such a text: there is nothing to continue after it",
  ),
  chooses: meaning(
    optional(z.strictObject({
      conversation: optional(words),
      access: optional(words),
      model: optional(words),
    })),
    "options of the user's own that take the place of ours",
  ),
  answers: meaning(optional(words), "options with which it prints something and ends"),
  commands: meaning(optional(words), "its commands that are no conversation"),
  conversations: meaning(optional(words), "those of them that are one"),
  nothing: meaning(
    optional(words),
    "what it shows when there is nothing to continue; any of these, in small or capital letters",
  ),
});
