/**
 * What an agent is logged in with, and how.
 *
 * @module
 */

import * as z from "zod/mini";
import { OWN_PARTS } from "../../../lib/spec/own_parts.ts";
import {
  host,
  hostPath,
  KEY_PATH,
  keyPath,
  meaning,
  optional,
  relative,
  variable,
  word,
  words,
} from "./texts.ts";

/** One login file. */
export const LOGIN = z.strictObject({
  path: meaning(relative, "the file, relative to the home"),
  folder_env: meaning(optional(variable), "the variable that moves the folder the file is in, on the host"),
  format: meaning(z.enum(["json", "yaml", "env"]), "what the file is"),
  keys: meaning(
    optional(z.array(keyPath)),
    "the keys at the top that are the login; other keys stay as they are. Default: all. `*`: each entry is a login of its own",
  ),
  required: meaning(
    optional(z.array(keyPath)),
    "what a login that can be used has, by its place in the file",
  ),
  one_of: meaning(optional(z.array(keyPath)), "of which it has at least one"),
  secret: meaning(z.array(keyPath), "what must never be shown, by its place in the file"),
  newer: meaning(optional(keyPath), "where the value is that tells the newer of two; default: nothing does"),
  newer_is: meaning(
    optional(z.enum(["ms", "seconds", "rfc3339"])),
    "what that value is: time in milliseconds or seconds since 1970, or text as 2026-01-31T10:00:00Z [default: ms]",
  ),
  newer_means: meaning(
    optional(z.enum(["expires", "renewed"])),
    "whether that is when it expires or when it was renewed [default: expires]",
  ),
  renews: meaning(optional(keyPath), "where the value is with which the agent renews it"),
  fixed: meaning(
    optional(z.record(z.string().check(z.regex(KEY_PATH)), words)),
    "places that say where or how a login is used, such as the address of its service, each with the texts that are usual there; what else a box puts there does not come to this machine",
  ),
  own: meaning(
    optional(words),
    "keys at the top that such a file may have beside these; a file with others is not written over",
  ),
  hosts: meaning(optional(z.array(host)), "the hosts that take the login"),
  headers: meaning(optional(z.array(word())), "the headers in which they take it"),
  mints: meaning(
    optional(z.array(hostPath)),
    "where the service gives out further keys for the login, HOST/PATH: a box that does not have the login cannot use it there",
  ),
  renewal: meaning(
    optional(z.strictObject({
      places: meaning(z.array(hostPath), "where it is renewed: HOST/PATH"),
      token: meaning(word(), "the field of the request with the value that renews it"),
      answer: meaning(
        z.record(word(), keyPath),
        "the fields of the answer that are part of the login, each with its place in the file",
      ),
      lasts: meaning(optional(word()), "the field of the answer that says for how many seconds it is good"),
      also: meaning(
        optional(z.record(word(), keyPath)),
        "fields of an answer that says what is known already, each with its place in the file; a list is joined by spaces",
      ),
    })),
    "how the agent renews it, so that a box can without having it",
  ),
});

/** How it logs in. */
export const LOG_IN = z.strictObject({
  words: meaning(words, "the words with which it logs in; none: its first start does"),
  port: meaning(
    optional(z.number().check(z.int(), z.gte(1), z.lte(65_535))),
    "the port of its loopback to which the browser comes back",
  ),
  page: meaning(
    optional(z.strictObject({
      address: meaning(
        z.string().check(z.maxLength(200), z.regex(/^https:\/\/[a-z0-9.-]+\/[\w/.-]*$/)),
        "the page, without what follows the question mark",
      ),
      client: meaning(word(), "its client_id"),
      back: meaning(word(400), "its redirect_uri"),
      hosts: meaning(z.array(host), "the hosts that it leads through"),
    })),
    "the one page that a browser may say yes on",
  ),
});

/** A way to be logged in that a box cannot take over. */
export const OTHER_LOGIN = z.strictObject({
  title: meaning(word(), "what it is, such as Amazon Bedrock or the system's keyring"),
  variable: meaning(optional(variable), "the variable of the user that says it is used"),
  file: meaning(optional(relative), "the file of the user's home that says so"),
  contains: meaning(optional(word()), "a text in that file"),
  part: meaning(
    optional(z.enum(OWN_PARTS)),
    "the part of the user's own configuration with which a box has it, as own.parts names it",
  ),
  given: meaning(optional(z.boolean()), "whether a new box has it all the same, by its first files"),
  remedy: meaning(word(400), "what to do so that a box has it, one line"),
});
