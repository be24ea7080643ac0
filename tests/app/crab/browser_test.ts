// A login that a browser agrees to: which pages it opens, and what it does there.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { consent, isPage, pageIn } from "../../../lib/app/crab/browser/consent.ts";
import { DevTools } from "../../../lib/app/crab/browser/devtools.ts";
import { findTarget } from "../../../targets/discover.ts";
import type { LoginPage } from "../../../targets/target.ts";
import { browser, whyNoBrowser } from "../../support/host_browser.ts";

const claude = findTarget("claude").logIn!.page!;

/** As Claude Code shows it. */
const ADDRESS =
  "https://claude.com/cai/oauth/authorize?code=true&client_id=9d1c250a-e61b-44d9-88ed-5944d1962f5e" +
  "&response_type=code&redirect_uri=https%3A%2F%2Fplatform.claude.com%2Foauth%2Fcode%2Fcallback" +
  "&scope=org%3Acreate_api_key+user%3Aprofile&code_challenge=abc&code_challenge_method=S256&state=def";

Deno.test("the page of a login is found in what an agent shows", () => {
  strictEqual(
    pageIn(`Opening browser to sign in…\r\nvisit: ${ADDRESS}\r\nPaste code here >`, claude),
    ADDRESS,
  );
  const { page } = findTarget("codex").logIn!;
  const address =
    "https://auth.openai.com/oauth/authorize?response_type=code&client_id=app_EMoamEEZ73f0CkXaXp7hrann" +
    "&redirect_uri=http%3A%2F%2F127.0.0.1%3A1455%2Fauth%2Fcallback&state=x";
  strictEqual(pageIn(`navigate to this URL:\n\n${address}\n\nOn a remote`, page!), address);
});

Deno.test("a browser that is logged in opens no other page for a box: another program, way back, host or path", () => {
  strictEqual(isPage(ADDRESS, claude), true);
  const others = [
    ADDRESS.replace("9d1c250a", "00000000"),
    ADDRESS.replace("platform.claude.com", "platform.claude.com.evil.example"),
    `${ADDRESS}&client_id=another`,
    `${ADDRESS}&redirect_uri=https%3A%2F%2Fevil.example`,
    ADDRESS.replace("https://claude.com", "https://claude.com.evil.example"),
    ADDRESS.replace("https://claude.com", "https://claude.com@evil.example"),
    ADDRESS.replace("https://claude.com", "https://user@claude.com"),
    ADDRESS.replace("https://", "http://"),
    ADDRESS.replace("/cai/oauth/authorize", "/settings/delete"),
    ADDRESS.replace("/cai/oauth/authorize", "/cai/oauth/authorize/../../x"),
    ADDRESS.replace("response_type=code", "response_type=token"),
    `${ADDRESS}&pad=${"x".repeat(5000)}`,
    "javascript:alert(1)",
    "",
  ];
  for (const other of others) strictEqual(isPage(other, claude), false, other);
});

/** A service where one is logged in by a cookie, and asked whether a program may have a code. */
class Service implements AsyncDisposable {
  readonly asked: string[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(readonly page: (path: string, cookie: string) => string) {
    this.#server = Deno.serve({ hostname: "127.0.0.2", port: 0, onListen: () => {} }, (request) => {
      const { pathname } = new URL(request.url);
      this.asked.push(pathname);
      return new Response(page(pathname, request.headers.get("cookie") ?? ""), {
        headers: { "content-type": "text/html" },
      });
    });
  }

  get at(): string {
    return `http://127.0.0.2:${this.#server.addr.port}`;
  }

  get login(): LoginPage {
    const host = this.at.slice("http://".length);
    return { address: `${this.at}/authorize`, client: "c", back: `${this.at}/callback`, hosts: [host] };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

Deno.test("a page that leads elsewhere between two looks has nothing pressed there, and no code is read there", async () => {
  const pressedAt = async (hosts: readonly string[], back: string) => {
    const pressed: string[] = [];
    const places = ["https://login.example/authorize", "https://other.example/consent", back];
    let at = 0;
    const page = {
      go: () => Promise.resolve(),
      value: (expression: string) => {
        const location = new URL(places[at]!);
        const button = {
          getClientRects: () => [1],
          innerText: "Allow",
          click: () => pressed.push(location.host),
        };
        const code = { innerText: `code-of-${location.host}` };
        const document = { querySelectorAll: (of: string) => of.startsWith("code") ? [code] : [button] };
        const value = new Function("location", "document", `return ${expression}`)(location, document);
        // Whatever is asked, the next question meets another page.
        at = (at + 1) % places.length;
        return Promise.resolve(value);
      },
    };
    const login = { address: places[0]!, client: "c", back, hosts: [...hosts] };
    const outcome = await consent(page, places[0]!, login, 1500);
    return [pressed, outcome.kind === "done" ? outcome.code : undefined];
  };
  deepStrictEqual(await pressedAt(["login.example"], "https://back.example/callback"), [[], undefined]);
  deepStrictEqual(await pressedAt(["login.example", "other.example"], "https://back.example/callback"), [
    ["other.example"],
    undefined,
  ]);
});

const FORM = '<form action="/callback"><button type="button">Deny</button><button>Authorize</button></form>';
Deno.test({
  name: `a browser says yes on the page, and only there, and brings the code that is shown${whyNoBrowser}`,
  ignore: whyNoBrowser !== "",
  fn: async () => {
    const profile = await Deno.makeTempDir({ prefix: "browser-" });
    try {
      await using tools = await DevTools.start(browser!, profile);
      const open = async (
        page: (path: string, cookie: string) => string,
        change: Partial<LoginPage> = {},
      ) => {
        await using service = new Service(page);
        const outcome = await consent(
          tools,
          `${service.at}/authorize?x=1`,
          { ...service.login, ...change },
          5000,
        );
        return [outcome, service.asked.filter((path) => path !== "/favicon.ico")];
      };
      deepStrictEqual(await open((path) => path === "/callback" ? "<pre>code-1234#state</pre>" : FORM), [
        { kind: "done", code: "code-1234#state" },
        ["/authorize", "/callback"],
      ]);
      // Nobody is logged in there; no button says yes; and what is no code is none.
      deepStrictEqual(await open(() => '<input type="email"><button>Continue with Google</button>'), [
        { kind: "login" },
        ["/authorize"],
      ]);
      deepStrictEqual(await open(() => "<button>Delete my account</button>"), [{ kind: "unknown" }, [
        "/authorize",
      ]]);
      deepStrictEqual(
        await open((path) => path === "/callback" ? "<pre>rm -rf / ; two words</pre>" : FORM),
        [{ kind: "unknown" }, ["/authorize", "/callback"]],
      );
      // Where the page has led to another host, nothing is pressed.
      deepStrictEqual(await open(() => FORM, { hosts: ["another.example"] }), [{ kind: "unknown" }, [
        "/authorize",
      ]]);
    } finally {
      await Deno.remove(profile, { recursive: true }).catch(() => {});
    }
  },
});
