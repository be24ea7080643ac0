// The scripts of docs/deploy. What they do on a machine is seen with --plan, with a stand-in for kanibako, and in tests/e2e.

import assert from "node:assert/strict";
import { parse } from "yaml";
import { findExecutable } from "../../lib/host/process.ts";

const root = decodeURIComponent(new URL("../../docs/deploy/", import.meta.url).pathname);
const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILlp28qaYIiRog75gVYNSl9RY/yymmNRcuMHXYCDYwcU me@laptop";

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function script(name: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const { code, stdout, stderr } = await new Deno.Command("sh", {
    args: [`${root}${name}`, ...args],
    env,
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** A home with a key, and a program called kanibako that says what it was called with. */
async function inHome(use: (home: string) => Promise<void>): Promise<void> {
  const home = await Deno.realPath(await Deno.makeTempDir());
  try {
    await Deno.mkdir(`${home}/.local/bin`, { recursive: true });
    const says = `#!/bin/sh\nprintf '<%s>' "$@"\nprintf '%s' "$SSH_ORIGINAL_COMMAND"\nexit 7\n`;
    await Deno.writeTextFile(`${home}/.local/bin/kanibako`, says, { mode: 0o755 });
    await Deno.writeTextFile(`${home}/key.pub`, `${KEY}\n`);
    await use(home);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

async function scripts(): Promise<string[]> {
  const found: string[] = [];
  for await (const folder of Deno.readDir(root)) {
    if (!folder.isDirectory) continue;
    for await (const { name } of Deno.readDir(root + folder.name)) {
      if (name.endsWith(".sh")) found.push(`${root}${folder.name}/${name}`);
    }
  }
  return found.sort();
}

const lint = findExecutable("shellcheck");

Deno.test({
  name: `K19: the scripts for hosts pass shellcheck${lint ? "" : " (it is not installed)"}`,
  ignore: !lint,
  fn: async () => {
    const all = await scripts();
    assert.equal(all.length, 6);
    const { code, stdout } = await new Deno.Command(lint!, { args: all }).output();
    assert.equal(code, 0, new TextDecoder().decode(stdout));
  },
});

Deno.test("K19: each script for a host is named by its page, and explains itself", async () => {
  const page = await Deno.readTextFile(`${root}README.md`);
  for (const path of await scripts()) {
    const name = path.slice(root.length);
    assert.ok(page.includes(`](${name})`), name);
    const { code, stderr } = await script(name, ["--nonsense", "x", "y"]);
    assert.equal(code, 2, name);
    assert.match(stderr, new RegExp(`${name.split("/")[1]!.replace(".", "\\.")}`), name);
  }
});

Deno.test("K19: a key for a box opens its session, and runs commands in the box only", () =>
  inHome(async (home) => {
    const run = (args: string[], command?: string) =>
      script("ssh/forced.sh", args, {
        HOME: home,
        PATH: "/usr/bin:/bin",
        ...(command === undefined ? {} : { SSH_ORIGINAL_COMMAND: command }),
      });
    assert.deepEqual(await run(["api"]), { code: 7, stdout: "<start><api>", stderr: "" });
    const words = `rm -rf "$HOME"; kanibako rm api; $(id)`;
    assert.deepEqual(await run(["client/api"], words), {
      code: 7,
      stdout: `<shell><client/api><--><sh><-c><${words}>`,
      stderr: "",
    });
    // A key for the session alone runs nothing, and opens it all the same.
    const refused = await run(["--session-only", "api"], "id");
    assert.deepEqual([refused.code, refused.stdout], [2, ""]);
    assert.match(refused.stderr, /opens the session of api and runs no commands/);
    assert.equal((await run(["--session-only", "api"])).stdout, "<start><api>");
  }));

const keygen = findExecutable("ssh-keygen");

Deno.test({
  name: `K19: a key is authorized for one box, once, and never beside more rights${
    keygen ? "" : " (ssh-keygen is not installed)"
  }`,
  ignore: !keygen,
  fn: () =>
    inHome(async (home) => {
      const run = (...args: string[]) => script("ssh/authorize.sh", args, { HOME: home });
      const keys = `${home}/.ssh/authorized_keys`;
      const line = `restrict,pty,command="${root}ssh/forced.sh api" ${KEY}\n`;
      const printed = await run("api", `${home}/key.pub`);
      assert.deepEqual(printed, { code: 0, stdout: line, stderr: "" });
      assert.throws(() => Deno.statSync(keys), Deno.errors.NotFound);
      await Deno.mkdir(`${home}/.ssh`, { mode: 0o700 });
      const other = KEY.replace("Ywc", "YwD");
      await Deno.writeTextFile(keys, other); // without an end
      for (const said of [/Added to/, /already/]) {
        const { code, stdout } = await run("--add", "api", `${home}/key.pub`);
        assert.equal(code, 0);
        assert.match(stdout, said);
      }
      assert.equal(await Deno.readTextFile(keys), `${other}\n${line}`);
      assert.equal((await Deno.stat(keys)).mode! & 0o777, 0o600);
      const twice = await run("--add", "web", `${home}/key.pub`);
      assert.equal(twice.code, 1);
      assert.match(twice.stderr, /a key of its own for each box/);
      assert.equal(await Deno.readTextFile(keys), `${other}\n${line}`);
      for (const name of ['a"b', "a b", "a;b", "$(id)", "-x", "", "a\nb", "a`b"]) {
        assert.notEqual((await run("--add", name, `${home}/key.pub`)).code, 0, name);
      }
      for (
        const text of [
          "",
          `${KEY}\n${KEY}\n`,
          `command="id" ${KEY}\n`,
          "-----BEGIN OPENSSH PRIVATE KEY-----\n",
          "ssh-ed25519 AAAA\n",
        ]
      ) {
        await Deno.writeTextFile(`${home}/key.pub`, text);
        assert.equal((await run("api", `${home}/key.pub`)).code, 1, text);
      }
    }),
});

const analyze = findExecutable("systemd-analyze");

Deno.test({
  name: `K19: the unit is one that systemd takes${analyze ? "" : " (systemd-analyze is not installed)"}`,
  ignore: !analyze,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    try {
      await Deno.copyFile(`${root}systemd/kanibako@.service`, `${folder}/kanibako@api.service`);
      const verify = async () => {
        const { code, stderr } = await new Deno.Command(analyze!, {
          args: ["verify", `${folder}/kanibako@api.service`],
        }).output();
        return [code, new TextDecoder().decode(stderr)];
      };
      assert.deepEqual(await verify(), [0, ""]);
      // It would find something.
      await Deno.writeTextFile(
        `${folder}/kanibako@api.service`,
        "[Service]\nExecStart=nothing\nRestart=maybe\n",
      );
      assert.notEqual((await verify())[1], "");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("K19: user-data for a machine is YAML that says what it should, and takes nothing that could end a line in it", () =>
  inHome(async (home) => {
    const sum = "0".repeat(64);
    const to = `${home}/user-data`;
    const run = (key: string, url: string, sha256 = sum) =>
      script("vm/make-vm.sh", ["--key", key, "--url", url, "--sha256", sha256, "--user-data", to]);
    const url = "https://example.com/kanibako?a=1&b=2";
    assert.deepEqual(await run(`${home}/key.pub`, url), { code: 0, stdout: "", stderr: "" });
    const text = await Deno.readTextFile(to);
    assert.match(text, /^#cloud-config\n/);
    const data = parse(text);
    assert.deepEqual(data.users[0].ssh_authorized_keys, [KEY]);
    const commands: string[][] = data.runcmd;
    assert.ok(commands.every((words) => words.every((word) => typeof word === "string")));
    assert.match(
      commands.at(-1)![2]!,
      /'https:\/\/example\.com\/kanibako\?a=1&b=2' && echo '0{64} {2}\/tmp\/kanibako'/,
    );
    assert.doesNotMatch(text.replace(/^# .*$/gm, ""), /REPLACE/);
    const prepared = (await Deno.readTextFile(`${root}host/prepare.sh`)).split(/[\s\\]+/);
    const others = (data.packages as string[]).filter((name) => !prepared.includes(name));
    assert.deepEqual(others, ["curl"]); // it fetches the program
    await Deno.remove(to);
    const bad: [string, string, string?][] = [
      [`${home}/key.pub`, "http://example.com/x"],
      [`${home}/key.pub`, "https://example.com/'; id; '"],
      [`${home}/key.pub`, "https://example.com/x|y"],
      [`${home}/key.pub`, url, "abc"],
      [`${home}/key.pub`, url, `${"0".repeat(63)}'`],
      [`${home}/none.pub`, url],
    ];
    for (const [key, address, checksum] of bad) {
      assert.equal((await run(key, address, checksum)).code, 1, address);
    }
    await Deno.writeTextFile(`${home}/key.pub`, `ssh-ed25519 AAAA|x&y\n`);
    assert.equal((await run(`${home}/key.pub`, url)).code, 1);
    assert.throws(() => Deno.statSync(to), Deno.errors.NotFound);
  }));

Deno.test("K19: with --plan a host, a system container and a container of boxes are only described", () =>
  inHome(async (home) => {
    const program = `${home}/.local/bin/kanibako`;
    const host = await script("host/prepare.sh", [
      "--plan",
      "--user",
      "dev",
      "--key",
      `${home}/key.pub`,
      "--program",
      program,
    ]);
    assert.equal(host.code, 0, host.stderr);
    assert.match(host.stdout, /apt-get install .* podman .* uidmap/);
    assert.match(host.stdout, /Would run: useradd --create-home --shell \/bin\/bash dev/);
    assert.match(host.stdout, /Would write: \/home\/dev\/\.ssh\/authorized_keys/);
    assert.match(host.stdout, /Would run: install -m 755 \S+ \/usr\/local\/bin\/kanibako/);
    for (const user of ["root", "", "-x", "a b", "A"]) {
      assert.equal((await script("host/prepare.sh", ["--plan", "--user", user])).code, 2, user);
    }
    const lxc = await script("lxc/make-container.sh", [
      "--plan",
      "--program",
      program,
      "--key",
      `${home}/key.pub`,
    ]);
    assert.equal(lxc.code, 0, lxc.stderr);
    assert.match(lxc.stdout, /launch images:debian\/13 kanibako -c security\.nesting=true/);
    assert.match(
      lxc.stdout,
      /exec kanibako -- \/root\/prepare\.sh --program \/root\/kanibako --key \/root\/key\.pub\n$/,
    );
    const nested = await script("nested/run.sh", [
      ...[
        "--plan",
        "--engine",
        "docker",
        "--program",
        program,
        "--workspace",
        home,
        "--",
        "kanibako",
        "list",
      ],
    ]);
    assert.equal(nested.code, 0, nested.stderr);
    assert.match(
      nested.stdout,
      /^docker run --rm .*--privileged .* --workdir \/work localhost\/kanibako-oci kanibako list\n$/,
    );
    assert.equal((await script("nested/run.sh", ["--plan", "--program", `${home}/none`])).code, 1);
  }));
