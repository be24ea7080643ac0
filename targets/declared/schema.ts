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

/** A schema with its meaning, which the published form and its documentation repeat. */
function meaning<T extends z.ZodMiniType>(schema: T, description: string): T {
  z.globalRegistry.add(schema, { description });
  return schema;
}

const ID = /^[a-z][a-z0-9_-]{0,31}$/;
/** A name or a path below something: no way up, no hidden end of a line. */
const RELATIVE = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))(?!\/)[\w.@{}+-]+(?:\/[\w.@{}+-]+)*\/?$/;
const ABSOLUTE = /^(?!.*\/\.{1,2}(?:\/|$))(?:\/[\w.@+-]+)+$/;
/** The same, or with ~/ below the home. */
const FOLDER = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))(?!\/)(?:~\/)?[\w.@{}+-]+(?:\/[\w.@{}+-]+)*$/;
/** Its first name is plain, so that nothing else of the folder is walked. */
const PATTERN = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[\w.-]+(?:\/[\w.*-]+)+$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** As `claudeAiOauth.expiresAt`: names from the top. `*`: each of its entries. */
const KEY_PATH = /^[\w*-]+(?:\.[\w*-]+)*$/;

const word = (most = 200) =>
  z.string().check(
    z.minLength(1),
    z.maxLength(most),
    z.regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, "expected one line of text"),
  );
const words = z.array(word(2000)).check(z.maxLength(64));
const relative = z.string().check(z.maxLength(400), z.regex(RELATIVE, "expected a relative path without .."));
const pattern = z.string().check(
  z.maxLength(400),
  z.regex(/^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[\w.@+*-]+(?:\/[\w.@+*-]+)*\/?$/, "expected names, * and /"),
);
const variable = z.string().check(z.regex(VARIABLE, "expected the name of a variable"));
const keyPath = z.string().check(z.maxLength(200), z.regex(KEY_PATH, "expected names joined by dots"));
const host = z.string().check(
  z.maxLength(260),
  z.regex(
    /^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*(:[0-9,-]+)?$/,
    "expected a host name such as api.example.com",
  ),
);
const place = z.string().check(
  z.maxLength(400),
  z.regex(/^(~|\/)(?!.*(?:^|\/)\.\.(?:\/|$))[\w.@+\/-]*$/, "expected a path that begins with ~/ or /"),
);
const optional = z.optional;
/** The name of a program, without a folder. */
const program = z.string().check(
  z.maxLength(64),
  z.regex(/^[A-Za-z0-9_][\w.+-]*$/, "expected the name of a program"),
);
const npmName = z.string().check(
  z.maxLength(214),
  z.regex(/^(@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.{}-]*$/, "expected the name of an npm package"),
);

const NPM = z.strictObject({
  package: meaning(npmName, "the package, such as @openai/codex"),
  platform: meaning(
    optional(npmName),
    "the package that holds the program for one processor; {platform} stands for linux-x64 or linux-arm64",
  ),
  program: meaning(
    optional(z.array(relative)),
    "the program in that package, or in the package itself; {triple} stands for the processor's Rust triple",
  ),
  script: meaning(optional(relative), "the file that Node runs, where the package is a script"),
});

const FIND = z.strictObject({
  names: meaning(
    optional(z.array(program).check(z.maxLength(16))),
    "names on PATH; default: the agent's name",
  ),
  places: meaning(optional(z.array(place)), "other places where installers put it"),
  npm: meaning(optional(NPM), "how the package is laid out"),
  python: meaning(
    optional(z.strictObject({ package: word() })),
    "the package of a Python environment of its own (pipx, uv)",
  ),
  version: meaning(
    optional(relative),
    "the end of the program's path that names its version; {version} stands for it",
  ),
});

const LOGIN = z.strictObject({
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
});

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

const LOG_IN = z.strictObject({
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

const OTHER_LOGIN = z.strictObject({
  title: meaning(word(), "what it is, such as Amazon Bedrock or the system's keyring"),
  variable: meaning(optional(variable), "the variable of the user that says it is used"),
  file: meaning(optional(relative), "the file of the user's home that says so"),
  contains: meaning(optional(word()), "a text in that file"),
  given: meaning(optional(z.boolean()), "whether a new box has it all the same, by its first files"),
  remedy: meaning(word(400), "what to do so that a box has it, one line"),
});

const COMMAND = z.strictObject({
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

/** Parts of what users have of their own, by the name a setting chooses them with. */
const OWN_PARTS = ["settings", "instructions", "skills", "commands", "agents", "plugins"] as const;
const ownPart = z.enum(OWN_PARTS);

const OWN = z.strictObject({
  part: meaning(ownPart, "the part it belongs to"),
  path: meaning(relative, "the file, or with a / at its end the folder, relative to the home"),
  format: meaning(optional(z.enum(["json", "toml"])), "what the file is, where it has to be understood"),
  only: meaning(
    optional(z.array(pattern)),
    "what of the folder; * stands for any part of a name, a / at the end for all below [default: all]",
  ),
  runs: meaning(optional(z.array(keyPath)), "where in the file commands stand that the agent runs"),
  guards: meaning(
    optional(z.array(keyPath)),
    "those of them that are there to stop the agent",
  ),
  secret: meaning(
    optional(z.array(keyPath)),
    "what a box with a login of its own does not get",
  ),
  projects: meaning(
    optional(z.array(variable)),
    "tables at the top, by the paths of projects: a box gets what is said of its own",
  ),
});

const SERVERS = z.strictObject({
  kind: meaning(z.enum(["mcp", "lsp"]), "what they are"),
  path: meaning(relative, "the file, relative to the home; with `part`, its name in the files of that part"),
  part: meaning(optional(ownPart), "the part of the user's own that brings them along"),
  key: meaning(
    optional(keyPath),
    "where in the file they stand, by name [default: at the top]",
  ),
  projects: meaning(
    optional(variable),
    "a table at the top by the paths of projects, in which those of one project stand in the same way",
  ),
  format: meaning(z.enum(["json", "toml"]), "what the file is"),
});

const HOME_FILE = z.strictObject({
  path: relative,
  mode: meaning(optional(z.string().check(z.regex(/^0?[0-7]{3}$/))), "permission bits [default: 600]"),
  when: meaning(
    optional(z.enum(["create", "replace"])),
    "only where there is none, or always [default: create]",
  ),
  text: meaning(optional(z.string().check(z.maxLength(65_536))), "its content"),
  from: meaning(optional(relative), "the user's own file, of whose object some keys are taken"),
  keys: meaning(optional(z.array(keyPath)), "those keys"),
  set: meaning(
    optional(z.record(word(), z.union([z.string(), z.number(), z.boolean()]))),
    "keys it has in any case",
  ),
  approved_keys: meaning(
    optional(z.strictObject({
      at: meaning(keyPath, "the list in the file"),
      characters: meaning(z.int().check(z.minimum(1), z.maximum(32)), "how many of the last characters"),
    })),
    "a list of those API keys that the agent uses without asking, by their ends: one that is the user's only login is put there",
  ),
  only_with: meaning(
    optional(z.enum(["login"])),
    "only where the box uses the user's login, and the file `from` is there or such a key",
  ),
});

const PROVISION = z.strictObject({
  inside: meaning(
    optional(words),
    "the command that installs it in a box's home: run in the box, as its user, when the program is not there",
  ),
  provides: meaning(optional(relative), "the program that this command leaves, relative to the home"),
  rig: meaning(
    optional(z.string().check(z.maxLength(400), z.regex(ABSOLUTE, "expected a path that begins with /"))),
    "the program in a rig that has it",
  ),
}).check(z.refine(
  ({ inside, provides, rig }) =>
    rig === undefined ? inside?.length && provides : inside === undefined && provides === undefined,
  "expected inside and provides, or rig",
));

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
