/**
 * What ADD may take: files of the build's own context.
 *
 * Addresses are fetched by the engine itself, beside the build's network: with this machine's own addresses in reach, and of repositories
 * with its user's logins. So one is only taken where its content is known beforehand, and none of a repository.
 *
 * @module
 */

import { shellQuote } from "../../host/ui/text.ts";
import { badDockerfile, type Instruction } from "./instructions.ts";
import { copyWords } from "./sources.ts";

/** An address as it is: with a variable or a quote in it, it could become another. */
const ADDRESS = /^https:\/\/[A-Za-z0-9.-]+(:\d+)?\/[A-Za-z0-9._~%+@/?=&:,-]*$/;
const REPOSITORY = /\.git(?![A-Za-z0-9_-])/;
const FIXED = /^--checksum=sha256:[0-9a-f]{64}$/;

/** The instruction with all other sources written as paths. Throws `bad-dockerfile` for an address that is not supported. */
export function checkedAdd(given: Instruction): Instruction {
  const { words, isList } = copyWords(given.rest);
  const isFixed = given.flags.some((flag) => FIXED.test(flag));
  const checked = words.map((word, index) => {
    if (index === words.length - 1 || word.startsWith("<<")) return word;
    if (!/^[a-z]+:\/\/|^[\w-]+@[\w.-]+:/i.test(word)) return `./${word}`;
    if (isFixed && ADDRESS.test(word) && !REPOSITORY.test(word)) return word;
    throw badDockerfile(
      `ADD takes ${shellQuote(word)}, and addresses need https and --checksum=sha256:DIGEST`,
      "Download it with RUN, such as by curl or git clone.",
    );
  });
  return { ...given, rest: isList ? JSON.stringify(checked) : checked.join(" ") };
}
