/**
 * Words that readers stumble over, in everything a user or contributor reads: code, comments, messages and documents.
 */

import assert from "node:assert/strict";
import { root } from "./sources.ts";

interface Rule {
  readonly pattern: RegExp;
  /** What to write instead. */
  readonly instead: string;
  /** Texts it must find, and texts it must not. */
  readonly found: readonly string[];
  readonly passed: readonly string[];
}

const RULES: readonly Rule[] = [
  {
    pattern: /\bunless told\b/gi,
    instead: "[default: x]",
    found: ["this folder unless told"],
    passed: ["unless given"],
  },
  {
    pattern: /\b(?:told|untold)\b/gi,
    instead: "reported, said, shown",
    found: ["what is left is told"],
    passed: ["tell", "toldYou"],
  },
  {
    pattern: /\bmend(?:s|ed|ing)?\b/gi,
    instead: "fix, repair",
    found: ["Mend the file", "what mends it"],
    passed: ["recommended", "amend", "append"],
  },
  {
    // Without an object: a program may hold a lock, and a folder what is in it.
    pattern:
      /\b(?:what|that|which) holds?(?=\s*(?:[.,;:!?)"'`]|$)|\s(?:for|when|where|everywhere|instead|again|too)\b)|\bholds? (?:for|everywhere|instead)\b/gi,
    instead: "is in effect, applies",
    found: ["what holds for it", "everything that holds.", "it holds everywhere", "the rules that hold"],
    passed: ["holds the lock", "what holds 3 files", "a folder with all it holds, and more", "threshold"],
  },
  {
    pattern: /\banew\b/gi,
    instead: "again",
    found: ["made anew"],
    passed: ["a new one"],
  },
  {
    pattern: /\bby (?:itself|themselves)\b/gi,
    instead: "automatically, alone",
    found: ["fixed by itself"],
    passed: ["by hand", "itself"],
  },
  {
    pattern: /\b(?:he|him|his|himself)\b/gi,
    instead: "they, it, the user, the box",
    found: ["what he may do", "his files"],
    passed: ["the", "this", "history"],
  },
];

const PLACES = ["lib", "targets", "tools", "bench", "tests", "docs", "containerfiles", "templates"];
const HERE = "tests/gate/words_test.ts";

async function textFiles(): Promise<string[]> {
  const paths: string[] = [];
  const visit = async (folder: string): Promise<void> => {
    for await (const entry of Deno.readDir(root + folder)) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory) await visit(path);
      else if (entry.isFile && path !== HERE) paths.push(path);
    }
  };
  for (const place of PLACES) await visit(place);
  for await (const { name, isFile } of Deno.readDir(root)) {
    if (isFile && (name === "dev" || /\.(md|ts)$/.test(name))) paths.push(name);
  }
  return paths.sort();
}

/** Where a text has such words. Lines are joined first, as comments break within a phrase. */
function problems(text: string): string[] {
  const joined = text.replace(/\n[ \t]*(?:\*(?!\/)|\/\/|#+|>)?[ \t]*/g, " ");
  return RULES.flatMap(({ pattern, instead }) =>
    [...joined.matchAll(pattern)].map(({ index, 0: word }) =>
      `"${joined.slice(Math.max(0, index - 30), index + word.length + 20)}": write ${instead}`
    )
  );
}

Deno.test("no text uses words that readers stumble over", async () => {
  const paths = await textFiles();
  assert.ok(paths.length > 300, "the files were not found");
  const found: string[] = [];
  for (const path of paths) {
    for (const problem of problems(await Deno.readTextFile(root + path))) found.push(`${path}: ${problem}`);
  }
  assert.deepEqual(found, []);
});

Deno.test("words that readers stumble over are found, and others are not", () => {
  for (const { found, passed } of RULES) {
    for (const text of found) assert.ok(problems(text).length > 0, text);
    for (const text of passed) assert.deepEqual(problems(text), [], text);
  }
  assert.ok(problems("/**\n * This folder, unless\n * told otherwise.\n */").length > 0);
});
