import assert from "node:assert/strict";
import { openTree } from "../../../lib/host/tree/tree.ts";
import { familiesIn } from "../../../lib/rig/choose/scan.ts";
import { ProjectFolder } from "./folder.ts";

const ALPINE = "docker.io/library/alpine:3.20";
const NODE = "docker.io/library/node:22-alpine";
const RUST = "docker.io/library/rust:1.85-alpine";
const GO = "docker.io/library/golang:1.23-alpine";
const PYTHON = "docker.io/library/python:3.12-alpine";
const RUBY = "docker.io/library/ruby:3.3-alpine";
const JAVA = "docker.io/library/eclipse-temurin:21-alpine";
const DOTNET = "mcr.microsoft.com/dotnet/sdk:8.0";
const GCC = "docker.io/library/gcc:14-bookworm";
const PHP = "docker.io/library/php:8.3-alpine";
const ELIXIR = "docker.io/library/elixir:1.16-alpine";
const LUA = "docker.io/nickblah/lua:5.4-alpine";
const TERRAFORM = "docker.io/hashicorp/terraform:1.10";

Deno.test("chooseImage: a command decides by its program's name, whatever lies in the folder", async (t) => {
  using project = new ProjectFolder({ "package.json": "{}" });
  const table: Readonly<Record<string, string>> = {
    "node npm npx yarn": NODE,
    "cargo rustc rustup clippy": RUST,
    "go gofmt": GO,
    "python python3 pip pip3": PYTHON,
    "ruby gem bundle bundler rake rails": RUBY,
    "java javac gradlew": JAVA,
    "dotnet csc fsc": DOTNET,
    "gcc g++ make cc": GCC,
    "php": PHP,
    "elixir mix iex": ELIXIR,
    "sh ash": ALPINE,
    "lua": LUA,
    "terraform": TERRAFORM,
  };
  for (const [commands, image] of Object.entries(table)) {
    await t.step(commands, async () => {
      for (const command of commands.split(" ")) {
        for (const argv of [command, `/usr/bin/${command} -x`, `./${command}`]) {
          assert.equal((await project.choose(argv)).image, image, argv);
        }
      }
    });
  }
});

Deno.test("chooseImage: only the whole name of a program counts", async () => {
  using project = new ProjectFolder();
  for (const command of ["python3.12", "Node", "nodejs", "goo", "constructor", "__proto__", ""]) {
    assert.equal((await project.choose(command)).image, ALPINE, command);
  }
});

Deno.test("chooseImage: a rig is taken first where the public image lacks the program", async () => {
  using project = new ProjectFolder();
  const table = {
    pnpm: "node",
    bun: "js",
    pytest: "python",
    poetry: "python",
    mvn: "java",
    gradle: "java",
    composer: "php",
    cmake: "c-cpp",
    "clang++": "c-cpp",
    bash: "min",
    zsh: "shell",
    rustfmt: "rust",
  };
  for (const [command, rig] of Object.entries(table)) {
    const { image, standIn, why } = await project.choose(command);
    assert.deepEqual([image, standIn], [rig, undefined], command);
    assert.match(
      why[1]!,
      new RegExp(`does not have ${command.replaceAll("+", "\\+")}, so the rig ${rig} is taken`),
    );
  }
});

Deno.test("chooseImage: files of the folder decide where the command does not", async (t) => {
  const table: Readonly<Record<string, string>> = {
    "package.json package-lock.json yarn.lock pnpm-lock.yaml bun.lockb": NODE,
    "Cargo.toml Cargo.lock": RUST,
    "go.mod go.sum": GO,
    "pyproject.toml requirements.txt setup.py setup.cfg Pipfile poetry.lock uv.lock": PYTHON,
    "Gemfile Gemfile.lock any.gemspec": RUBY,
    "pom.xml build.gradle build.gradle.kts settings.gradle Main.kt": JAVA,
    "a.csproj a.fsproj a.sln global.json": DOTNET,
    "Makefile CMakeLists.txt configure a.c a.cpp a.h": GCC,
    "composer.json composer.lock index.php": PHP,
    "mix.exs mix.lock": ELIXIR,
    "build.sh": ALPINE,
    "init.lua .luacheckrc": LUA,
    "main.tf x.tfvars terraform.tfstate": TERRAFORM,
    "README.md makefile package.json5 .sh a.shx": ALPINE,
  };
  for (const [files, image] of Object.entries(table)) {
    await t.step(files, async () => {
      for (const file of files.split(" ")) {
        using project = new ProjectFolder({ [file]: "" });
        assert.equal((await project.choose("./start")).image, image, file);
      }
    });
  }
});

Deno.test("chooseImage: of several families the first of the order is taken, and the others are said", async () => {
  using project = new ProjectFolder({ "a.sh": "", "go.mod": "", "Cargo.toml": "" });
  const { image, standIn, family, why } = await project.choose("./start");
  assert.deepEqual([image, standIn, family], [RUST, "rust", "rust"]);
  assert.match(why.join("\n"), /'?Cargo\.toml'?: Rust/);
  assert.match(
    why.join("\n"),
    /It also shows Go \('?go\.mod'?\) and the shell \('?a\.sh'?\), which come later/,
  );
  project.write("package.json", "{}");
  assert.deepEqual((await project.choose("./start")).standIn, "node");
  project.write("setup.py", "");
  const both = await project.choose("./start");
  assert.deepEqual([both.image, both.standIn], [NODE, "fullstack"], "one rig has both");
});

Deno.test("chooseImage: names decide: a folder is no such file, and nothing is opened", async () => {
  using project = new ProjectFolder();
  Deno.mkdirSync(`${project.path}/package.json`);
  Deno.mkdirSync(`${project.path}/lib.tf`);
  assert.equal((await project.choose("./start")).image, ALPINE);
  Deno.symlinkSync("/nowhere", `${project.path}/Cargo.toml`);
  assert.equal((await project.choose("./start")).image, RUST);
});

Deno.test("familiesIn: a file counts by its whole name in a folder of very many", () => {
  using project = new ProjectFolder({ a: "", b: "", c: "", "mix.exs": "", "go.mod": "" });
  using folder = openTree(project.path);
  assert.deepEqual(familiesIn(folder, 2).map(({ file }) => file), ["go.mod", "mix.exs"]);
});

Deno.test("chooseImage: the Procfile is the last to be asked", async () => {
  using project = new ProjectFolder({
    Procfile:
      "# web: php x\nrelease:\nnothing here\nworker: ./bin/work\n  web: bundle exec puma\nx: go run .\n",
  });
  const { image, standIn, why } = await project.choose("./start");
  assert.deepEqual([image, standIn], [RUBY, "ruby"]);
  assert.match(why[0]!, /Procfile starts '?bundle'? for '?web'?: Ruby/);
  project.write("go.mod", "");
  assert.equal((await project.choose("./start")).image, GO);
});

Deno.test("chooseImage: a Procfile that is a link or too large is passed over, one that is neither is not", async () => {
  using project = new ProjectFolder({ real: "web: php x\n" });
  Deno.symlinkSync("real", `${project.path}/Procfile`);
  assert.equal((await project.choose("./start")).image, ALPINE);
  Deno.removeSync(`${project.path}/Procfile`);
  project.write("Procfile", `web: php x\n${"#".repeat(70_000)}`);
  assert.equal((await project.choose("./start")).image, ALPINE);
  project.write("Procfile", "web: php x\n");
  assert.equal((await project.choose("./start")).image, PHP);
});

Deno.test("chooseImage: the default, where nothing decides and where the folder is not to be looked at", async () => {
  using project = new ProjectFolder({ "package.json": "{}", "agentkernel.toml": "nonsense" });
  for (const input of [{ folder: undefined }, { folder: undefined, argv: [] }]) {
    const { image, standIn, family, why } = await project.choose("./start", input);
    assert.deepEqual([image, standIn, family], [ALPINE, "min", undefined]);
    assert.match(why[0]!, /the default\.$/);
  }
});

Deno.test("chooseImage: --image wins over all else, and what cannot be an image is refused", async () => {
  using project = new ProjectFolder({
    "package.json": "{}",
    "agentkernel.toml": '[sandbox]\nbase_image = "x:1"',
  });
  const { image, standIn, why } = await project.choose("npm test", {
    image: "example.org/a/b:1",
    template: "rust",
  });
  assert.deepEqual([image, standIn], ["example.org/a/b:1", undefined]);
  assert.match(why[0]!, /--image/);
  for (const bad of ["-v", "a b", "", "/etc", "dir:/x", "A"]) {
    await assert.rejects(project.choose("npm test", { image: bad }), { code: "bad-rig" }, bad);
  }
});
