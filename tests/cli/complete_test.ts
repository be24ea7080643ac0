import assert from "node:assert/strict";
import { complete } from "../../lib/commands/complete.ts";

const projects = ["api", "app", "start-page"];
const words = (...typed: string[]) => complete(typed, projects).map(({ word }) => word);

Deno.test("complete: a first word is a command, a group or a project", () => {
  assert.deepEqual(words("st"), ["start", "stop", "start-page"]);
  assert.ok(words("").includes("api"));
  assert.ok(!words("").includes("internal"));
});

Deno.test("complete: a first option is one of start, or --version", () => {
  assert.deepEqual(words("--eph"), ["--ephemeral"]);
  assert.deepEqual(words("--ver"), ["--version"]);
});

Deno.test("complete: a group's second word is one of its commands, also by the group's alias", () => {
  assert.deepEqual(words("rig", "pr"), ["prep", "prune"]);
  assert.deepEqual(words("image", "pr"), ["prep", "prune"]);
});

Deno.test("complete: a word that stands for a project is completed with names", () => {
  assert.deepEqual(words("start", "ap"), ["api", "app"]);
  assert.deepEqual(words("box", "shell", "ap"), ["api", "app"]);
  assert.deepEqual(words("rm", "ap"), ["api", "app"]);
  assert.deepEqual(words("-v", "stop", "ap"), ["api", "app"]);
  assert.deepEqual(words("start", "-p", "ap"), ["api", "app"]);
  assert.deepEqual(words("start", "-N", "--image", "x", "ap"), ["api", "app"]);
});

Deno.test("complete: the name of a secret", () => {
  const names = (...typed: string[]) =>
    complete(typed, projects, [], ["TOKEN", "KEY"]).map(({ word }) => word);
  assert.deepEqual(names("secret", "get", ""), ["TOKEN", "KEY"]);
  assert.deepEqual(names("secret", "rm", "T"), ["TOKEN"]);
  assert.deepEqual(names("secret", "set", "K"), ["KEY"]);
  assert.deepEqual(names("start", "--secret", "T"), ["TOKEN:"]);
  assert.deepEqual(names("shell", "--secret=K"), ["--secret=KEY:"]);
  assert.deepEqual(names("start", "--secret-file", ""), ["TOKEN", "KEY"]);
  assert.deepEqual(names("box", "config", "secret.T"), ["secret.TOKEN="]);
  assert.deepEqual(names("workset", "config", "default", "secret_file.K"), ["secret_file.KEY="]);
});

Deno.test("complete: only one project is offered", () => {
  assert.deepEqual(words("start", "api", "ap"), []);
});

Deno.test("complete: options and their values", () => {
  assert.deepEqual(words("shell", "--secu"), ["--security"]);
  assert.deepEqual(words("shell", "--security", ""), [
    "permissive",
    "standard",
    "moderate",
    "strict",
    "restrictive",
    "paranoid",
    "nested",
    "minimal",
  ]);
  assert.deepEqual(words("shell", "--security=st"), ["--security=standard", "--security=strict"]);
  assert.deepEqual(words("start", "--bro"), ["--browser"]);
  assert.deepEqual(words("completions", ""), ["bash", "zsh", "fish"]);
});

Deno.test("complete: nothing is offered where anything may follow", () => {
  assert.deepEqual(words("shell", "--", "a"), []);
  assert.deepEqual(words("start", "--image", "a"), []);
  assert.deepEqual(words("nonsense", "more", ""), []);
  assert.deepEqual(words("box", "nonsense", ""), []);
});

Deno.test("complete: worksets, and the projects of the one that is named", () => {
  const typed = (...line: string[]) =>
    complete(line, ["app", "client/web", "client/api", "other/web"], ["client", "other"]).map(({ word }) =>
      word
    );
  assert.deepEqual(typed("workset", "info", ""), ["client", "other"]);
  assert.deepEqual(typed("workset", "connect", "cl"), ["client"]);
  assert.deepEqual(typed("workset", "connect", "client", "ap"), ["app"]);
  assert.deepEqual(typed("workset", "disconnect", "client", ""), ["web", "api"]);
  assert.deepEqual(typed("workset", "disconnect", "--force", "other", "w"), ["web"]);
  assert.deepEqual(typed("start", "client/"), ["client/web", "client/api"]);
});

Deno.test("complete: config offers projects and settings, then the values of a setting", () => {
  assert.deepEqual(words("box", "config", "ap"), ["api", "app"]);
  assert.deepEqual(words("box", "config", "memo"), ["memory"]);
  assert.deepEqual(words("box", "config", "net").slice(0, 1), ["network"]);
  assert.ok(words("box", "config", "net").includes("network.rule."));
  assert.deepEqual(words("box", "config", "api", "start_"), ["start_mode"]);
  assert.deepEqual(words("box", "config", "network="), ["network=none", "network=filtered", "network=open"]);
  assert.deepEqual(words("system", "config", "paths.sh"), ["paths.shared"]);
  assert.deepEqual(words("workset", "config", "w", "auth="), [
    "auth=shared",
    "auth=distinct",
    "auth=guarded",
  ]);
  assert.deepEqual(words("box", "config", "paths.sh"), []);
  assert.deepEqual(words("start", "net"), []);
});
