import assert from "node:assert/strict";
import { ProjectFolder } from "./folder.ts";

const FILE = "agentkernel.toml";
const MIB = 2 ** 20;

/** Chooses in a project with such a file, for a command of no family. */
async function chosen(text: string, command = "./start", input = {}) {
  using project = new ProjectFolder({ [FILE]: text });
  return await project.choose(command, input);
}

Deno.test("agentkernel.toml: its image is taken before other files of the project, and after the command", async () => {
  using project = new ProjectFolder({ [FILE]: '[sandbox]\nbase_image = "python:3.11"\n', "go.mod": "" });
  const { image, standIn, family, why } = await project.choose("./start");
  assert.deepEqual([image, standIn, family], ["docker.io/library/python:3.11", "python", "python"]);
  assert.match(why[0]!, /agentkernel\.toml'? names it: base_image = "python:3\.11"/);
  const other = await project.choose("cargo build");
  assert.equal(other.image, "docker.io/library/rust:1.85-alpine");
  assert.match(
    other.why.join("\n"),
    /agentkernel\.toml'? does not decide about the image; what else it says applies/,
  );
});

Deno.test("agentkernel.toml: each runtime has its image, and base_image wins over it", async () => {
  const table = {
    base: ["docker.io/library/alpine:3.20", "min"],
    python: ["docker.io/library/python:3.12-alpine", "python"],
    node: ["docker.io/library/node:22-alpine", "node"],
    go: ["docker.io/library/golang:1.23-alpine", "go"],
    rust: ["docker.io/library/rust:1.85-alpine", "rust"],
    ruby: ["docker.io/library/ruby:3.3-alpine", "ruby"],
    java: ["docker.io/library/eclipse-temurin:21-alpine", "java"],
    c: ["docker.io/library/gcc:14-bookworm", "c-cpp"],
    dotnet: ["mcr.microsoft.com/dotnet/sdk:8.0", "dotnet"],
  };
  for (const [runtime, expected] of Object.entries(table)) {
    const { image, standIn } = await chosen(`[sandbox]\nruntime = "${runtime}"\n`);
    assert.deepEqual([image, standIn], expected, runtime);
  }
  const both = await chosen('[sandbox]\nruntime = "go"\nbase_image = "example.org/x/y:2"\n');
  assert.deepEqual([both.image, both.standIn], ["example.org/x/y:2", undefined]);
  const rig = await chosen('[sandbox]\nbase_image = "rust"\n');
  assert.deepEqual(
    [rig.image, rig.standIn],
    ["rust", undefined],
    "a rig of this program goes by its bare name",
  );
});

Deno.test("agentkernel.toml: a project cannot choose an image that was made on this machine, the user can", async () => {
  const text = '[sandbox]\nbase_image = "localhost/private:1"\n';
  await assert.rejects(chosen(text), { code: "config" });
  assert.equal(
    (await chosen(text, "./start", { image: "localhost/private:1" })).image,
    "localhost/private:1",
  );
  using other = new ProjectFolder({ [FILE]: text });
  const config = `${other.path}/${FILE}`;
  assert.equal((await other.choose("./start", { config })).image, "localhost/private:1");
});

Deno.test("agentkernel.toml: without an image the other files decide", async () => {
  using project = new ProjectFolder({ [FILE]: '[sandbox]\nname = "x"\n', "go.mod": "" });
  const { image, why } = await project.choose("./start");
  assert.equal(image, "docker.io/library/golang:1.23-alpine");
  assert.match(why.join("\n"), /these say nothing about a run: sandbox\.name/);
});

Deno.test("agentkernel.toml: what it takes away applies, whoever decides about the image", async () => {
  const text = `[resources]
vcpus = 1
memory_mb = 256
[security]
profile = "restrictive"
mount_cwd = false
[agent]
git_name = "A B"
git_email = "a@example.org"
`;
  for (
    const [command, input] of [["./start", {}], ["npm test", {}], ["./start", { image: "oci" }]] as const
  ) {
    const { settings, trusted, asks } = await chosen(text, command, input);
    assert.deepEqual(settings, {
      memoryBytes: 256 * MIB,
      cpus: 1,
      profile: "restrictive",
      network: "none",
      env: {
        GIT_AUTHOR_NAME: "A B",
        GIT_COMMITTER_NAME: "A B",
        GIT_AUTHOR_EMAIL: "a@example.org",
        GIT_COMMITTER_EMAIL: "a@example.org",
      },
      mountProject: false,
    }, command);
    assert.deepEqual([trusted, asks], [false, undefined]);
  }
});

Deno.test("agentkernel.toml: what it asks for beyond that waits for an approval of its content", async () => {
  const text = `[sandbox]
init_script = "apk add git"
[security]
profile = "permissive"
[network]
ports = ["8080:80"]
[secrets]
GITHUB_TOKEN = "api.github.com"
`;
  const { settings, asks } = await chosen(text);
  assert.deepEqual(settings, {}, "none of it");
  assert.deepEqual([...asks!.asked], [
    ["security.profile", "permissive"],
    ["sandbox.init_script", "apk add git"],
    ["network.ports", "8080:80"],
    ["secrets.GITHUB_TOKEN", "api.github.com"],
  ]);
  assert.deepEqual(asks!.settings, {
    profile: "permissive",
    initScript: "apk add git",
    ports: ["8080:80"],
    secrets: [{ name: "GITHUB_TOKEN", hosts: "api.github.com" }],
    network: "filtered",
    rules: { "api.github.com": "allow" },
  });
  const other = await chosen(`${text}# changed\n`);
  assert.notEqual(other.asks!.digest, asks!.digest);
});

Deno.test("agentkernel.toml: with a secret, the domains that are then reached are asked for, too", async () => {
  const domains = '[security.domains]\nallowlist_only = true\nallow = ["example.org"]\n';
  const { asks } = await chosen(`${domains}[secrets]\nTOKEN = "api.github.com"\n`);
  assert.deepEqual([...asks!.asked], [
    ["secrets.TOKEN", "api.github.com"],
    ["security.domains.allow", "example.org"],
  ]);
  assert.equal((await chosen(domains)).asks, undefined, "without one they only take away");
});

Deno.test("agentkernel.toml: named by the user, all of it applies at once", async () => {
  using project = new ProjectFolder({
    "other.toml":
      '[sandbox]\nbase_image = "ruby:3"\ninit_script = "true"\n[security]\nprofile = "permissive"\n[network]\nports = ["1:2"]\n',
    [FILE]: '[security]\nprofile = "restrictive"\n',
    "go.mod": "",
  });
  const config = `${project.path}/other.toml`;
  const { image, settings, trusted, asks } = await project.choose("cargo x", { config });
  assert.equal(image, "docker.io/library/ruby:3", "--config comes before the command");
  assert.deepEqual(settings, { profile: "permissive", initScript: "true", ports: ["1:2"] });
  assert.deepEqual([trusted, asks], [true, undefined]);
  await assert.rejects(project.choose("x", { config: `${project.path}/none.toml` }), { code: "no-config" });
  await assert.rejects(project.choose("x", { config: `${project.path}/no/x.toml` }), { code: "no-config" });
});

Deno.test("agentkernel.toml: a domain list is a filtered network with these names and no others", async () => {
  const lists = (more: string) => `[security.domains]\nallow = ["example.com", "*.example.org"]\n${more}`;
  const { settings } = await chosen(lists('block = ["x.example.org"]\nallowlist_only = true\n'));
  assert.deepEqual(settings, {
    network: "filtered",
    presets: [],
    rules: { "example.com": "allow", "*.example.org": "allow", "x.example.org": "refuse" },
  });
  const open = await chosen(lists(""));
  assert.deepEqual(open.settings, {});
  assert.match(open.notes[0]!, /no effect without allowlist_only/);
  await assert.rejects(chosen(lists('block = ["x.org"]\n')), { code: "config" });
  const off = await chosen(`${lists('block = ["x.org"]\n')}[security]\nnetwork = false\n`.replace(/^/, ""));
  assert.deepEqual(off.settings, { network: "none" }, "with no network there is nothing to block");
});

Deno.test("agentkernel.toml: a domain is a name, and no rule that says more", async () => {
  for (
    const name of ["host.kanibako", "127.0.0.1", "example.com:22", "@git", "GET example.com", "!x.org", "*"]
  ) {
    const text = `[security.domains]\nallow = [${JSON.stringify(name)}]\nallowlist_only = true\n`;
    await assert.rejects(chosen(text), /Cannot use/, name);
  }
});

Deno.test("agentkernel.toml: what cannot be kept is refused, and the nearest that can be is not", async () => {
  const refused: Readonly<Record<string, RegExp>> = {
    '[security]\nseccomp = "restrictive"': /security\.seccomp/,
    "[security]\nread_only = true": /security\.read_only/,
    '[build]\ndockerfile = "Dockerfile"': /a run builds no image/,
    '[security.commands]\nblock = ["start"]': /blocks it/,
    '[security.commands]\nallow = ["npm"]\nallowlist_only = true': /does not allow it/,
    '[secrets]\nTOKEN = "https://x.org"': /TOKEN/,
    '[secrets]\nTOKEN = "x.org, y.org"': /secrets\.TOKEN .* one host/,
    '[secrets]\n"A B" = "x.org"': /A B/,
    '[[files]]\nsource = "a"\ndest = "/x"': /there is no/,
  };
  for (const [text, message] of Object.entries(refused)) await assert.rejects(chosen(text), message, text);
  const taken = [
    '[security]\nseccomp = "default"',
    '[security]\nread_only = true\nprofile = "restrictive"',
    '[build]\ndockerfile = "Dockerfile"\n[sandbox]\nbase_image = "a:1"',
    '[security.commands]\nblock = ["npm"]',
    '[security.commands]\nallow = ["start"]\nallowlist_only = true',
  ];
  for (const text of taken) await chosen(text);
});

Deno.test("agentkernel.toml: a build is refused only where the file would decide about the image", async () => {
  const text = '[build]\ndockerfile = "Dockerfile"';
  assert.equal((await chosen(text, "./start", { image: "oci" })).image, "oci");
  assert.equal((await chosen(text, "npm test")).family, "node");
});

Deno.test("agentkernel.toml: an unknown key and a value that fits nowhere are errors that name it", async () => {
  const wrong: Readonly<Record<string, RegExp>> = {
    "[securty]\nprofile = 'restrictive'": /securty.*unknown key/,
    "[security]\nprofil = 'restrictive'": /security\.profil.*unknown key/,
    "[security]\nprofile = 'strictest'": /security\.profile/,
    "[security.domains]\nallowlistonly = true": /allowlistonly/,
    "[resources]\nmemory_mb = '512'": /resources\.memory_mb/,
    "[resources]\nvcpus = 0": /resources\.vcpus/,
    "[network]\nports = ['80']": /network\.ports/,
    "[[files]]\nsource='a'\ndest='/b'\nmode='4755'": /files\.0\.mode/,
    "[sandbox]\nname = 'a\\nb'\nbase_image = \"a\\nb\"": /base_image/,
    "[sandbox": /line 1/,
    [`a = ${"[".repeat(20_000)}`]: /Cannot read/,
  };
  for (const [text, message] of Object.entries(wrong)) {
    await assert.rejects(chosen(text), (error: Error) => {
      assert.match(error.message, message);
      assert.match(error.message, /agentkernel\.toml/);
      return true;
    });
  }
});

Deno.test("agentkernel.toml: what has no effect though one may count on it is said", async () => {
  const { notes } = await chosen(`[security]
network = true
profile = "restrictive"
mount_home = true
pass_env = true
commands = { block = ["curl"] }
[llm_keys]
"api.example.com" = "KEY"
[secrets]
TOKEN = "api.example.com"
`);
  for (const key of ["security.mount_home", "security.pass_env", "security.network", "llm_keys", "secrets"]) {
    assert.ok(notes.some((note) => note.startsWith(`${key} of`) && note.includes("has no effect")), key);
  }
  assert.ok(notes.some((note) => note.startsWith("security.commands of")));
  assert.deepEqual((await chosen("[security]\nnetwork = true\n")).notes, []);
});

Deno.test("agentkernel.toml: a link, a folder, and a file that is too large are refused", async () => {
  using project = new ProjectFolder({ real: "[sandbox]\n" });
  Deno.symlinkSync("real", `${project.path}/${FILE}`);
  await assert.rejects(project.choose("./start"), { code: "unsafe-tree" });
  Deno.removeSync(`${project.path}/${FILE}`);
  Deno.mkdirSync(`${project.path}/${FILE}`);
  await assert.rejects(project.choose("./start"), { code: "unsafe-tree" });
  Deno.removeSync(`${project.path}/${FILE}`);
  project.write(FILE, `# ${"x".repeat(300_000)}`);
  await assert.rejects(project.choose("./start"), { code: "too-large" });
  project.write(FILE, "[sandbox]\n");
  await project.choose("./start");
});

Deno.test("agentkernel.toml: its files are read beside it, and nowhere else", async () => {
  const files = (source: string, dest = "/srv/a", more = "") =>
    `[[files]]\nsource = ${JSON.stringify(source)}\ndest = ${JSON.stringify(dest)}\n${more}`;
  using project = new ProjectFolder({
    "a.txt": "content",
    [FILE]: files("./a.txt", "/srv/a", 'mode = "0755"'),
  });
  const { settings } = await project.choose("./start");
  assert.deepEqual(
    settings.files!.map(({ path, mode, content }) => [path, mode, new TextDecoder().decode(content)]),
    [
      ["/srv/a", 0o755, "content"],
    ],
  );
  Deno.symlinkSync("/etc/hostname", `${project.path}/link`);
  for (const source of ["../a.txt", "/etc/hostname", "link", "missing", "."]) {
    project.write(FILE, files(source));
    await assert.rejects(project.choose("./start"), Error, source);
  }
  const places = [
    "srv/a",
    "/srv/../etc/x",
    "/proc/self/mem",
    "/etc/passwd",
    "/etc/sudoers.d/x",
    "/root/.ssh/a",
    "/a//b",
    "/",
  ];
  for (const dest of places) {
    project.write(FILE, files("a.txt", dest));
    await assert.rejects(project.choose("./start"), { code: "config" }, dest);
  }
  project.write("big", "x".repeat(1024 * 1024));
  project.write(FILE, files("big"));
  await project.choose("./start");
  project.write(FILE, files("big") + files("a.txt", "/srv/b"));
  await assert.rejects(project.choose("./start"), { code: "too-large" });
});
