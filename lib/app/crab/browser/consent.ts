/**
 * Says yes in a browser to a login that an agent has begun: where the user is logged in there, one button is all that is asked for.
 *
 * The address comes out of a box. The browser is logged in as the user, and would say yes to anybody, so only the one address is
 * opened that the agent's declaration names, for the one program and with the one way back. What is asked for elsewhere is not answered.
 *
 * @module
 */

import { pause } from "../../../host/timer.ts";
import type { LoginPage } from "../../../../targets/target.ts";

/** A browser as far as this needs one. */
export interface Page {
  go(url: string): Promise<void>;
  value(expression: string): Promise<unknown>;
}

/** What came of it. */
export type Consent =
  /** It is done. `code`: what the agent waits for, where the page shows one. */
  | { readonly kind: "done"; readonly code?: string }
  /** The user is not logged in in that browser. */
  | { readonly kind: "login" }
  /** The page is none that is known. */
  | { readonly kind: "unknown" };

const LONGEST_MS = 45_000;
const LOOK_MS = 300;
/** A page that asks for a login is given this long to find out that there is one. */
const LOGIN_MS = 6000;
const LOOPBACK: readonly string[] = ["127.0.0.1", "localhost"];
/** What was pressed is not pressed again for so long: the page is about to change. */
const AGAIN_MS = 3000;
const MAX_ADDRESS = 4000;

/** Whether an address is the one that the agent is to send its user to. */
export function isPage(address: string, page: LoginPage): boolean {
  if (address.length > MAX_ADDRESS || !URL.canParse(address)) return false;
  const url = new URL(address);
  const only = (name: string, value: string) => {
    const given = url.searchParams.getAll(name);
    return given.length === 1 && given[0] === value;
  };
  return url.username === "" && url.password === "" && `${url.origin}${url.pathname}` === page.address &&
    only("client_id", page.client) && only("redirect_uri", page.back) && only("response_type", "code");
}

/** The first such address in what an agent has shown. */
export function pageIn(shown: string, page: LoginPage): string | undefined {
  return (shown.match(/https?:\/\/[^\s\p{Cc}"'<>]+/gu) ?? []).find((address) => isPage(address, page));
}

/** Opens the page and says yes. `longestMs`: how long it may take in all. */
export async function consent(
  browser: Page,
  address: string,
  page: LoginPage,
  longestMs: number = LONGEST_MS,
): Promise<Consent> {
  await browser.go(address);
  const begun = Date.now();
  let asksSince: number | undefined;
  let seen = "unknown";
  let pressedAt = 0;
  while (Date.now() - begun < longestMs) {
    await pause(LOOK_MS);
    const here = await browser.value("location.href");
    if (typeof here !== "string" || !URL.canParse(here)) continue;
    const back = await codeAt(browser, here, page);
    if (back) return back;
    if (!page.hosts.includes(new URL(here).host) || Date.now() - pressedAt < AGAIN_MS) continue;
    seen = String(await browser.value(look(page.hosts)));
    if (seen === "pressed") pressedAt = Date.now();
    if (seen !== "login") asksSince = undefined;
    else if (Date.now() - (asksSince ??= Date.now()) > Math.min(LOGIN_MS, longestMs / 2)) {
      return { kind: "login" };
    }
  }
  return { kind: seen === "login" ? "login" : "unknown" };
}

/** What the page shows that the way back leads to. Where that is the agent itself, it has heard all it needs. */
async function codeAt(browser: Page, here: string, { back }: LoginPage): Promise<Consent | undefined> {
  const [at, wanted] = [new URL(here), new URL(back)];
  if (LOOPBACK.includes(wanted.hostname)) {
    return LOOPBACK.includes(at.hostname) && at.port === wanted.port ? { kind: "done" } : undefined;
  }
  if (at.origin !== wanted.origin || at.pathname !== wanted.pathname) return undefined;
  const code = await browser.value(codeOn(`${wanted.origin}${wanted.pathname}`));
  return typeof code === "string" && /^[\w.#~-]{8,500}$/.test(code) ? { kind: "done", code } : undefined;
}

/**
 * In the page: presses the button that says yes, if it is there; else tells whether a login is asked for. It looks itself where it is:
 * since we asked, the browser may have come elsewhere.
 */
const look = (hosts: readonly string[]) =>
  `(() => {
  if (!${JSON.stringify(hosts)}.includes(location.host)) return "unknown";
  const shown = (e) => e.getClientRects().length > 0 && !e.disabled;
  const words = (e) => (e.innerText || e.value || "").trim();
  const yes = [...document.querySelectorAll("button, input[type=submit]")]
    .find((e) => shown(e) && /^(authorize|allow|approve)\\b/i.test(words(e)));
  if (yes) { yes.click(); return "pressed"; }
  const login = [...document.querySelectorAll("input[type=email], input[type=password], button, a")]
    .some((e) => shown(e) && (e.type === "email" || e.type === "password" ||
      /(continue|sign in|log in) with (google|github|apple|email|sso)/i.test(words(e))));
  return login ? "login" : "unknown";
})()`;

/** In the page, if it is that one: the code that it shows. */
const codeOn = (address: string) =>
  `(() => {
  if (location.origin + location.pathname !== ${JSON.stringify(address)}) return "";
  const found = [...document.querySelectorAll("code, .authorization-code, input[readonly], pre")]
    .map((e) => (e.value || e.innerText || "").trim()).find((text) => text.length >= 8 && text.length <= 500);
  return found || "";
})()`;
