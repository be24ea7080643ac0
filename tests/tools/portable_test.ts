import assert from "node:assert/strict";
import { run } from "../../lib/host/process.ts";
import { pack } from "../../tools/build/portable.ts";

/** Stands in for `deno`: shows how it was called. */
const RUNTIME =
  '#!/bin/sh\nwhile [ "$1" != -- ] && [ "${1##*/}" != cli.js ]; do shift; done\nprintf "<%s>" "$@"\n';

async function program(): Promise<{ folder: string; file: string; cache: string } & AsyncDisposable> {
  const folder = await Deno.makeTempDir({ prefix: "kanibako test " });
  await Deno.mkdir(`${folder}/bundle`);
  await Deno.writeTextFile(`${folder}/bundle/cli.js`, "");
  await Deno.writeTextFile(`${folder}/bundle/box-launcher`, "#!/bin/sh\n", { mode: 0o755 });
  await Deno.writeTextFile(`${folder}/runtime`, RUNTIME, { mode: 0o755 });
  const file = `${folder}/my program`;
  await pack(`${folder}/bundle`, file, "1.2.3", `${folder}/runtime`);
  return {
    folder,
    file,
    cache: `${folder}/cache`,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

function call(file: string, cache: string, ...args: string[]) {
  return run([file, ...args], { env: { XDG_CACHE_HOME: cache } });
}

function shown(stdout: string): string {
  return stdout.replace(/^<[^>]*cli\.js>/, "");
}

async function folders(cache: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(`${cache}/kanibako/bin`))).map((entry) => entry.name).sort();
}

Deno.test("the portable program hands its arguments on untouched, at the first run and later", async () => {
  await using made = await program();
  for (let time = 0; time < 2; time++) {
    const result = await call(made.file, made.cache, "a  b", "", "$HOME", "'", "-v");
    assert.equal(result.stderr, "");
    assert.equal(shown(result.stdout), "<a  b><><$HOME><'><-v>");
  }
});

Deno.test("the portable program started in a folder that was deleted says so", async () => {
  await using made = await program();
  const gone = `${made.folder}/gone`;
  const inFolder = (then: string) =>
    run(["sh", "-c", `mkdir "$1" && cd "$1" && ${then} && exec "$2"`, "sh", gone, made.file], {
      env: { XDG_CACHE_HOME: made.cache },
    });
  for (let time = 0; time < 2; time++) {
    const result = await inFolder('rmdir "$1"');
    assert.equal(result.code, 1);
    assert.match(result.stderr, /^kanibako: The current folder does not exist any more\.$/m);
    assert.equal((await inFolder("true")).code, 0);
    await Deno.remove(gone);
  }
});

Deno.test("the portable program unpacks into a folder only its user may enter, readable inside", async () => {
  await using made = await program();
  await call(made.file, made.cache);
  const mode = async (path: string) => ((await Deno.stat(path)).mode ?? 0) & 0o777;
  assert.equal(await mode(`${made.cache}/kanibako/bin`), 0o700);
  const [version] = await folders(made.cache);
  assert.equal(await mode(`${made.cache}/kanibako/bin/${version}`), 0o755);
  assert.equal(await mode(`${made.cache}/kanibako/bin/${version}/deno`), 0o755);
  assert.equal(await mode(`${made.cache}/kanibako/bin/${version}/cli.js`), 0o644);
});

Deno.test("the portable program started many times at once unpacks one whole copy", async () => {
  await using made = await program();
  const results = await Promise.all(Array.from({ length: 8 }, (_, n) => call(made.file, made.cache, `${n}`)));
  results.forEach((result, n) => {
    assert.equal(result.code, 0, result.stderr);
    assert.equal(shown(result.stdout), `<${n}>`);
  });
  assert.equal((await folders(made.cache)).length, 2, "the program and its runtime, nothing left over");
});

Deno.test("the portable program repairs a copy that lost a file", async () => {
  await using made = await program();
  await call(made.file, made.cache);
  const [version] = await folders(made.cache);
  await Deno.remove(`${made.cache}/kanibako/bin/${version}/deno`);
  assert.equal(shown((await call(made.file, made.cache, "x")).stdout), "<x>");
  await Deno.remove(`${made.cache}/kanibako/bin/${version}/cli.js`);
  assert.equal(shown((await call(made.file, made.cache, "x")).stdout), "<x>");
  assert.ok((await Deno.stat(`${made.cache}/kanibako/bin/${version}/cli.js`)).isFile);
});

Deno.test("the portable program refuses a folder that others may write", async () => {
  await using made = await program();
  await Deno.mkdir(`${made.cache}/kanibako/bin`, { recursive: true });
  await Deno.chmod(`${made.cache}/kanibako/bin`, 0o777);
  const refused = await call(made.file, made.cache);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /open to other users/);
  await Deno.chmod(`${made.cache}/kanibako/bin`, 0o700);
  assert.equal((await call(made.file, made.cache)).code, 0);
});

Deno.test("the portable program that was cut short says so and leaves nothing behind", async () => {
  await using made = await program();
  await Deno.truncate(made.file, (await Deno.stat(made.file)).size - 20);
  const result = await call(made.file, made.cache);
  assert.equal(result.code, 1);
  assert.match(result.stderr, /Cannot unpack/);
  assert.deepEqual(await folders(made.cache), []);
});

Deno.test("the portable program without a home and a cache folder says what to set", async () => {
  await using made = await program();
  const result = await run([made.file], { env: { HOME: undefined, XDG_CACHE_HOME: undefined } });
  assert.equal(result.code, 1);
  assert.match(result.stderr, /XDG_CACHE_HOME/);
});
