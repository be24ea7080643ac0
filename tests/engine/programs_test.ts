// Programs that know nothing of it, in a filtered box: each reaches what a rule allows, with nothing configured inside for the
// network. Which of them the rig has is not ours to say: one that it does not have is reported.

import assert from "node:assert/strict";
import { isPublic } from "../../lib/net/address.ts";
import { filteredUser, shell, startBox } from "../support/filtered.ts";
import type { User } from "../support/program.ts";

/** A program and how it is used; `$http` and so on are the ports of the servers. */
interface Use {
  readonly name: string;
  /** The program it needs in the box. */
  readonly needs: string;
  /** Fails where the program is there and of no use before more is downloaded. */
  readonly whole?: string;
  readonly script: string;
  /** What it prints where it reached its server. */
  readonly expect: RegExp;
}

const USES: readonly Use[] = [
  { name: "curl", needs: "curl", script: "curl -sS http://web.test:$http/hello", expect: /^hello$/ },
  { name: "wget", needs: "wget", script: "wget -qO- http://web.test:$http/hello", expect: /^hello$/ },
  {
    name: "git over https",
    needs: "git",
    script: "GIT_SSL_CAINFO=cert.pem git clone -q https://web.test:$https/repo.git cloned && cat cloned/file",
    expect: /^content$/,
  },
  {
    name: "git over ssh",
    needs: "ssh",
    // The server is no more than its first line: the client has read it when it complains of what follows.
    script:
      "GIT_SSH_COMMAND='ssh -v -o BatchMode=yes -o StrictHostKeyChecking=no' git clone -q ssh://git@git.test:$ssh/repo.git x 2>&1 | grep -o 'remote software version standin'",
    expect: /^remote software version standin$/,
  },
  {
    name: "npm install",
    needs: "npm",
    whole: "npm --version",
    script:
      "mkdir -p npm && cd npm && echo '{}' >package.json && npm install --no-audit --no-fund --loglevel=error --cache ./cache --registry http://web.test:$http/npm/ tiny >/dev/null && cat node_modules/tiny/index.js",
    expect: /^module.exports = 7;$/,
  },
  {
    name: "pip",
    needs: "pip3",
    script:
      "pip3 download --no-deps --trusted-host web.test --index-url http://web.test:$http/pip/ tiny 2>&1 | tail -1; echo",
    expect: /tiny/,
  },
  {
    name: "apt-get",
    needs: "apt-get",
    script:
      `mkdir -p apt/state/lists/partial apt/cache/archives/partial && echo "deb [trusted=yes] http://web.test:$http/apt ./" >apt/list && apt-get -q -o Dir::Etc::sourcelist=$PWD/apt/list -o Dir::Etc::sourceparts=- -o Dir::State=$PWD/apt/state -o Dir::Cache=$PWD/apt/cache -o APT::Sandbox::User=$(id -un) update >apt/log 2>&1 && grep -o 'Get:.*apt ./ Packages' apt/log | head -1`,
    expect: /Packages/,
  },
  {
    name: "Node fetch",
    needs: "node",
    script: `node -e 'fetch("http://web.test:'$http'/hello").then((r) => r.text()).then(console.log)'`,
    expect: /^hello$/,
  },
  {
    name: "Python urllib",
    needs: "python3",
    script:
      `python3 -c 'import ssl, urllib.request as u; print(u.urlopen("https://web.test:'$https'/hello", context=ssl.create_default_context(cafile="cert.pem")).read().decode().strip())'`,
    expect: /^hello$/,
  },
  {
    // Which is written in Rust, too.
    name: "Deno",
    needs: "/opt/kanibako/deno",
    script:
      `echo 'console.log((await (await fetch("http://web.test:'$http'/hello")).text()).trim())' >d.ts && DENO_DIR=$PWD/deno DENO_NO_UPDATE_CHECK=1 /opt/kanibako/deno run -A --no-config d.ts`,
    expect: /^hello$/,
  },
  {
    name: "a Go program (the client of docker)",
    needs: "./docker",
    script: "HOME=$PWD ./docker -H tcp://web.test:$http version --format '{{.Server.Version}}'",
    expect: /^1\.2\.3$/,
  },
  {
    name: "psql",
    needs: "psql",
    script: "psql -h db.test -p $postgres -U me -c 'select 1' 2>&1 | grep -o standin",
    expect: /^standin$/,
  },
];

Deno.test("programs reach what is allowed, with nothing configured in the box", async () => {
  await using servers = await Servers.open();
  const { ports } = servers;
  await using user = await filteredUser(
    [`web.test:${ports.http},${ports.https}`, `git.test:${ports.ssh}`, `db.test:${ports.postgres}`],
    ["web.test", "git.test", "db.test"],
  );
  const folder = await user.folder();
  await copyGoProgram(folder);
  await startBox(user, folder);
  await servers.prepare(user, folder);
  const variables = Object.entries(ports).map(([name, port]) => `${name}=${port}`).join("; ");
  const capabilities = await shell(user, folder, "grep CapEff /proc/self/status");
  assert.match(capabilities.stdout, /^CapEff:\s+0+$/m);
  // All at once: what takes time is mostly the programs' own start.
  const ended = await Promise.all(USES.map(async (use) => ({
    use,
    ...await shell(
      user,
      folder,
      `command -v ${use.needs} >/dev/null || exit 99; ${
        use.whole ?? "true"
      } >/dev/null 2>&1 || exit 98; ${variables}; ${use.script}`,
    ),
  })));
  for (const { use, code, stdout, stderr } of ended) {
    if (code === 99) console.log(`  ${use.name}: not tried, as the rig has no ${use.needs}`);
    else if (code === 98) {
      console.log(`  ${use.name}: not tried, as the rig's ${use.needs} fetches itself first`);
    } else {
      assert.match(stdout.trim(), use.expect, `${use.name} (${code}): ${stdout}${stderr}`);
      console.log(`  ${use.name}: reached`);
    }
  }
  assert.ok(ended.filter(({ code }) => code < 98).length >= 6);
});

Deno.test("programs reach the registries that this machine is set up for", async (t) => {
  const registries = await configuredRegistries();
  for (const { kind, why } of registries.missing) console.log(`  ${kind}: not tried, as ${why}`);
  if (registries.found.length === 0) return;
  await t.step(registries.found.map(({ kind }) => kind).join(", "), async () => {
    const hosts = registries.found.map(({ url }) => new URL(url)).map((url) =>
      `${url.hostname}:${url.port || (url.protocol === "http:" ? 80 : 443)}`
    );
    await using user = await filteredUser(
      hosts,
      await privateAddresses(registries.found.map(({ url }) => new URL(url).hostname)),
    );
    const folder = await user.folder();
    const bundle = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"].find((path) => {
      try {
        return Deno.statSync(path).isFile;
      } catch {
        return false;
      }
    });
    if (bundle) await Deno.copyFile(bundle, `${folder}/ca.crt`);
    await startBox(user, folder);
    for (const { kind, url } of registries.found) {
      const got = await shell(
        user,
        folder,
        `curl -sS -m 20 ${bundle ? "--cacert ca.crt" : ""} -o /dev/null -w '%{http_code}' '${url}'`,
      );
      assert.match(got.stdout, /^[1-5]\d\d$/, `${kind}: ${got.stderr}`);
      console.log(`  ${kind}: answered ${got.stdout}`);
    }
    const npm = registries.found.find(({ kind }) => kind === "npm");
    if (!npm) return;
    const installed = await shell(
      user,
      folder,
      `command -v npm >/dev/null || exit 99
export npm_config_registry='${npm.url}' COREPACK_NPM_REGISTRY='${
        npm.url.replace(/\/$/, "")
      }' NODE_EXTRA_CA_CERTS="$PWD/ca.crt"
echo '{}' >package.json && npm install --no-audit --no-fund left-pad && test -s node_modules/left-pad/package.json`,
    );
    if (installed.code === 99) return console.log("  npm install: not tried, as the rig has no npm");
    assert.equal(installed.code, 0, installed.stdout + installed.stderr);
    console.log("  npm install: installed");
  });
});

/** A program in Go that many machines of developers have; the rig has none. */
async function copyGoProgram(folder: string): Promise<void> {
  const found = await new Deno.Command("sh", { args: ["-c", "command -v docker"] }).output();
  const path = new TextDecoder().decode(found.stdout).trim();
  if (path) await Deno.copyFile(path, `${folder}/docker`).catch(() => {});
}

/** Servers of this machine that stand for those of the world. */
class Servers implements AsyncDisposable {
  readonly #files = new Map<string, Uint8Array<ArrayBuffer> | string>([["/hello", "hello\n"], [
    "/apt/Packages",
    "",
  ]]);
  readonly #http: Deno.HttpServer<Deno.NetAddr>;
  #https: Deno.HttpServer<Deno.NetAddr> | undefined;
  readonly #listeners: Deno.TcpListener[] = [];
  readonly ports: {
    readonly http: number;
    readonly https: number;
    readonly ssh: number;
    readonly postgres: number;
  };

  private constructor(httpsPort: number) {
    this.#http = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#answer(request),
    );
    this.ports = {
      http: this.#http.addr.port,
      https: httpsPort,
      ssh: this.#listen(async (conn) => {
        await conn.write(new TextEncoder().encode("SSH-2.0-standin\r\n"));
        await conn.read(new Uint8Array(1000));
      }),
      postgres: this.#listen(async (conn) => {
        const buffer = new Uint8Array(1000);
        // The question whether it speaks TLS: no. Then the greeting, which is answered with an error.
        if (await conn.read(buffer) === 8) {
          await conn.write(Uint8Array.of(0x4e));
          await conn.read(buffer);
        }
        const text = new TextEncoder().encode("SFATAL\0C28000\0Mstandin\0\0");
        await conn.write(Uint8Array.of(0x45, 0, 0, 0, text.length + 4, ...text));
      }),
    };
  }

  static open(): Promise<Servers> {
    const place = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = place.addr as Deno.NetAddr;
    place.close();
    return Promise.resolve(new Servers(port));
  }

  /** Makes what is served, with the box's own programs. */
  async prepare(user: User, folder: string): Promise<void> {
    const made = await shell(
      user,
      folder,
      `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=web.test -addext subjectAltName=DNS:web.test -keyout key.pem -out cert.pem 2>/dev/null
mkdir -p made/package && cd made && echo '{"name":"tiny","version":"1.0.0"}' >package/package.json && echo 'module.exports = 7;' >package/index.js && tar -czf tiny.tgz package
git init -q work && cd work && echo content >file && git add file && git -c user.name=a -c user.email=a@b commit -qm a && git clone -q --bare . ../repo.git && git -C ../repo.git update-server-info && chmod -R a+rX ..`,
    );
    assert.equal(made.code, 0, made.stderr);
    const text = (path: string) => Deno.readTextFile(`${folder}/${path}`);
    const [cert, key] = [await text("cert.pem"), await text("key.pem")];
    this.#https = Deno.serve(
      { hostname: "127.0.0.1", port: this.ports.https, cert, key, onListen: () => {} },
      (request) => this.#answer(request),
    );
    const tarball = await Deno.readFile(`${folder}/made/tiny.tgz`);
    this.#files.set("/npm/tiny.tgz", tarball);
    this.#files.set("/pip/tiny/", `<a href="tiny-1.0.0.tar.gz">tiny-1.0.0.tar.gz</a>`);
    this.#files.set("/pip/tiny/tiny-1.0.0.tar.gz", tarball);
    const dist = { tarball: `http://web.test:${this.ports.http}/npm/tiny.tgz` };
    const versions = { "1.0.0": { name: "tiny", version: "1.0.0", dist } };
    this.#files.set(
      "/npm/tiny",
      JSON.stringify({ name: "tiny", "dist-tags": { latest: "1.0.0" }, versions }),
    );
    this.#files.set(
      "/version",
      JSON.stringify({ Version: "1.2.3", ApiVersion: "1.44", MinAPIVersion: "1.24" }),
    );
    await this.#addFolder("/repo.git", `${folder}/made/repo.git`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const listener of this.#listeners) listener.close();
    await Promise.all([this.#http.shutdown(), this.#https?.shutdown()]);
  }

  async #addFolder(at: string, path: string): Promise<void> {
    for await (const entry of Deno.readDir(path)) {
      if (entry.isDirectory) await this.#addFolder(`${at}/${entry.name}`, `${path}/${entry.name}`);
      else this.#files.set(`${at}/${entry.name}`, await Deno.readFile(`${path}/${entry.name}`));
    }
  }

  #answer(request: Request): Response {
    const path = new URL(request.url).pathname.replace(/^\/v1\.\d+\//, "/");
    if (path === "/_ping") return new Response("OK", { headers: { "Api-Version": "1.44" } });
    const file = this.#files.get(path.replace("/apt/./", "/apt/"));
    if (file === undefined) return new Response("", { status: 404 });
    const type = path === "/version" || path === "/npm/tiny"
      ? "application/json"
      : path.endsWith("/")
      ? "text/html"
      : "text/plain";
    return new Response(file, { headers: { "content-type": type } });
  }

  #listen(converse: (conn: Deno.TcpConn) => Promise<void>): number {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#listeners.push(listener);
    void (async () => {
      for await (const conn of listener) {
        void converse(conn).catch(() => {}).finally(() => conn.close());
      }
    })();
    return (listener.addr as Deno.NetAddr).port;
  }
}

/** Names that stand for an address of this machine's own network: its user has to pin them. */
async function privateAddresses(names: readonly string[]): Promise<Record<string, string>> {
  const found = await Promise.all(names.map(async (name) => {
    const { stdout } = await new Deno.Command("getent", { args: ["ahosts", name] }).output();
    const [address] = new TextDecoder().decode(stdout).split(/\s/);
    return [name, address ?? ""] as const;
  }));
  return Object.fromEntries(found.filter(([, address]) => address !== "" && !isPublic(address)));
}

/** A registry by the program that this machine has configured for it. */
interface Configured {
  readonly found: readonly { readonly kind: string; readonly url: string }[];
  readonly missing: readonly { readonly kind: string; readonly why: string }[];
}

const ASKED: readonly (readonly [kind: string, command: string])[] = [
  ["npm", "npm config get registry"],
  ["pip", "pip3 config get global.index-url"],
  ["go", "go env GOPROXY | tr ',|' '\\n' | grep -m1 ://"],
  [
    "cargo",
    `sed -n 's/^ *registry *= *"\\(sparse+\\)\\?\\(http[^"]*\\)".*/\\2/p' "$HOME"/.cargo/config.toml | head -1`,
  ],
  ["mvn", `sed -n 's/.*<url>\\(http[^<]*\\)<.*/\\1/p' "$HOME"/.m2/settings.xml | head -1`],
  [
    "apt",
    "sed -n -e 's/^URIs: *\\([^ ]*\\).*/\\1/p' -e 's/^deb .*\\(http[^ ]*\\).*/\\1/p' /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list | head -1",
  ],
];

async function configuredRegistries(): Promise<Configured> {
  const all = await Promise.all(ASKED.map(async ([kind, command]) => {
    const { stdout } = await new Deno.Command("sh", { args: ["-c", `${command} 2>/dev/null`] }).output();
    const url = new TextDecoder().decode(stdout).trim();
    if (!/^https?:\/\//.test(url)) return { kind, why: "this machine has none configured" };
    const reached = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(10_000) }).then(
      async (response) => {
        await response.body?.cancel();
        return true;
      },
      () => false,
    );
    return reached
      ? { kind, url }
      : { kind, why: "this machine itself does not reach the one that it has configured" };
  }));
  return {
    found: all.flatMap((one) => one.url === undefined ? [] : [one]),
    missing: all.flatMap((one) => one.why === undefined ? [] : [one]),
  };
}
