/**
 * What an agent is, as data: the form of `agent.toml`. Loaded where a declaration comes from outside, and to publish the form; those
 * that are shipped were checked when the program was built.
 *
 * A declaration comes from people, and a project's from a stranger: each path stays within the home or a package, and no word of it
 * is run on the host.
 *
 * @module
 */

import * as z from "zod/mini";
import { COMMAND } from "./schema/command.ts";
import { FIND, PROVISION } from "./schema/find.ts";
import { HOME_FILE } from "./schema/home.ts";
import { LOG_IN, LOGIN, OTHER_LOGIN } from "./schema/login.ts";
import { OWN, SERVERS } from "./schema/own.ts";
import {
  FOLDER,
  host,
  ID,
  meaning,
  optional,
  PATTERN,
  program,
  relative,
  variable,
  word,
  words,
} from "./schema/texts.ts";

/** The form of `agent.toml`. */
export const DECLARATION = z.strictObject({
  name: meaning(
    z.string().check(z.regex(ID, "expected small letters, digits, - and _")),
    "the id, as in settings and paths",
  ),
  title: meaning(word(64), "the name for people"),
  install: meaning(word(400), "how to get it, one line"),
  entrypoint: meaning(optional(program), "the command in the box [default: the name]"),
  find: meaning(optional(FIND), "how it is found on this machine"),
  mount: meaning(
    optional(z.strictObject({
      companions: meaning(
        optional(z.array(relative)),
        "what the program looks for beside itself, relative to the folder above its own",
      ),
    })),
    "what the box is shown beside the program",
  ),
  needs: meaning(
    optional(z.strictObject({ node: optional(z.number()) })),
    "what the rig must have: the lowest major version of Node",
  ),
  provision: meaning(
    optional(PROVISION),
    "how a box gets it where nothing of this machine can be shown to it",
  ),
  program: meaning(
    optional(z.strictObject({
      path: meaning(relative, "the program, beside this file"),
      answers: meaning(
        z.array(z.enum(["find", "mounts", "auth", "command"])).check(z.minLength(1)),
        "what it is asked in place of what is declared here",
      ),
    })),
    "a program of this machine that answers what data cannot say; only among your own plugins",
  ),
  config: meaning(
    optional(z.strictObject({
      folder: meaning(relative, "its folder in the home"),
      env: meaning(optional(variable), "the variable that moves that folder, on the host"),
      account: meaning(optional(z.array(relative)), "files of the home that name the user's account"),
    })),
    "its configuration",
  ),
  login: meaning(optional(z.array(LOGIN)), "its login files"),
  keys: meaning(
    optional(z.array(variable).check(z.maxLength(32))),
    "variables that hold a key it takes in place of a login; a box that shares the user's login is given them",
  ),
  wide_keys: meaning(
    optional(z.array(variable)),
    "such variables whose key opens more than the agent's service; they are named, and not given to a box",
  ),
  log_in: meaning(optional(LOG_IN), "how it logs in, for kanibako crab reauth"),
  other_login: meaning(
    optional(z.array(OTHER_LOGIN)),
    "ways to be logged in that a box cannot take over, so that they can be named",
  ),
  login_hint: meaning(optional(word(400)), "how to log in, one line"),
  command: meaning(optional(COMMAND), "its command line"),
  home: meaning(optional(z.array(HOME_FILE)), "files of a new home that spare the user its first questions"),
  instructions: meaning(optional(z.array(relative)), "files of its folder that instruct it"),
  resources: meaning(
    optional(z.array(z.strictObject({
      path: relative,
      scope: z.enum(["shared", "seeded", "project"]),
      description: word(),
    }))),
    "parts of its folder, and whose they are",
  ),
  own: meaning(optional(z.array(OWN)), "what users have of their own for it, in their home on this machine"),
  servers: meaning(
    optional(z.array(SERVERS)),
    "where the servers stand that it is to talk to: a box gets those that a setting names, no others",
  ),
  conversations: meaning(
    optional(z.string().check(z.regex(/^[\w.\/-]+\{project\}(\/[\w.\/-]+)?$/))),
    "the folder of a project's conversations, relative to the home; {project} stands for the project's path with - for all but letters and digits",
  ),
  disposable: meaning(
    optional(z.array(z.string().check(z.maxLength(400), z.regex(FOLDER, "expected a path without ..")))),
    "folders whose old files nobody misses: of its folder, or with ~/ of the home",
  ),
  compress: meaning(
    optional(
      z.array(z.string().check(z.maxLength(400), z.regex(PATTERN, "expected a relative path with *"))),
    ),
    "files of its folder, such as logs/*.jsonl, that are compressed once they are old",
  ),
  env: meaning(optional(z.record(variable, word(2000))), "variables it gets unless something sets them"),
  setting: meaning(
    optional(z.array(z.strictObject({
      key: z.string().check(z.regex(ID, "expected small letters, digits, - and _")),
      description: word(),
      default: z.string(),
      choices: optional(words),
      variable: meaning(optional(variable), "the variable in which the agent is given it"),
    }))),
    "settings of its own",
  ),
  hosts: meaning(optional(z.array(host).check(z.maxLength(64))), "what it has to reach on the network"),
  addresses: meaning(
    optional(z.array(variable).check(z.maxLength(32))),
    "variables that give it another address of its service, whose host it must reach then",
  ),
});

/** An agent, as data. */
export type Declaration = z.infer<typeof DECLARATION>;
