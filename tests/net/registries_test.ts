import assert from "node:assert/strict";
import { ruleOfAddress } from "../../lib/net/registries/address.ts";
import { readRegistries } from "../../lib/net/registries/registries.ts";
import { sourceText } from "../../lib/spec/source.ts";

async function found(
  files: Record<string, string>,
  { env = {}, home = "/home/me" }: { env?: Record<string, string>; home?: string | undefined } = {},
): Promise<Record<string, string>> {
  const registries = await readRegistries({
    home,
    env: (name) => env[name],
    read: (path) => Promise.resolve(files[path]),
    list: (folder) =>
      Object.keys(files).filter((path) => path.startsWith(`${folder}/`)).map((path) =>
        path.slice(folder.length + 1)
      ),
  });
  return Object.fromEntries(registries.map(({ rule, from }) => [rule, sourceText(from)]));
}

Deno.test("the registries of each package manager are found in its configuration, with where they stand", async () => {
  assert.deepEqual(
    await found({
      "/home/me/.npmrc":
        "; mine\nregistry=https://npm.example.com/x/\n@corp:registry = https://corp.example.com:8443/\n//npm.example.com/:_authToken=secret\n",
      "/home/me/.config/pip/pip.conf":
        "[global]\nindex-url = https://user:secret@pip.example.com/simple\nextra-index-url =\n    https://one.example.com/\n    https://two.example.com/\ntimeout = 3\n",
      "/home/me/.cargo/config.toml":
        '[source.crates-io]\nreplace-with = "mirror"\n[source.mirror]\nregistry = "sparse+https://cargo.example.com/"\n[registries]\nours.index = "https://ours.example.com/git" # ours\ntheirs = { index = "sparse+https://theirs.example.com/" }\nno = "https://no.example.com/"\n',
      "/home/me/.cargo/config": '[registries\nx.index = "https://no.example.com/"\n',
      "/home/me/.config/uv/uv.toml":
        '[[index]]\nname = "ours"\nurl = "https://uv.example.com/simple" # not https://no.example.com/\n[pip]\nextra-index-url = ["https://uv2.example.com/"]\n',
      "/home/me/.config/go/env":
        "GOPROXY=https://go.example.com|https://go2.example.com,direct\nGOSUMDB=off\n",
      "/home/me/.m2/settings.xml":
        "<settings><mirrors><mirror><url> https://maven.example.com/repo </url></mirror><!-- <url>https://old.example.com</url> --></mirrors></settings>",
      "/etc/apt/sources.list":
        "# deb http://no.example.com x\ndeb [arch=amd64 signed-by=/k] http://apt.example.com/debian stable main\n",
      "/etc/apt/sources.list.d/x.sources":
        "Types: deb\nURIs: https://apt2.example.com/a http://apt3.example.com:3142/\n#URIs: http://no.example.com\n",
      "/etc/apt/sources.list.d/x.save": "deb http://saved.example.com/ x y\n",
    }),
    {
      "npm.example.com": "your ~/.npmrc",
      "corp.example.com:8443": "your ~/.npmrc",
      "pip.example.com": "your ~/.config/pip/pip.conf",
      "one.example.com": "your ~/.config/pip/pip.conf",
      "two.example.com": "your ~/.config/pip/pip.conf",
      "cargo.example.com": "your ~/.cargo/config.toml",
      "ours.example.com": "your ~/.cargo/config.toml",
      "theirs.example.com": "your ~/.cargo/config.toml",
      "uv.example.com": "your ~/.config/uv/uv.toml",
      "uv2.example.com": "your ~/.config/uv/uv.toml",
      "go.example.com": "your ~/.config/go/env",
      "go2.example.com": "your ~/.config/go/env",
      "maven.example.com": "your ~/.m2/settings.xml",
      "apt.example.com": "/etc/apt/sources.list",
      "apt2.example.com": "/etc/apt/sources.list.d/x.sources",
      "apt3.example.com:3142": "/etc/apt/sources.list.d/x.sources",
    },
  );
});

Deno.test("variables name registries too; another user's box gets those of the machine alone", async () => {
  const env = {
    PIP_INDEX_URL: "https://pip.example.com/simple",
    npm_config_registry: "https://npm.example.com/",
  };
  const files = {
    "/home/me/.npmrc": "@a:registry=https://${HOST}/\n",
    "/etc/pip.conf": "[global]\nindex-url: http://machine.example.com/\n",
  };
  assert.deepEqual(await found(files, { env: { ...env, HOST: "named.example.com" } }), {
    "npm.example.com": "your variable NPM_CONFIG_REGISTRY",
    "pip.example.com": "your variable PIP_INDEX_URL",
    "named.example.com": "your ~/.npmrc",
    "machine.example.com": "/etc/pip.conf",
  });
  const registries = await readRegistries({
    home: undefined,
    env: (name) => (env as Record<string, string>)[name],
    read: (path) => Promise.resolve((files as Record<string, string>)[path]),
    list: () => [],
  });
  assert.deepEqual(registries.map(({ rule }) => rule), ["machine.example.com"]);
});

Deno.test("T36: what is no address of a named host makes no rule", () => {
  for (
    const text of [
      "",
      "direct",
      "off",
      "https://10.0.0.1/",
      "https://[::1]/",
      "https://localhost:4873/",
      "https://x.localhost/",
      "https://host.kanibako/",
      "file:///srv/x",
      "ssh://git@example.com/x",
      "https://*/",
      "https://*.example.com/",
      "https://${HOST}/",
      "https://a b.example.com/",
    ]
  ) assert.equal(ruleOfAddress(text), undefined, text);
  assert.equal(ruleOfAddress(" https://user:pw@A.Example.com./x "), "a.example.com");
  assert.equal(ruleOfAddress("http://a.example.com:80/"), "a.example.com");
});
