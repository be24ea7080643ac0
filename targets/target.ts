/**
 * What an agent has to tell about itself. One object of this type for each agent; everything runs on the host, nothing
 * of it touches a box: what must change in a box's home is returned as data and applied inside the box.
 *
 * @module
 */

/** An agent found on the host. */
export interface AgentInstall {
  /** The target's id. */
  readonly name: string;
  /** The path by which the host runs it, symlinks resolved. */
  readonly binary: string;
  /** How it was installed, for people: "native", "npm". */
  readonly method: string;
  /** Version, where the installation tells it without being run. */
  readonly version?: string;
  /** What runs it in the box, where that is not the agent's `entrypoint`: an absolute path. */
  readonly command?: string;
  /** The lowest major version of Node that it runs with. */
  readonly node?: number;
}

/** An installation, or why what looks like one cannot be used. */
export type Examined =
  | { readonly install: AgentInstall; readonly reason?: never }
  | { readonly install?: never; readonly reason: string };

/** Where a declaration is from: it came with this program, is the user's own, or is part of a project. */
export type Tier = "shipped" | "user" | "project";

/** Where an agent's declaration is from. */
export interface Origin {
  readonly tier: Tier;
  /** The file; absent for what is shipped. */
  readonly file?: string;
  /** Whether it takes the place of a weaker one of the same name, and which. */
  readonly overrides?: Tier;
  /** The declaration itself, as JSON; of a project's agents. */
  readonly declared?: string;
}

/** A file or folder of the host the box must see to run the agent. Always read-only. */
export interface TargetMount {
  readonly source: string;
  /** Absolute path in the box. */
  readonly destination: string;
}

/** Whose a resource is: `shared` by all boxes, copied once from a shared one (`seeded`), or the box's own (`project`). */
export type ResourceScope = "shared" | "seeded" | "project";

/** A part of the agent's configuration folder. */
export interface ResourceMapping {
  /** Relative to the configuration folder; a trailing `/` makes it a folder. */
  readonly path: string;
  readonly scope: ResourceScope;
  readonly description: string;
}

/** A setting of the agent, resolved through the levels of the configuration. */
export interface TargetSetting {
  readonly key: string;
  readonly description: string;
  readonly default: string;
  /** Allowed values; empty: any. */
  readonly choices: readonly string[];
}

/** A file delivered into the box's home, applied inside the box as the agent's user. */
export interface HomeFile {
  /** Relative to the home. */
  readonly path: string;
  readonly content: string;
  /** Permission bits. */
  readonly mode: number;
  /** `create`: only when the box has none; `replace`: always. */
  readonly when: "create" | "replace";
  /** What is taken out of the JSON text that is there already, at its top: what a box is not to have any more. */
  readonly without?: readonly string[];
}

/** A login that a box uses without having it. All of it is pure. */
export interface LoginGuard {
  /** What of the file is secret, as places in it. */
  readonly secrets: readonly string[];
  /** The hosts that take it, and the fields of requests in which they do. */
  readonly hosts: readonly string[];
  readonly headers: readonly string[];
  /** Where it is not put in, `HOST/PATH`: what is given out there would be good outside of the box. */
  readonly never: readonly string[];
  /** The file as the box gets it: with placeholders for what is secret. */
  cover(text: string, placeholderOf: (place: string) => string): string;
  /** What is at a place of the file. */
  valueAt(text: string, place: string): string | undefined;
  /** How the agent renews it; absent: it does not. */
  readonly renewal?: {
    /** Where: `HOST/PATH`. */
    readonly places: readonly string[];
    /** The field of the request with the value that renews it, and where that is in the file. */
    readonly token: string;
    readonly tokenPlace: string;
    /** The fields of the answer that are part of the login, each with its place in the file. */
    readonly answer: Readonly<Record<string, string>>;
    /** Whether the login is good at a time (milliseconds since 1970); `undefined`: it does not say. */
    isGood(text: string, now: number): boolean | undefined;
    /** The file with what was answered; `undefined`: that has no login in it. */
    renewed(text: string, answer: Readonly<Record<string, unknown>>, now: number): string | undefined;
    /** The answer that tells what the file has. */
    known(text: string, now: number): Record<string, unknown>;
  };
}

/** How one credential file is kept the same on the host and in the boxes. */
export interface CredentialFile {
  /** How a box uses the login without having it; absent: it cannot. */
  readonly guard?: LoginGuard;
  /** A short flat name for the delivery, such as `claude-credentials.json`. */
  readonly id: string;
  /** Path on the host, relative to the user's home, where no variable moves it. */
  readonly hostPath: string;
  /** The variable of the host that names the folder the file is in. */
  readonly folderVariable?: string;
  /** Path in the box, relative to its home. */
  readonly boxPath: string;
  /** Most bytes either side may have. */
  readonly maxBytes: number;
  /**
   * Where the value stands by which two states are compared, as names from the top: the greater is the newer. Empty: nothing tells,
   * and what is there stays. The box uses it for the same decision as `merge`.
   */
  readonly freshness: readonly string[];
  /** Whether each entry of the file is a login of its own; `freshness` is then a place in an entry. */
  readonly entries?: boolean;
  /** The names of the entries that are logins; none where the file as a whole is one. Pure. */
  names(text: string): readonly string[];
  /**
   * Merges the newer side's credentials into `into` and returns its new text, or `undefined` when `from` is not newer or not
   * sound. Keys of `into` that are not credentials stay, and entries of `from` named in `but` are left out. Pure. `into` is
   * `undefined` when there is no file yet.
   */
  merge(from: string, into: string | undefined, but?: ReadonlySet<string>): string | undefined;
  /**
   * What of a text that a box has left may come to the host: not what says where the login is used, or how, unless that is usual or what
   * the host has, `into`. `undefined`: nothing. Pure.
   */
  fromBox(left: string, into: string | undefined): string | undefined;
  /**
   * Whether the text is that of this file, with a login in it or without one: nothing else on the host is written over. Pure.
   */
  isOwn(text: string): boolean;
}

/** A part of what users have of their own for an agent, as settings name it. */
export type OwnPartName = "settings" | "instructions" | "skills" | "commands" | "agents" | "plugins";

/** What users have of their own for an agent. */
export interface OwnPart {
  readonly part: OwnPartName;
  /** Relative to the home; a trailing `/` makes it a folder. */
  readonly path: string;
  /** What the file is, where it has to be understood. */
  readonly format?: "json" | "toml" | undefined;
  /** What of the folder; `*` stands for any part of a name, a trailing `/` for all below. Absent: all. */
  readonly only?: readonly string[] | undefined;
  /** Where in the file commands stand that the agent runs: names from the top with dots, `*` for each. */
  readonly runs?: readonly string[] | undefined;
  /** Those of them that are there to stop the agent. */
  readonly guards?: readonly string[] | undefined;
  /** What a box with a login of its own does not get, likewise. */
  readonly secret?: readonly string[] | undefined;
  /** Tables by the paths of projects, of which a box gets its own. */
  readonly projects?: readonly string[] | undefined;
}

/** Where servers stand that an agent talks to. A box gets those that a setting names. */
export interface OwnServers {
  readonly kind: "mcp" | "lsp";
  /** Relative to the home; with `part`, the name of files of that part. */
  readonly path: string;
  readonly part?: OwnPartName | undefined;
  /** Where in the file they stand, by name. Absent: at the top. */
  readonly key?: string | undefined;
  /** A table at the top by the paths of projects, in which those of one project stand in the same way. */
  readonly projects?: string | undefined;
  readonly format: "json" | "toml";
}

/** What decides an agent's command line. */
export interface AgentArguments {
  /** Leave out the flag that lets the agent work without asking. */
  readonly secure: boolean;
  readonly conversation: "new" | "continue" | "resume";
  /** Whether this box has held a conversation with this agent. */
  readonly hasConversation: boolean;
  /** Settings by key, defaults included; an empty string means "none". */
  readonly settings: Readonly<Record<string, string>>;
  /** The crab's `run_args` and then the user's words after `--`. They come last. */
  readonly extra: readonly string[];
}

/** What the agent adds to a plan. */
export interface AgentCommand {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A form of an agent's output: its answer as text, one JSON document, or JSON line by line as it works. */
export type OutputFormat = "text" | "json" | "stream-json";

/** What decides the command line of an agent that works on one text and ends. */
export interface PromptArguments extends AgentArguments {
  readonly text: string;
  /** One of those it has. */
  readonly format: OutputFormat;
}

/** That command line. */
export interface PromptCommand extends AgentCommand {
  /** The text, where it is for standard input; absent where it is among the words. */
  readonly input?: string;
}

/** What an agent says came of a text. Each where it says so; all of it is a box's own claim. */
export interface AgentAnswer {
  readonly text?: string;
  /** What went wrong. */
  readonly error?: string;
  /** The id by which the agent finds the conversation again. */
  readonly session?: string;
  /** In US dollars. */
  readonly costUsd?: number;
  /** Tokens the model was given. */
  readonly inputTokens?: number;
  /** Tokens the model gave. */
  readonly outputTokens?: number;
}

/** How an agent works on one text and ends. */
export interface Prompting {
  /** The forms of output it has, `text` first. */
  readonly formats: readonly OutputFormat[];
  /** The form that {@link Prompting.read} understands; absent where there is none. */
  readonly readable?: OutputFormat;
  /** Whether there is nothing to continue afterwards. */
  readonly forgets: boolean;
  /** The command line. Pure. Throws `prompt-too-long` and `bad-prompt` where the text is to be one of the words. */
  command(request: PromptArguments): PromptCommand;
  /** What output of the form `readable` says. Pure. */
  read(output: string): AgentAnswer;
}

/** What the host can tell about whether the agent is logged in, without trying to. */
export interface AuthStatus {
  readonly loggedIn: boolean;
  /** For people: "expires in 3h", "no credentials on this host". */
  readonly detail: string;
  /** What to do about it. */
  readonly hint?: string;
  /** Whether the host is logged in in a way of which a box has nothing without that being done. */
  readonly elsewhere?: boolean;
  /** Whether it lies in a file of which a new home gets a part, and the login with it. */
  readonly given?: boolean;
  /** The part of the user's own configuration with which a box has it all the same. */
  readonly part?: string;
}

/** What the host lets a target look at. */
export interface TargetHost {
  /** The user's home. */
  readonly home: string;
  /** The value of PATH. */
  readonly path: string;
  /** The value of a variable of the user's environment. Only whether there is one is ever shown. */
  variable(name: string): string | undefined;
  /** The text of a file of the host, `undefined` when there is none or it is larger than `maxBytes`. */
  readText(path: string, maxBytes: number): Promise<string | undefined>;
  /** The executable of that name on PATH, not resolved. */
  which(name: string): string | undefined;
  /** Where the agent of that name was found the last time, not resolved. */
  remembered?(agent: string): string | undefined;
  /** The path with every symlink resolved, or `undefined`. */
  realPath(path: string): Promise<string | undefined>;
  /** What is there: a file, a folder, or nothing. Follows symlinks. */
  kind(path: string): Promise<"file" | "folder" | undefined>;
  /** The first bytes of a file. */
  readHead(path: string, bytes: number): Promise<Uint8Array | undefined>;
}

/** How an agent logs in. */
export interface LogIn {
  /** Its words; none: its first start does. */
  readonly words: readonly string[];
  /** The port of the box's loopback to which the browser comes back. */
  readonly port?: number;
  /** The one page on which a browser may say yes for the user. */
  readonly page?: LoginPage;
}

/** A page on which a login is agreed to. */
export interface LoginPage {
  /** Without what follows the question mark. */
  readonly address: string;
  /** The `client_id`. */
  readonly client: string;
  /** The `redirect_uri`. */
  readonly back: string;
  /** The hosts that it leads through. */
  readonly hosts: readonly string[];
}

/** An agent. */
export interface Target {
  /** The id used in configuration and paths. */
  readonly name: string;
  readonly displayName: string;
  /** False for the shell, which needs nothing on the host. */
  readonly hasBinary: boolean;
  /** How to get the agent, one line, for people. */
  readonly installHint: string;
  /** The command inside the box. */
  readonly entrypoint: string;
  /** Where its declaration is from. Absent: it came with this program. */
  readonly origin?: Origin;
  /** Names of its program, as PATH has them. */
  readonly names?: readonly string[];
  /** How a box gets it where this machine has none that a box can be shown. Absent: not at all. */
  readonly provisioned?: AgentInstall;
  /** Its configuration folder, relative to the home. */
  readonly configDir: string;
  /** What it must reach to work and to log in, as rules of a filtered network: `api.example.com`, `*.example.com`. */
  readonly hosts: readonly string[];
  /** Variables that give it another address of its service, whose host it must reach then. */
  readonly addressVariables?: readonly string[];
  readonly settings: readonly TargetSetting[];
  readonly resources: readonly ResourceMapping[];
  readonly credentials: readonly CredentialFile[];
  /** Absolute paths of the host's files that name the user's account: read with the same care as a login. */
  accountFiles?(host: TargetHost): readonly string[];
  /** How it logs in; absent where it has no login of its own. */
  readonly logIn?: LogIn;
  /** Files of the configuration folder that instruct the agent and are merged from templates (`CLAUDE.md`). */
  readonly instructionFiles: readonly string[];
  /** The absolute path on the host of one of its own files, given relative to the home. */
  configPath?(file: string, host: Pick<TargetHost, "home" | "variable">): string;
  /** What users have of their own for it, on the host. */
  readonly own?: readonly OwnPart[];
  /** Where the servers stand that it talks to, on the host. */
  readonly servers?: readonly OwnServers[];
  /** The folder of a project's conversations, relative to the home; `{project}` stands for the path, with `-` for all but letters and digits. */
  readonly conversations?: string;
  /** Folders of the home whose old files nobody misses; swept inside the box, when that is on. */
  readonly disposable?: readonly string[];
  /** Files of the home, as `folder/*.jsonl`, that are compressed inside the box once they are old, when that is on. */
  readonly compress?: readonly string[];
  /** Shares that go with the agent unless a setting says otherwise: whole key, such as `crab.path.share_ro.docs`, to bind. */
  readonly defaultShares?: Readonly<Record<string, string>>;
  /** Seeds, likewise. */
  readonly defaultSeeds?: Readonly<Record<string, string>>;
  /** Environment the agent gets unless something sets it. */
  readonly defaultEnv: Readonly<Record<string, string>>;

  /** Looks for the agent on the host; `undefined` when there is no trace of it. */
  find(host: TargetHost): Promise<Examined | undefined>;
  /** What to mount so that it runs in the rig. Only sources that exist. */
  mounts(install: AgentInstall, host: TargetHost): Promise<readonly TargetMount[]>;
  /** What a new home needs, credentials aside. `install`: as the box gets it. `sharedAuth`: the box uses the host's login; `placeholders`: without having it, with these in the place of keys, by their variables. */
  homeFiles(
    install: AgentInstall | undefined,
    host: TargetHost,
    sharedAuth: boolean,
    placeholders?: Readonly<Record<string, string>>,
  ): Promise<readonly HomeFile[]>;
  /** Variables of the host that hold a key which the agent takes in place of a login, and is given in a box that shares the login. */
  keys?(host: TargetHost): Promise<readonly string[]>;
  /** What can be learned about the login from the host's files alone. Never logs in, never runs the agent. */
  authStatus(host: TargetHost): Promise<AuthStatus>;
  /** The command line. Pure. Throws a `KanibakoError` when a setting is not one of its choices. */
  command(request: AgentArguments): AgentCommand;
  /** How it works on one text and ends; absent where it cannot. */
  readonly prompting?: Prompting;
  /** As `command`, where a program of the user's says it. Takes the place of `command`. */
  askCommand?(request: AgentArguments): Promise<AgentCommand>;
  /** Whether the user's words make it answer and end, so that there is no session to go back to. Absent: never. */
  answers?(words: readonly string[]): boolean;
  /** Whether a session that ended early ended because there was no conversation to continue. */
  shouldRetryNew(screen: string): boolean;
}
