import assert from "node:assert/strict";
import { run } from "../../lib/host/process.ts";
import { identify, self } from "../../lib/host/self.ts";
import { version } from "../../lib/host/version.ts";

const here = {
  module: "file:///src/kanibako/lib/host/self.ts",
  main: "file:///src/kanibako/cli.ts",
  standalone: false,
  executable: "/usr/bin/deno",
};

Deno.test("self() of a source tree runs its cli.ts with its own configuration", () => {
  const me = identify(here);
  assert.equal(me.form, "source");
  assert.equal(me.command[0], "/usr/bin/deno");
  assert.equal(me.command.at(-1), "/src/kanibako/cli.ts");
  assert.ok(me.command.includes("--config=/src/kanibako/deno.json"));
});

Deno.test("self() decodes a path with spaces and signs", () => {
  const me = identify({ ...here, module: "file:///my%20src/100%25/lib/host/self.ts" });
  assert.equal(me.command.at(-1), "/my src/100%/cli.ts");
});

Deno.test("self() of a program imported from an address runs that address", () => {
  const me = identify({
    ...here,
    module: "https://example.org/kanibako/lib/host/self.ts",
    main: "file:///x.ts",
  });
  assert.equal(me.command.at(-1), "https://example.org/kanibako/cli.ts");
});

Deno.test("self() of a bundle mounts its folder and its launcher, and nothing else", async () => {
  const at = { module: "file:///cache/bin/1/chunk-A.js", main: "file:///cache/bin/1/cli.js" };
  const me = identify({ ...here, ...at, executable: "/cache/bin/1/deno" });
  assert.equal(me.form, "portable");
  assert.equal(me.command.at(-1), "/cache/bin/1/cli.js");
  assert.ok(me.command.includes("--no-config"), "a deno.json beside the bundle must have no say");
  assert.deepEqual(await me.mounts("/bin/kanibako"), [
    { source: "/cache/bin/1", destination: "/opt/kanibako" },
    { source: "/cache/bin/1/box-launcher", destination: "/bin/kanibako" },
  ]);
});

Deno.test("self() of a package of npm mounts the runtime of its other package over the empty file", async () => {
  const folder = "/usr/lib/node_modules";
  const at = {
    module: `file://${folder}/kanibako/program/a.js`,
    main: `file://${folder}/kanibako/program/cli.js`,
  };
  const deno = `${folder}/@deno/linux-x64-glibc/deno`;
  const me = identify({ ...here, ...at, executable: deno });
  assert.deepEqual([me.form, me.command[0], me.command.at(-1)], [
    "portable",
    deno,
    `${folder}/kanibako/program/cli.js`,
  ]);
  assert.deepEqual((await me.mounts("/bin/kanibako")).at(-1), {
    source: deno,
    destination: "/opt/kanibako/deno",
  });
});

Deno.test("self() of a compiled program is the executable alone", async () => {
  const at = {
    module: "file:///tmp/deno-compile-kanibako/chunk.js",
    main: "file:///tmp/deno-compile-kanibako/cli.js",
  };
  const me = identify({ ...at, standalone: true, executable: "/usr/bin/kanibako" });
  assert.equal(me.form, "compiled");
  assert.deepEqual(me.command, ["/usr/bin/kanibako"]);
  assert.deepEqual(await me.mounts("/bin/kanibako"), [
    { source: "/usr/bin/kanibako", destination: "/bin/kanibako" },
  ]);
});

Deno.test("self() runs every form small by V8's flags, and keeps it from the compiled code of the others", () => {
  const small = /--lite-mode,--single-threaded/;
  for (const module of [here.module, "file:///cache/bin/1/chunk-A.js"]) {
    const { command, small: { command: words, env } } = identify({ ...here, module });
    assert.match(words.join(" "), small);
    assert.ok(words.includes("--no-code-cache"));
    assert.equal(words.at(-1), command.at(-1), "the program comes last: its arguments follow");
    assert.equal(env["DENO_V8_FLAGS"], undefined);
    assert.doesNotMatch(command.join(" "), small);
  }
  const compiled = identify({ ...here, main: "file:///tmp/x/cli.js", standalone: true, executable: "/k" });
  assert.deepEqual(compiled.small.command, ["/k"]);
  assert.match(compiled.small.env["DENO_V8_FLAGS"]!, small);
  assert.deepEqual(compiled.env, {});
});

Deno.test("self() small runs this program", async () => {
  const { small } = await self();
  const result = await run([...small.command, "--version"], { env: { ...small.env } });
  assert.equal(result.stderr, "");
  assert.equal(result.stdout, `kanibako ${version}\n`);
});

Deno.test("self() here is the source tree", async () => {
  assert.equal((await self()).form, "source");
});

Deno.test("version is a semantic version", () => {
  assert.match(version, /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/);
});
