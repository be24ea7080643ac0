/**
 * An agent's login in its box, agreed to in a browser of this machine.
 *
 * @module
 */

import type { Host } from "../../../config/system.ts";
import { KanibakoError } from "../../../host/error.ts";
import { shellQuote } from "../../../host/ui/text.ts";
import { type Project, qualifiedName } from "../../../project/project.ts";
import { open } from "../../../session/open.ts";
import type { LogIn, LoginPage, Target } from "../../../../targets/target.ts";
import { BoxCommand } from "../../box_command.ts";
import { consent, pageIn } from "./consent.ts";
import { DevTools } from "./devtools.ts";

const LONGEST_MS = 120_000;
/** How much of what the agent shows is looked at. */
const MOST_SHOWN = 64 * 1024;

/** What is logged in, with which browser. */
export interface BrowserLogin {
  readonly host: Host;
  readonly project: Project;
  readonly target: Target;
  readonly logIn: LogIn & { readonly page: LoginPage };
  /** The browser's program. */
  readonly program: string;
}

/**
 * Runs the login and says yes to it. Answers its exit code. Throws `browser` and its like, `browser-login` where nobody is logged in in
 * that browser, `browser-page` for a page that is not known, and `running` where the box is in use.
 */
export async function logInByBrowser(login: BrowserLogin): Promise<number> {
  const { host, project, target, logIn } = login;
  const opened = await open({
    host,
    cwd: "/",
    project: project.path,
    kind: "shell",
    held: true,
    words: ["cat"],
    flags: { persistence: "ephemeral", ...(logIn.port === undefined ? {} : { ports: [`${logIn.port}`] }) },
    logsIn: true,
  }, "held");
  if (opened.kind !== "held") throw new Error("a held box that is not held");
  const { held } = opened;
  try {
    const input = new TransformStream<Uint8Array, Uint8Array>();
    const shown = new Shown(logIn.page);
    const stop = new AbortController();
    const command = new BoxCommand(
      { runtime: held.run.runtime, state: held.run.state },
      { box: held.run.record.box, name: qualifiedName(project) },
      [target.entrypoint, ...logIn.words],
      {
        stdin: input.readable,
        timeoutMs: LONGEST_MS,
        signal: stop.signal,
        maxOutputBytes: MOST_SHOWN,
        onOutput: (chunk) => shown.add(chunk),
      },
      undefined,
    );
    const ended = Promise.resolve(command).then(({ code }) => code);
    const address = await Promise.race([shown.address, ended.then(() => undefined)]);
    if (address === undefined) return await ended;
    try {
      const code = await agree(login, address);
      const writer = input.writable.getWriter();
      if (code !== undefined) await writer.write(new TextEncoder().encode(`${code}\n`)).catch(() => {});
      await writer.close().catch(() => {});
      return await ended;
    } catch (error) {
      stop.abort();
      await ended.catch(() => {});
      throw error;
    }
  } finally {
    await held.close();
  }
}

async function agree(
  { host, program, target, logIn }: BrowserLogin,
  address: string,
): Promise<string | undefined> {
  const profile = `${host.dirs.state}/browser`;
  await Deno.mkdir(profile, { recursive: true, mode: 0o700 });
  await using browser = await DevTools.start(program, profile);
  const outcome = await consent(browser, address, logIn.page);
  if (outcome.kind === "done") return outcome.code;
  if (outcome.kind === "login") {
    throw new KanibakoError(
      "browser-login",
      `Nobody is logged in for ${target.displayName} in the browser.`,
      {
        hint: `Log in there once, and close it: ${shellQuote(program)} --user-data-dir=${
          shellQuote(profile)
        } https://${logIn.page.hosts.at(-1)}`,
      },
    );
  }
  throw new KanibakoError("browser-page", `The page of ${target.displayName} is not one that is known.`, {
    hint: "Log in by hand: kanibako crab reauth --no-browser",
  });
}

/** What a box shows, until there is the address. */
class Shown {
  readonly #found = Promise.withResolvers<string>();
  readonly #page: LoginPage;
  readonly #decoder = new TextDecoder();
  #text = "";

  constructor(page: LoginPage) {
    this.#page = page;
  }

  get address(): Promise<string> {
    return this.#found.promise;
  }

  add(chunk: Uint8Array): void {
    this.#text = (this.#text + this.#decoder.decode(chunk, { stream: true })).slice(-MOST_SHOWN);
    // An address is whole once something follows it.
    const whole = this.#text.slice(0, this.#text.search(/\s\S*$/) + 1);
    const address = pageIn(whole, this.#page);
    if (address !== undefined) this.#found.resolve(address);
  }
}
