/**
 * The families of languages and tools: what they are known by, their public image, and the rig that stands in for it.
 *
 * The order counts: of several families whose files lie in a folder the first one is taken.
 *
 * @module
 */

import { parseImageName, qualified } from "../image_name.ts";

/** One family. */
export interface Family {
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** Files that show it, by their whole name. */
  readonly files: readonly string[];
  /** Ends of names that show it. */
  readonly endings: readonly string[];
  /** Programs of it. */
  readonly commands: readonly string[];
  /** Those of them that the public image does not have. */
  readonly lacks: readonly string[];
  /** The public image, in full. */
  readonly image: string;
  /** The rig that stands in for it. */
  readonly rig: string;
}

/** The image where nothing decides, and the rig that stands in for it. */
export const DEFAULT_IMAGE = "docker.io/library/alpine:3.20";
export const DEFAULT_RIG = "min";

/** All families, in their order. */
export const FAMILIES: readonly Family[] = [
  family("node", "JavaScript", "node:22-alpine", {
    files: "package.json package-lock.json yarn.lock pnpm-lock.yaml bun.lockb",
    commands: "node npm npx yarn pnpm bun tsx ts-node",
    lacks: "pnpm bun tsx ts-node",
  }),
  family("rust", "Rust", "rust:1.85-alpine", {
    files: "Cargo.toml Cargo.lock",
    commands: "cargo rustc rustup rustfmt clippy",
    lacks: "rustfmt",
  }),
  family("go", "Go", "golang:1.23-alpine", {
    files: "go.mod go.sum",
    commands: "go gofmt",
  }),
  family("python", "Python", "python:3.12-alpine", {
    files: "pyproject.toml requirements.txt setup.py setup.cfg Pipfile poetry.lock uv.lock",
    commands: "python python3 pip pip3 poetry uv pytest ruff",
    lacks: "poetry uv pytest ruff",
  }),
  family("ruby", "Ruby", "ruby:3.3-alpine", {
    files: "Gemfile Gemfile.lock",
    endings: ".gemspec",
    commands: "ruby gem bundle bundler rake rails",
  }),
  family("java", "Java", "eclipse-temurin:21-alpine", {
    files: "pom.xml build.gradle build.gradle.kts settings.gradle",
    commands: "java javac mvn gradle gradlew",
    lacks: "mvn gradle",
  }),
  family("kotlin", "Kotlin", "eclipse-temurin:21-alpine", { endings: ".kt", rig: "java" }),
  family("dotnet", ".NET", "mcr.microsoft.com/dotnet/sdk:8.0", {
    files: "global.json",
    endings: ".csproj .fsproj .sln",
    commands: "dotnet csc fsc",
  }),
  family("c-cpp", "C or C++", "gcc:14-bookworm", {
    files: "Makefile CMakeLists.txt configure",
    endings: ".c .cpp .h",
    commands: "gcc g++ clang clang++ make cmake cc",
    lacks: "clang clang++ cmake",
  }),
  family("php", "PHP", "php:8.3-alpine", {
    files: "composer.json composer.lock",
    endings: ".php",
    commands: "php composer",
    lacks: "composer",
  }),
  family("elixir", "Elixir", "elixir:1.16-alpine", {
    files: "mix.exs mix.lock",
    commands: "elixir mix iex",
  }),
  family("shell", "the shell", "alpine:3.20", {
    endings: ".sh",
    commands: "sh bash zsh ash",
    lacks: "bash zsh",
    rig: DEFAULT_RIG,
  }),
  family("lua", "Lua", "nickblah/lua:5.4-alpine", {
    files: ".luacheckrc",
    endings: ".lua",
    commands: "lua luajit luarocks",
    lacks: "luajit luarocks",
  }),
  family("terraform", "Terraform", "hashicorp/terraform:1.10", {
    files: "terraform.tfstate",
    endings: ".tf .tfvars",
    commands: "terraform",
  }),
];

const BY_COMMAND = new Map(FAMILIES.flatMap((one) => one.commands.map((command) => [command, one] as const)));

/** The family of a program. The whole word counts: `python3.12` is in no family. */
export function familyOfCommand(word: string): Family | undefined {
  return BY_COMMAND.get(word);
}

/** Programs that another rig has than that of their family. */
const OTHER_RIGS: Readonly<Record<string, string>> = {
  bun: "js",
  tsx: "js",
  "ts-node": "js",
  // The smallest rig has the two usual shells, and no others.
  zsh: "shell",
  ash: "shell",
};

/** The rig that stands in where this program is to run. */
export function rigFor(family: Family, command: string): string {
  return Object.hasOwn(OTHER_RIGS, command) ? OTHER_RIGS[command]! : family.rig;
}

/** The family whose public image has this repository, whatever its tag. */
export function familyOfImage(reference: string): Family | undefined {
  const wanted = repository(reference);
  return wanted === undefined ? undefined : FAMILIES.find(({ image }) => repository(image) === wanted);
}

/** The family of that name. */
export function familyNamed(name: string): Family | undefined {
  return FAMILIES.find((one) => one.name === name);
}

function repository(reference: string): string | undefined {
  const name = parseImageName(qualified(reference));
  return name && `${name.registry}/${name.repository}`;
}

interface Words {
  readonly files?: string;
  readonly endings?: string;
  readonly commands?: string;
  readonly lacks?: string;
  readonly rig?: string;
}

function family(name: string, title: string, image: string, words: Words): Family {
  const { files, endings, commands, lacks, rig = name } = words;
  const list = (text = "") => text.split(" ").filter((word) => word !== "");
  return {
    name,
    title,
    files: list(files),
    endings: list(endings),
    commands: list(commands),
    lacks: list(lacks),
    image: qualified(image),
    rig,
  };
}
