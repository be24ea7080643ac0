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
/** What an engine that sees no here-document would take for instructions with options, or of other places than registries and the context. */
const TWO_FACED =
  /^\s*(ONBUILD\s+)?((RUN|COPY)\s+--|ADD\s|FROM\s+([^\s:]*:\S*\/|(dir|docker|docker-archive|docker-daemon|oci|oci-archive|containers-storage|ostree|sif|tarball):))/i;
/** What lets the next line go on with this one. */
const GOES_ON = /\\[ \t]*$/;

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
      more = GOES_ON.test(next);
      line += more ? next.replace(GOES_ON, "") : next;
    }
    if (line.trim() === "") continue;
    // Written again, it would take the next instruction into itself.
    if (line.trim().endsWith("\\")) throw badDockerfile(`line ${at}: nothing follows its last backslash`);
    const instruction = oneOf(line.trim(), begin + 1);
    const documents: string[] = [];
    const ends = WITH_DOCUMENTS.test(instruction.word) ? [...instruction.rest.matchAll(DOCUMENT)] : [];
    for (const [, dash, , end] of ends) {
      for (let ended = false; !ended; at++) {
        if (at >= lines.length) throw badDockerfile(`line ${begin + 1}: the here-document ${end} has no end`);
        const body = lines[at]!;
        documents.push(body);
        ended = (dash ? body.replace(/^\t+/, "") : body) === end;
      }
    }
    checkDocuments(documents, at - documents.length);
    found.push({ ...instruction, documents });
  }
  return found;
}

/** Engines differ in what begins a here-document: each line is looked at as one that is none, and with those that it goes on with. */
function checkDocuments(lines: readonly string[], before: number): void {
  let together = "";
  for (const [index, line] of lines.entries()) {
    if (together !== "" && /^\s*(#|$)/.test(line)) continue;
    together += line.replace(GOES_ON, "");
    if (TWO_FACED.test(line) || (!GOES_ON.test(line) && TWO_FACED.test(together))) {
      throw badDockerfile(`line ${before + index + 1}: ${shellQuote(line.trim())} in a here-document`);
    }
    if (!GOES_ON.test(line)) together = "";
  }
  if (TWO_FACED.test(together)) {
    throw badDockerfile(`line ${before + lines.length}: an instruction in a here-document`);
  }
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
    const [, name, after = ""] = line.match(/^\s*#\s*([a-zA-Z]+)\s*=(.*)$/) ?? [];
    if (name === undefined) return;
    const value = after.trim();
    if (/^escape$/i.test(name) && value !== "\\") throw badDockerfile("it has another escape character");
    if (
      /^syntax$/i.test(name) &&
      !/^(docker\.io\/)?docker\/dockerfile(:[\w.-]+)?(@sha256:[0-9a-f]{64})?$/.test(value)
    ) {
      throw badDockerfile(
        `it asks for ${shellQuote(value)} to read it, and only docker/dockerfile is supported`,
      );
    }
  }
}
