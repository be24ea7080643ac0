/**
 * A Dockerfile as a list of instructions, each on a line of its own.
 *
 * What is checked here is written again from this list for the engine to build, so that an engine which reads a text otherwise than
 * this does still builds what was checked.
 *
 * Source: Dockerfile reference: parser directives, escape character, here-documents.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";

/** One instruction. */
export interface Instruction {
  /** In capitals. */
  readonly word: string;
  /** Options at its beginning, as in `--from=base`. */
  readonly flags: readonly string[];
  /** What comes after them, on one line. */
  readonly rest: string;
  /** Lines of its here-documents, their ends included. */
  readonly documents: readonly string[];
}

const WORDS: readonly string[] = [
  ..."ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL"
    .split(" "),
  ..."USER VOLUME WORKDIR".split(" "),
];
const WITH_DOCUMENTS = /^(RUN|COPY|ADD)$/;
const DOCUMENT = /<<(-?)(["']?)([A-Za-z_][A-Za-z0-9_.]*)\2/g;
/** Lines that an engine which does not know here-documents would take for instructions with options, or of other places. */
const TWO_FACED = /^\s*(ONBUILD\s+)?((RUN|COPY|ADD)\s+--|FROM\s+\S+:\S*\/)/i;

/** The instructions of a Dockerfile. Throws `bad-dockerfile` with the line. */
export function readInstructions(text: string): readonly Instruction[] {
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/);
  checkDirectives(lines);
  const found: Instruction[] = [];
  for (let at = 0; at < lines.length;) {
    const begin = at;
    let line = "";
    for (let more = true; more && at < lines.length; at++) {
      const next = lines[at]!;
      if (/^\s*#/.test(next) || (next.trim() === "" && line !== "")) continue;
      more = /\\[ \t]*$/.test(next);
      line += more ? next.replace(/\\[ \t]*$/, "") : next;
    }
    if (line.trim() === "") continue;
    const instruction = oneOf(line.trim(), begin + 1);
    const documents: string[] = [];
    const ends = WITH_DOCUMENTS.test(instruction.word) ? [...instruction.rest.matchAll(DOCUMENT)] : [];
    for (const [, dash, , end] of ends) {
      for (let ended = false; !ended; at++) {
        if (at >= lines.length) throw badDockerfile(`line ${begin + 1}: the here-document ${end} has no end`);
        const body = lines[at]!;
        if (TWO_FACED.test(body)) {
          throw badDockerfile(`line ${at + 1}: ${shellQuote(body.trim())} in a here-document`);
        }
        documents.push(body);
        ended = (dash ? body.replace(/^\t+/, "") : body) === end;
      }
    }
    found.push({ ...instruction, documents });
  }
  return found;
}

/** An instruction from its text, without here-documents. */
export function oneOf(line: string, number?: number): Instruction {
  const [, first, after] = line.match(/^(\S+)\s*(.*)$/s)!;
  const word = first!.toUpperCase();
  const where = number === undefined ? "" : `line ${number}: `;
  if (!WORDS.includes(word)) throw badDockerfile(`${where}there is no instruction ${shellQuote(first!)}`);
  const flags: string[] = [];
  let rest = after!;
  for (
    let flag = rest.match(/^(--\S*)\s*/);
    flag && word !== "HEALTHCHECK";
    flag = rest.match(/^(--\S*)\s*/)
  ) {
    if (!/^--[a-z-]+(=[A-Za-z0-9_.,=/:@+${}-]*)?$/.test(flag[1]!)) {
      throw badDockerfile(`${where}the option ${shellQuote(flag[1]!)} of ${word} cannot be read`);
    }
    flags.push(flag[1]!);
    rest = rest.slice(flag[0].length);
  }
  return { word, flags, rest, documents: [] };
}

/** The text of instructions. */
export function writeInstructions(instructions: readonly Instruction[]): string {
  return instructions.flatMap((
    { word, flags, rest, documents },
  ) => [[word, ...flags, rest].join(" "), ...documents])
    .join("\n") + "\n";
}

/** The error of a Dockerfile that is not built. `why`: a clause. */
export function badDockerfile(why: string, hint?: string): KanibakoError {
  return new KanibakoError(
    "bad-dockerfile",
    `Cannot build the project's Dockerfile: ${why}.`,
    hint ? { hint } : {},
  );
}

/** Other programs that read the file, and another escape character, are refused. */
function checkDirectives(lines: readonly string[]): void {
  for (const line of lines) {
    const [, name, value] = line.match(/^\s*#\s*([a-zA-Z]+)\s*=\s*(.*?)\s*$/) ?? [];
    if (name === undefined) return;
    if (/^escape$/i.test(name) && value !== "\\") throw badDockerfile("it has another escape character");
    if (
      /^syntax$/i.test(name) &&
      !/^(docker\.io\/)?docker\/dockerfile(:[\w.-]+)?(@sha256:[0-9a-f]{64})?$/.test(value!)
    ) {
      throw badDockerfile(
        `it asks for ${shellQuote(value!)} to read it, and only docker/dockerfile is supported`,
      );
    }
  }
}
