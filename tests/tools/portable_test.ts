import assert from "node:assert/strict";
import { run } from "../../lib/host/process.ts";
import { pack } from "../../tools/build/portable.ts";

/** Stands in for `deno`: shows where it was started. */
const WHERE = '#!/bin/sh\necho "$PWD ${KANIBAKO_FOLDER_GONE-}"\n';

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

/** The package of npm in `folder`, with a runtime that shows where it was started. Answers what is called. */
async function npmPackage(folder: string): Promise<string> {
  const root = `${folder}/kanibako`;
  const runtime = `${root}/node_modules/@deno/linux-x64-glibc`;
  await Deno.mkdir(`${root}/bin`, { recursive: true });
  await Deno.mkdir(runtime, { recursive: true });
  const launcher = await Deno.readTextFile(new URL("../../tools/build/npm_launcher.sh", import.meta.url));
  await Deno.writeTextFile(`${root}/bin/kanibako`, launcher.replace("@RUN_FLAGS@", ""), { mode: 0o755 });
  await Deno.writeTextFile(`${runtime}/deno`, WHERE, { mode: 0o755 });
  return `${root}/bin/kanibako`;
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

Deno.test("D5, C29: the program as a file or from npm starts in another folder where the current one was deleted, and knows of it", async () => {
  await using made = await program();
  await Deno.writeTextFile(`${made.folder}/runtime`, WHERE);
  await pack(`${made.folder}/bundle`, made.file, "1.2.4", `${made.folder}/runtime`);
  const gone = `${made.folder}/gone`;
  // The file twice: it is unpacked at first.
  for (const file of [made.file, made.file, await npmPackage(made.folder)]) {
    const inFolder = (then: string) =>
      run(["sh", "-c", `mkdir "$1" && cd "$1" && ${then} && exec "$2"`, "sh", gone, file], {
        env: { XDG_CACHE_HOME: made.cache },
      });
    // Also where another folder has taken its path.
    for (const then of ['rmdir "$1"', 'mv "$1" "$1.old" && rmdir "$1.old" && mkdir "$1"']) {
      const result = await inFolder(then);
      assert.equal(result.stdout, "/ 1\n", result.stderr);
      await Deno.remove(gone).catch(() => {});
    }
    assert.equal((await inFolder("true")).stdout, `${gone} \n`);
    await Deno.remove(gone);
  }
});

Deno.test("C54: the portable program says what is wrong with HOME, and makes nothing in that of another user", async () => {
  await using made = await program();
  for (const HOME of [undefined, "", "relative"]) {
    const { code, stderr } = await run([made.file], { env: { HOME, XDG_CACHE_HOME: undefined } });
    assert.equal(code, 1);
    assert.match(stderr, /HOME is not set to an absolute path\.\n.*Set HOME to your home directory/);
  }
  if (Deno.uid() !== 0) return console.log("  (no test of sudo: this needs root)");
  const home = `${made.folder}/ann`;
  await Deno.mkdir(home);
  await Deno.chown(home, 65534, 65534);
  for (const file of [made.file, await npmPackage(made.folder)]) {
    const sudo = await run([file], { env: { HOME: home, SUDO_UID: "65534", XDG_CACHE_HOME: undefined } });
    assert.equal(sudo.code, 1);
    assert.match(sudo.stderr, /belongs to another user, and this is root\.\n.*without sudo/);
    assert.deepEqual([...Deno.readDirSync(home)], []);
  }
  const own = await run([made.file], { env: { HOME: home, XDG_CACHE_HOME: made.cache } });
  assert.equal(own.code, 0, own.stderr);
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
