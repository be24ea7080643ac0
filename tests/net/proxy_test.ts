import assert from "node:assert/strict";
import {
  isExcepted,
  parseProxy,
  proxyFor,
  proxyProblem,
  proxyWords,
  withoutLogin,
} from "../../lib/net/proxy.ts";

const env = (variables: Record<string, string>) => (name: string) => variables[name];

Deno.test("the usual variables say where connections go, the lower case ones first", () => {
  assert.deepEqual(proxyWords(env({})), {});
  assert.deepEqual(
    proxyWords(env({
      HTTPS_PROXY: "http://a.example:3128",
      https_proxy: "http://b.example:3128",
      ALL_PROXY: "http://all.example",
      NO_PROXY: "corp.example",
    })),
    { url: "http://b.example:3128", http: "http://all.example", except: "corp.example" },
  );
});

Deno.test("a proxy's login stays out of what is written down, and is found where it is needed", () => {
  for (
    const [text, plain] of [
      ["http://user:pass@p.example:3128", "http://p.example:3128"],
      ["user:pass@p.example:3128", "p.example:3128"],
      ["https://user:p%40ss@p.example/", "https://p.example/"],
      ["http://user:p@ss/word@p.example:8080", "http://p.example:8080"],
      ["http://p.example:3128", "http://p.example:3128"],
      ["http://p.example:3128/path", "http://p.example:3128"],
    ] as const
  ) {
    assert.equal(withoutLogin(text), plain, text);
  }
  const variables = env({ HTTPS_PROXY: "http://user:p%40ss@p.example:3128" });
  const words = proxyWords(variables);
  assert.doesNotMatch(JSON.stringify(words), /user|p%40ss/);
  const target = { host: "x.example", port: 443 };
  assert.deepEqual(proxyFor(words, target, variables), {
    tls: false,
    hostname: "p.example",
    port: 3128,
    login: "user:p@ss",
  });
  // Another process's environment has another proxy, or none: its login is not for this one.
  const other = env({ HTTPS_PROXY: "http://user:secret@other.example:3128" });
  assert.equal(proxyFor(words, target, other)!.login, undefined);
});

Deno.test("port 80 has a variable of its own", () => {
  const words = { url: "https://s.example", http: "p.example:8080" };
  const of = (port: number) => proxyFor(words, { host: "x.example", port }, () => undefined);
  assert.deepEqual(of(443), { tls: true, hostname: "s.example", port: 443 });
  assert.deepEqual(of(22), { tls: true, hostname: "s.example", port: 443 });
  assert.deepEqual(of(80), { tls: false, hostname: "p.example", port: 8080 });
  assert.equal(proxyFor({ http: "p.example" }, { host: "x.example", port: 443 }, () => undefined), undefined);
});

Deno.test("a proxy that cannot be used is an error, not a way past it, and its words are not repeated", () => {
  assert.throws(() => parseProxy("socks5://user:secret@p.example"), /kind socks5/);
  assert.throws(() => parseProxy("http://[:::"), /no usable address/);
  assert.match(
    proxyProblem({ http: "socks5://user:secret@p.example" })!,
    /^Nothing will be reachable.*kind socks5/,
  );
  assert.equal(proxyProblem({ url: "p.example:3128", except: "*" }), undefined);
  assert.deepEqual(parseProxy("http://[::1]:3128"), { tls: false, hostname: "::1", port: 3128 });
});

Deno.test("NO_PROXY names hosts, domains and ports; what addresses are in it is about no name", () => {
  for (
    const [except, host, port, expected] of [
      ["*", "x.example", 443, true],
      ["corp.example", "corp.example", 443, true],
      ["corp.example", "git.corp.example", 443, true],
      [".corp.example", "git.corp.example", 443, true],
      ["*.corp.example", "git.corp.example", 443, true],
      ["corp.example", "evilcorp.example", 443, false],
      ["CORP.example.", "git.corp.example", 443, true],
      ["a.example, corp.example:8443", "corp.example", 8443, true],
      ["corp.example:8443", "corp.example", 443, false],
      ["*:80", "x.example", 80, true],
      ["*:80", "x.example", 443, false],
      ["10.0.0.0/8 192.168.1.1 fd00::/8 ::1 [::1]:80", "x.example", 80, false],
      ["10.0.0.0/8, 192.168.1.1, corp.example", "corp.example", 443, true],
      ["", "x.example", 443, false],
      [" , ", "x.example", 443, false],
      [".", "x.example", 443, false],
    ] as const
  ) {
    assert.equal(isExcepted(except, host, port), expected, `${except} and ${host}:${port}`);
  }
});

Deno.test("the process that dials is given every variable in which a login is looked for", async () => {
  const open = new URL("../../lib/runtime/open.ts", import.meta.url);
  for (const name of ["HTTPS_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]) {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: [
        "eval",
        `import { runtimeVariables } from "${open}"; console.log(JSON.stringify(runtimeVariables()))`,
      ],
      clearEnv: true,
      env: { [name]: "http://user:secret@p.example:3128", OTHER: "x" },
    }).output();
    assert.deepEqual(JSON.parse(new TextDecoder().decode(stdout)), {
      [name]: "http://user:secret@p.example:3128",
    });
  }
});
