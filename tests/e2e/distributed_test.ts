// The program as it reaches people: as a package of npm, and as a file that replaces itself by a newer release.

import assert from "node:assert/strict";
import { previousPlace, Publisher } from "../support/release.ts";
import { findExecutable } from "../../lib/host/process.ts";
import { version } from "../../lib/host/version.ts";
import { writePackage } from "../../tools/npm.ts";
import { engine, program, until, User } from "../support/program.ts";

const npm = findExecutable("npm");

Deno.test({
  name: "the package of npm installs into an empty folder, runs, and is the program in its boxes" +
    (!npm ? " (npm is not here)" : engine === "docker" ? " (once, with podman)" : ""),
  ignore: !npm || engine === "docker",
  fn: async () => {
    await using user = await User.make();
    const made = `${user.home}/made`;
    await writePackage(made);
    const install = `${user.home}/install`;
    await Deno.mkdir(install);
    await Deno.writeTextFile(`${install}/package.json`, "{}");
    const call = async (cwd: string, ...words: string[]) => {
      const outcome = await user.call(words, { cwd });
      assert.equal(outcome.code, 0, `${words.join(" ")}: ${outcome.stderr}`);
      return outcome.stdout;
    };
    const packed = (await call(made, npm!, "pack", "--silent", "--offline")).trim().split("\n").at(-1)!;
    // Without the runtime's package, which is fetched from a registry.
    await call(
      install,
      npm!,
      "install",
      "--offline",
      "--omit=optional",
      "--no-audit",
      "--no-fund",
      `${made}/${packed}`,
    );
    const bin = `${install}/node_modules/.bin/kanibako`;
    const without = await user.call([bin, "--version"]);
    assert.equal(without.code, 126);
    assert.match(without.stderr, /runtime .* is not installed/);
    // As npm puts it there.
    const runtime = `${install}/node_modules/@deno/linux-x64-glibc`;
    await Deno.mkdir(runtime, { recursive: true });
    await Deno.copyFile(Deno.execPath(), `${runtime}/deno`);
    assert.equal(await call("/", bin, "--version"), `kanibako ${version}\n`);
    assert.match(
      (await user.call([bin, "system", "upgrade"])).stderr,
      /npm install --global kanibako@latest/,
    );
    const cwd = await user.folder();
    assert.equal(await call(cwd, bin, "shell", "--", "kanibako", "--version"), `kanibako ${version}\n`);
  },
});

Deno.test({
  name: "a program that is one file upgrades itself from a release feed over HTTP, and goes back" +
    (program.length > 1 ? " (there is no built program)" : ""),
  ignore: program.length > 1,
  fn: async () => {
    await using user = await User.make();
    await using publisher = await Publisher.make();
    await Deno.mkdir(`${user.home}/bin`);
    const file = `${user.home}/bin/kanibako`;
    await Deno.copyFile(program[0]!, file);
    await user.configure(...publisher.config.trim().split("\n"));
    // By a link, as people put it on their PATH.
    await Deno.symlink(file, `${user.home}/kanibako`);
    const call = (...words: string[]) => user.call([`${user.home}/kanibako`, "system", "upgrade", ...words]);
    const head = new TextDecoder().decode((await Deno.readFile(file)).subarray(0, 9));
    const form = head === "#!/bin/sh" ? "portable" : "compiled";
    await publisher.publish("99.0.0", { form });
    const check = await call("--check");
    assert.match(check.stdout, /This is kanibako .*\nVersion 99\.0\.0 of .* is available\.\n/, check.stderr);
    const done = await call();
    assert.equal(done.code, 0, done.stderr);
    assert.equal((await user.call([file, "--version"])).stdout, "kanibako 99.0.0\n");
    assert.equal((await Deno.lstat(`${user.home}/kanibako`)).isSymlink, true);
    assert.equal((await user.call([previousPlace(file), "--version"])).stdout, `kanibako ${version}\n`);
    const json = await user.call([previousPlace(file), "system", "upgrade", "--json"]);
    assert.equal(JSON.parse(json.stdout).newer, true);
    const back = await user.call([previousPlace(file), "system", "upgrade", "--rollback"]);
    assert.match(back.stderr, /no earlier program/);
  },
});

Deno.test({
  name: "an upgrade that is killed leaves the program as it was, and the next one finds nothing in its way" +
    (program.length > 1 ? " (there is no built program)" : ""),
  ignore: program.length > 1,
  fn: async () => {
    await using user = await User.make();
    await using publisher = await Publisher.make();
    const folder = `${user.home}/bin`;
    await Deno.mkdir(folder);
    const file = `${folder}/kanibako`;
    await Deno.copyFile(program[0]!, file);
    await user.configure(...publisher.config.trim().split("\n"));
    const head = new TextDecoder().decode((await Deno.readFile(file)).subarray(0, 9));
    const form = head === "#!/bin/sh" ? "portable" : "compiled";
    await publisher.publish("99.0.0", { form });
    const names = () => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    const slow = publisher.stall();
    const call = user.spawn([file, "system", "upgrade"]);
    await until(() => Promise.resolve(names().some((name) => name.startsWith(".kanibako.new-"))));
    await slow.begun;
    call.kill("SIGKILL");
    await call.ended;
    slow.end();
    assert.equal((await user.call([file, "--version"])).stdout, `kanibako ${version}\n`);
    const done = await user.call([file, "system", "upgrade"]);
    assert.equal(done.code, 0, done.stderr);
    assert.deepEqual(names(), [".kanibako.previous", "kanibako"]);
    assert.equal((await user.call([file, "--version"])).stdout, "kanibako 99.0.0\n");
  },
});
