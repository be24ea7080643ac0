import assert from "node:assert/strict";
import { baseDirs } from "../../lib/host/dirs.ts";
import { CliImages } from "../../lib/runtime/cli/cli_images.ts";
import { FactsFile } from "../../lib/runtime/cli/facts.ts";
import { keepFacts, readFacts } from "../../lib/runtime/cli/image_facts/kept_facts.ts";
import { readLook } from "../../lib/runtime/cli/image_facts/read_look.ts";
import type { ImageFacts } from "../../lib/spec/image_facts.ts";
import { Podman } from "../../lib/runtime/cli/podman.ts";

const ID = "ab".repeat(32);
const NAME = "registry.example/o/image:1";
const LOOK = {
  user: Deno.uid() === 0
    ? { kind: "owner", uid: 1234, gid: 1234 } as const
    : { kind: "keep-id", uid: 1000, gid: 1000 } as const,
  program: {
    mounts: [{ source: "/x/deno", destination: "/opt/kanibako/deno" }],
    command: "/opt/kanibako/deno",
  },
};
const ALL: ImageFacts = {
  id: ID,
  own: false,
  architecture: "amd64",
  shell: "/bin/sh",
  missing: [],
  tmux: true,
  bash: true,
  certificates: true,
  libc: "glibc",
  program: true,
};
const answer = (...lines: string[]) => ["kanibako-look 1", ...lines, "end", ""].join("\n");

/** An engine whose images are texts: what `run` prints and how it ends is a shell's `case` over its words. */
class Engine implements AsyncDisposable {
  private constructor(readonly home: string) {}

  static async make(run: string, labels: Record<string, string> = {}): Promise<Engine> {
    const engine = new Engine(await Deno.makeTempDir({ prefix: "kanibako-facts-" }));
    const image = JSON.stringify([{ Id: ID, Architecture: "amd64", Config: { Labels: labels } }]);
    await Deno.writeTextFile(
      `${engine.home}/podman`,
      `#!/bin/sh
printf '%s\\n' "$*" >>"$0.log"
case "$*" in
  *" run "* | "run "*) ${run} ;;
  *--version*) echo "podman version 5.0.0" ;;
  "image inspect "*) echo '${image}' ;;
esac
`,
      { mode: 0o755 },
    );
    return engine;
  }

  /** A store of a process that has just begun. */
  async store(): Promise<{ images: CliImages; facts: FactsFile }> {
    const dirs = baseDirs((name) => name === "HOME" ? this.home : undefined);
    const binary = `${this.home}/podman`;
    const facts = await FactsFile.open(dirs, binary);
    const engine = new Podman(binary, facts, { cache: `${this.home}/cache`, selinux: false });
    return { images: new CliImages(engine), facts };
  }

  /** What was asked since the last time: the first two words of each call. */
  async asked(): Promise<string[]> {
    const log = await Deno.readTextFile(`${this.home}/podman.log`).catch(() => "");
    await Deno.writeTextFile(`${this.home}/podman.log`, "");
    return log.split("\n").filter((line) => /^(image inspect|(--\S+ )?run) /.test(line))
      .map((line) => line.includes("image inspect") ? "inspect" : "run");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.home, { recursive: true });
  }
}

Deno.test("an image is looked into once, and what its name stands for is asked once until an image is got", async () => {
  await using engine = await Engine.make(
    `cat <<'EOT'\n${answer("has tmux", "has glibc", "has program", "node v20.11.1")}EOT\n`,
  );
  const { images } = await engine.store();
  assert.equal(await images.facts(NAME), undefined, "nobody is asked by who only plans");
  assert.deepEqual(await engine.asked(), []);
  const facts = await images.facts(NAME, LOOK);
  assert.deepEqual(facts, {
    id: ID,
    own: false,
    architecture: "amd64",
    shell: "/bin/sh",
    missing: [],
    tmux: true,
    bash: false,
    certificates: false,
    libc: "glibc",
    program: true,
    node: "20.11.1",
  });
  assert.deepEqual((await engine.asked()).filter((call) => call === "run"), ["run"]);
  const later = await engine.store();
  assert.deepEqual(await later.images.facts(NAME, LOOK), facts);
  assert.deepEqual(await later.images.facts(NAME), facts);
  assert.deepEqual(await engine.asked(), []);
  // Its name may stand for another image now; that one is known by its id.
  await later.facts.forgetImages();
  assert.deepEqual(await later.images.facts(NAME, LOOK), facts);
  assert.deepEqual(await engine.asked(), ["inspect"]);
});

Deno.test("an image of ours, or made from one, is not looked into", async () => {
  await using engine = await Engine.make("exit 1", { "kanibako.rig": "template-jvm" });
  const { images } = await engine.store();
  const facts = await images.facts(NAME, LOOK);
  assert.deepEqual([facts?.own, facts?.tmux, facts?.missing], [true, true, []]);
  assert.deepEqual(await engine.asked(), ["inspect"]);
});

Deno.test("an image without a shell is one, and one that the engine cannot start is not taken for that", async () => {
  const none = 'echo "[FATAL tini (7)] exec /bin/sh failed: No such file or directory" >&2; exit 127';
  await using without = await Engine.make(none);
  const facts = await (await without.store()).images.facts(NAME, LOOK);
  assert.deepEqual([facts?.shell, facts?.tmux, facts?.program], [undefined, false, false]);
  const runs = (await without.asked()).filter((call) => call === "run").length;
  assert.ok(runs > 1, "other places were not tried");
  assert.equal((await (await without.store()).images.facts(NAME))?.shell, undefined);
  await using broken = await Engine.make('echo "the disk is full" >&2; exit 125');
  const { images } = await broken.store();
  assert.equal(await images.facts(NAME, LOOK), undefined);
  assert.equal(await images.facts(NAME), undefined, "nothing of it is kept");
});

Deno.test("H11: a remedy that the engine asks for is learned, and one that an image asks for in its words is not", async () => {
  const once = `if [ -e "$0.tried" ]; then cat <<'EOT'
${answer("has tmux")}EOT
  else : >"$0.tried"; echo "Error: error setting rlimit" >&2; exit 126; fi`;
  await using engine = await Engine.make(once);
  const { images, facts } = await engine.store();
  assert.equal((await images.facts(NAME, LOOK))?.tmux, true);
  assert.equal(facts.facts.clampUlimits, true);
  // Its container is there.
  const speaks =
    `id=\${*#*--cidfile=} && echo 1234 >"\${id%% *}"; echo "Error: error setting rlimit" >&2; exit 126`;
  await using other = await Engine.make(speaks.replaceAll("\\$", "$"));
  const store = await other.store();
  assert.equal(await store.images.facts(NAME, LOOK), undefined);
  assert.equal(store.facts.facts.clampUlimits, undefined);
  assert.deepEqual((await other.asked()).filter((call) => call === "run"), ["run"]);
});

Deno.test("a shell at another place is copied, as something that only its owner and boxes can read", async () => {
  const other = `case "$*" in
    *"--entrypoint=/busybox/sh"*"/proc/"*) printf '\\177ELFshell' ;;
    *"--entrypoint=/busybox/sh"*) cat <<'EOT'
${answer("has passwd", "passwd app:x:1000:1000::/srv:/bin/false")}EOT
    ;;
    *) echo "failed to exec pid1: No such file or directory" >&2; exit 127 ;;
  esac`;
  await using engine = await Engine.make(other);
  const facts = await (await engine.store()).images.facts(NAME, LOOK);
  assert.equal(facts?.shell, "/busybox/sh");
  assert.equal(facts.shellCopy, `${engine.home}/cache/images/${ID}-sh`);
  assert.equal(Deno.readTextFileSync(facts.shellCopy), "\x7fELFshell");
  assert.equal(Deno.statSync(facts.shellCopy).mode! & 0o777, 0o555);
  // Without the copy what is known is of no use.
  await Deno.remove(facts.shellCopy);
  assert.equal(await (await engine.store()).images.facts(NAME), undefined);
});

Deno.test("T17 what an image's shell says in its own place is bounded, and no line of it is more than a name", () => {
  assert.equal(readLook(""), undefined);
  assert.equal(readLook("kanibako-look 1\nhas tmux\n"), undefined, "cut off");
  assert.equal(readLook("has tmux\nend\n"), undefined);
  const look = readLook(answer(
    "has passwd",
    "has group",
    "passwd root:x:0:0:root:/root:/bin/sh",
    "passwd bad:x:0:0:\x1b]0;title\x07:/:/bin/sh",
    "passwd a:b",
    "passwd 1000:*:1000:1000:container user:/:/bin/sh",
    "group wheel:x:10:root",
    "group \x00:x:1:",
    "missing mv",
    "missing $(reboot)",
    "node v99999999.0.0; rm -rf /",
    "whatever",
  ))!;
  assert.equal(look.passwd, "root:x:0:0:root:/root:/bin/sh\n");
  assert.equal(look.group, "wheel:x:10:root\n");
  assert.deepEqual(look.missing, ["mv"]);
  assert.equal(look.node, undefined);
  const many = Array.from({ length: 5000 }, (_, i) => `passwd user${i}:x:${i}:${i}::/home/user${i}:/bin/sh`);
  assert.equal(readLook(answer("has passwd", ...many))!.passwd, undefined);
  assert.equal(readLook(answer("has musl"))!.libc, "musl");
  assert.equal(readLook(answer("has musl", "has glibc"))!.libc, "glibc");
});

Deno.test("of many images that were looked into only the latest are kept", async () => {
  const cache = await Deno.makeTempDir();
  try {
    const id = (number: number) => number.toString(16).padStart(64, "0");
    const keep = async (number: number) => await keepFacts(cache, { ...ALL, id: id(number) });
    for (let number = 0; number < 200; number++) {
      await keep(number);
      const time = new Date(number * 1000);
      await Deno.open(`${cache}/images/${id(number)}.json`, { write: true }).then(async (file) => {
        await file.utime(time, time);
        file.close();
      });
    }
    assert.ok(await readFacts(cache, id(0)));
    await keep(200);
    assert.equal(await readFacts(cache, id(0)), undefined);
    assert.ok(await readFacts(cache, id(199)) && await readFacts(cache, id(200)));
    assert.equal([...Deno.readDirSync(`${cache}/images`)].length, 100);
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
});
