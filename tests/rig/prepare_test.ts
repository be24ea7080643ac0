import assert from "node:assert/strict";
import { prepareRig, prepareRigs } from "../../lib/rig/prepare.ts";
import { readRigRecords } from "../../lib/rig/records.ts";
import { rigReference } from "../../lib/rig/reference.ts";
import { FakeImages } from "../support/fake_images.ts";
import { fakeMmdebstrap, TestUser } from "./world.ts";
import { denoDir } from "../support/deno_dir.ts";

const DEBIAN = "docker.io/library/debian:trixie-slim";
const BASE = "localhost/kanibako-base:trixie";
const MIN = "localhost/kanibako-min:latest";
const OCI = "localhost/kanibako-oci:latest";

const made = (store: FakeImages) => store.changes.filter((call) => !call.startsWith("rmi"));

async function leftovers(user: TestUser): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(user.host.dirs.cache))).map((entry) => entry.name)
      .filter((name) => name.startsWith("rig-build-"));
  } catch {
    return [];
  }
}

Deno.test("prepareRig() does nothing to a rig that is here, and remembers its reference", async () => {
  await using user = await TestUser.create();
  const store = new FakeImages();
  store.add(OCI);
  const rig = await prepareRig("oci", { host: user.host, progress: user.progress, store });
  assert.deepEqual([rig.how, rig.reference], ["present", OCI]);
  assert.deepEqual(made(store), []);
  assert.deepEqual(user.steps, []);
  assert.equal((await readRigRecords(user.host.dirs))["oci"]?.reference, OCI);
});

Deno.test("prepareRig() pulls a rig whose reference names a registry", async () => {
  await using user = await TestUser.create();
  const store = new FakeImages({ registry: { "ghcr.io/o/tools:1": "sha256:1" } });
  const rig = await prepareRig("ghcr.io/o/tools:1", { host: user.host, progress: user.progress, store });
  assert.deepEqual([rig.how, rig.reference], ["pulled", "ghcr.io/o/tools:1"]);
  assert.deepEqual(made(store), ["pull ghcr.io/o/tools:1"]);
  assert.match(rig.summary, /^Pulled rig ghcr\.io\/o\/tools:1 .* in \d+ s\.$/);
});

Deno.test("prepareRig() pulls a short name from the configured registry, and a launch then runs that", async () => {
  await using user = await TestUser.create("ghcr.io/o/kanibako-oci:latest");
  const store = new FakeImages({ registry: { "ghcr.io/o/kanibako-min:latest": "sha256:1" } });
  await prepareRig("min", { host: user.host, progress: user.progress, store });
  assert.equal(await rigReference(user.host, "min"), "ghcr.io/o/kanibako-min:latest");
});

Deno.test("prepareRig() builds on a pulled base where there is no registry to pull the rig from", async () => {
  await using user = await TestUser.create();
  const store = new FakeImages({ registry: { [DEBIAN]: "sha256:1" } });
  const rig = await prepareRig("oci", { host: user.host, progress: user.progress, store });
  assert.deepEqual(made(store), [`pull ${DEBIAN}`, `build ${MIN}`, `build ${OCI}`]);
  assert.deepEqual(store.builds.map((build) => build.buildArgs["BASE_IMAGE"]), [DEBIAN, MIN]);
  assert.deepEqual(store.builds.map((build) => build.labels["kanibako.rig"]), ["min", "oci"]);
  assert.match(rig.summary, /^Built rig oci in \d+ s\.$/);
  assert.deepEqual(await leftovers(user), []);
});

Deno.test("F2: a published rig of ours is built from the recipe when it cannot be pulled, and a launch runs that", async () => {
  await using user = await TestUser.create();
  const store = new FakeImages({ registry: { [DEBIAN]: "sha256:1" } });
  const word = "ghcr.io/doctorjei/kanibako-min:latest";
  const rig = await prepareRig(word, { host: user.host, progress: user.progress, store });
  assert.deepEqual(made(store), [`pull ${word}`, `pull ${DEBIAN}`, `build ${MIN}`]);
  assert.equal(rig.reference, MIN);
  assert.equal(await rigReference(user.host, word), MIN);
});

Deno.test("F2: another owner's rig that cannot be pulled is an error, whatever it is called", async () => {
  await using user = await TestUser.create("ghcr.io/acme/kanibako-oci:latest");
  const store = new FakeImages({ registry: { [DEBIAN]: "sha256:1" } });
  for (const reference of [MIN, OCI]) store.add(reference);
  const digest = `ghcr.io/acme/kanibako-min@sha256:${"0".repeat(64)}`;
  for (const word of ["ghcr.io/acme/kanibako-oci:v3", "quay.io/acme/kanibako-min", digest]) {
    store.calls.length = 0;
    await assert.rejects(prepareRig(word, { host: user.host, progress: user.progress, store }), (error) => {
      const { code, output } = error as { code: string; output: string };
      assert.equal(code, "rig-failed");
      assert.match(output, new RegExp(`^pull ${word}: .*no such host$`));
      return true;
    });
    assert.deepEqual(made(store), [`pull ${word}`]);
    assert.equal(await rigReference(user.host, word), word);
  }
});

Deno.test("prepareRig() makes the base from packages when no registry answers", async () => {
  await using user = await TestUser.create();
  await using _tool = await fakeMmdebstrap('echo "I: working" >&2; : > "$out"');
  const store = new FakeImages();
  const rig = await prepareRig("oci", { host: user.host, progress: user.progress, store });
  assert.deepEqual(made(store), [`pull ${DEBIAN}`, `import ${BASE}`, `build ${MIN}`, `build ${OCI}`]);
  assert.match(rig.summary, /^Built rig oci in \d+ s\.$/);
  assert.deepEqual(user.steps, [
    `Pulling ${DEBIAN}`,
    "Making a Debian trixie base from packages",
    "Importing the base",
    "Building rig min",
    "Building rig oci",
  ]);
  assert.deepEqual(await leftovers(user), []);
});

Deno.test("prepareRig() stands on a base made earlier without asking a registry again", async () => {
  await using user = await TestUser.create();
  const store = new FakeImages();
  store.add(BASE);
  const rig = await prepareRig("min", { host: user.host, progress: user.progress, store });
  assert.deepEqual(made(store), [`build ${MIN}`]);
  assert.equal(store.builds[0]?.buildArgs["BASE_IMAGE"], BASE);
  // What it stands on is nothing that its user could act on.
  assert.match(rig.summary, /^Built rig min in \d+ s\.$/);
});

Deno.test("prepareRig() tells everything it tried, and leaves nothing behind", async () => {
  await using user = await TestUser.create();
  await using _tool = await fakeMmdebstrap(': > "$out"; echo "E: no mirror answers" >&2; exit 1');
  const store = new FakeImages();
  await assert.rejects(prepareRig("oci", { host: user.host, progress: user.progress, store }), (error) => {
    const { code, output } = error as { code: string; output: string };
    assert.equal(code, "rig-failed");
    assert.match(output, /pull docker\.io\/library\/debian:trixie-slim: .*no such host/);
    assert.match(output, /make the base from packages: mmdebstrap failed: no mirror answers/);
    return true;
  });
  assert.deepEqual(store.builds, []);
  assert.deepEqual(await leftovers(user), []);
});

Deno.test("prepareRig() shows the last lines of a build that fails", async () => {
  await using user = await TestUser.create();
  const store = new FakeImages({
    onBuild: (_options, { onOutput }) => {
      onOutput?.("E: no space left\n");
      throw new Error("exit status 100");
    },
  });
  store.add(DEBIAN);
  await assert.rejects(
    prepareRig("min", { host: user.host, progress: user.progress, store }),
    (error) => /exit status 100\n.*STEP 1\n.*no space left/.test((error as { output: string }).output),
  );
});

Deno.test("prepareRig() says that a name means nothing, and what was perhaps meant", async () => {
  await using user = await TestUser.create();
  const store = new FakeImages({ registry: { "docker.io/library/ocii:latest": "sha256:1" } });
  await assert.rejects(prepareRig("ocii", { host: user.host, progress: user.progress, store }), (error) => {
    const { code, hints } = error as { code: string; hints: string[] };
    assert.equal(code, "no-rig");
    assert.ok(hints.includes('Did you mean "oci"?'));
    return true;
  });
  assert.deepEqual(made(store), [], "nothing is pulled that does not name its registry");
});

Deno.test("prepareRig() with force uses layers again; with fresh it reuses nothing", async () => {
  await using user = await TestUser.create();
  const store = new FakeImages({ registry: { [DEBIAN]: "sha256:1" } });
  for (const reference of [DEBIAN, MIN, OCI]) store.add(reference);
  const options = { host: user.host, progress: user.progress, store, force: true };
  await prepareRig("oci", options);
  assert.deepEqual(made(store), [`build ${OCI}`]);
  assert.equal(store.builds[0]?.noCache, false);
  store.calls.length = store.builds.length = 0;
  await prepareRig("oci", { ...options, fresh: true });
  assert.deepEqual(made(store), [`pull ${DEBIAN}`, `build ${MIN}`, `build ${OCI}`]);
  assert.deepEqual(store.builds.map((build) => build.noCache), [true, true]);
});

Deno.test("prepareRig() with fresh pulls a published rig instead of building it, unless asked to build", async () => {
  await using user = await TestUser.create("ghcr.io/o/kanibako-oci:latest");
  const published = "ghcr.io/o/kanibako-oci:latest";
  const store = new FakeImages({ registry: { [published]: "sha256:1" } });
  for (const reference of [DEBIAN, MIN, OCI]) store.add(reference);
  const options = { host: user.host, progress: user.progress, store, force: true };
  assert.equal((await prepareRig("oci", { ...options, fresh: true })).reference, published);
  assert.deepEqual(made(store), [`pull ${published}`]);
  store.calls.length = 0;
  assert.equal((await prepareRig("oci", { ...options, local: true })).reference, OCI);
  assert.deepEqual(made(store), [`build ${OCI}`]);
});

Deno.test("prepareRig() with force removes the images it replaced, the upper before the lower", async () => {
  await using user = await TestUser.create();
  const store = new FakeImages({ registry: { [DEBIAN]: "sha256:1" } });
  for (const reference of [DEBIAN, MIN, OCI]) store.add(reference);
  const [debian, min, oci] = [...store.store.values()].map((image) => image.id);
  await prepareRig("oci", { host: user.host, progress: user.progress, store, force: true, fresh: true });
  assert.deepEqual(store.changes.slice(3), [`rmi ${oci}`, `rmi ${min}`, `rmi ${debian}`]);
  assert.equal(store.replaced.size, 0);
  assert.deepEqual([...store.store.keys()], [DEBIAN, MIN, OCI]);
});

Deno.test("prepareRig() keeps an old base when no new one can be had", async () => {
  await using user = await TestUser.create();
  await using _tool = await fakeMmdebstrap("exit 1");
  const store = new FakeImages();
  for (const reference of [BASE, MIN]) store.add(reference);
  const rig = await prepareRig("min", {
    host: user.host,
    progress: user.progress,
    store,
    force: true,
    fresh: true,
  });
  assert.equal(store.builds[0]?.buildArgs["BASE_IMAGE"], BASE);
  assert.match(rig.summary, /^Built rig min in \d+ s\.$/);
});

Deno.test("prepareRigs() makes a shared base once, and goes on after a failure", async () => {
  await using user = await TestUser.create();
  const store = new FakeImages({ registry: { [DEBIAN]: "sha256:1" } });
  for (const reference of [DEBIAN, MIN, OCI]) store.add(reference);
  const failed: string[] = [];
  const options = { host: user.host, progress: user.progress, store, force: true, fresh: true };
  const done = await prepareRigs(["min", "nothing", "oci"], options, {
    done: () => {},
    failed: (word) => failed.push(word),
  });
  assert.deepEqual(done.map((rig) => rig.word), ["min", "oci"]);
  assert.deepEqual(failed, ["nothing"]);
  assert.deepEqual(made(store), [`pull ${DEBIAN}`, `build ${MIN}`, `build ${OCI}`]);
});

Deno.test("prepareRig() of the same rig twice at once builds once; the second waits and finds it ready", async () => {
  await using user = await TestUser.create();
  const gate = Promise.withResolvers<void>();
  const store = new FakeImages({ onBuild: () => gate.promise });
  store.add(DEBIAN);
  const options = { host: user.host, progress: user.progress, store };
  const first = prepareRig("min", options);
  while (store.builds.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const second = prepareRig("min", options);
  while (!user.steps.some((step) => step.startsWith("Waiting"))) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  gate.resolve();
  assert.deepEqual([(await first).how, (await second).how], ["built", "present"]);
  assert.equal(store.builds.length, 1);
});

Deno.test("prepareRig() builds a user's recipe in place of the bundled one, in the recipe's own folder", async () => {
  await using user = await TestUser.create();
  const path = await user.recipe("min", "FROM localhost/mine\nRUN true\n");
  const store = new FakeImages();
  store.add("localhost/mine:latest");
  await prepareRig("min", { host: user.host, progress: user.progress, store });
  assert.equal(store.builds[0]?.containerfile, path);
  assert.equal(store.builds[0]?.context, path.replace(/\/[^/]*$/, ""));
  assert.deepEqual(store.builds[0]?.buildArgs, {}, "a recipe without the argument gets none");
});

Deno.test("prepareRig() builds a template, and first the rig it stands on", async () => {
  await using user = await TestUser.create();
  await user.recipe("template-jvm", "ARG BASE_IMAGE=localhost/kanibako-min\nFROM ${BASE_IMAGE}\n");
  const store = new FakeImages();
  store.add(DEBIAN);
  const rig = await prepareRig("jvm", { host: user.host, progress: user.progress, store });
  assert.equal(rig.reference, "localhost/kanibako-template-jvm:latest");
  assert.deepEqual(store.builds.map((build) => build.buildArgs["BASE_IMAGE"]), [DEBIAN, MIN]);
  assert.equal(await rigReference(user.host, "jvm"), "localhost/kanibako-template-jvm:latest");
});

Deno.test("prepareRig() remembers the caches that a template names, whether it is built or here, and forgets those that are gone", async () => {
  await using user = await TestUser.create();
  const store = new FakeImages();
  store.add(MIN);
  const header = "# kanibako-template-cache: pip .cache/pip\n";
  const rest = `ARG BASE_IMAGE=${MIN}\nFROM \${BASE_IMAGE}\n`;
  const caches = async (word: string) => {
    await prepareRig(word, { host: user.host, progress: user.progress, store });
    return (await readRigRecords(user.host.dirs))[word]?.caches;
  };
  await user.recipe("template-mine", header + rest);
  assert.deepEqual([await caches("mine"), await caches("min")], [{ pip: ".cache/pip" }, undefined]);
  await user.recipe("template-mine", `${header}# kanibako-template-cache: npm .npm\n${rest}`);
  assert.deepEqual(await caches("mine"), { pip: ".cache/pip", npm: ".npm" });
  await user.recipe("template-mine", rest);
  assert.equal(await caches("mine"), undefined);
});

Deno.test("prepareRig() says what of vendors a build left out, also of what it stands on, and how to try again", async () => {
  await using user = await TestUser.create();
  const store = new FakeImages({
    onBuild: ({ reference }, { onOutput }) =>
      onOutput?.(
        reference.includes("lower")
          ? "kanibako: skipped rustup: rust-lang.org cannot be reached. To try again: kanibako rig rebuild RIG\n"
          : "STEP 2\n",
      ),
  });
  store.add(MIN);
  await user.recipe("template-lower", `FROM ${MIN}\n`);
  await user.recipe("template-upper", "FROM localhost/kanibako-template-lower:latest\n");
  const made = async (word: string) =>
    (await prepareRig(word, { host: user.host, progress: user.progress, store })).summary;
  assert.match(
    await made("upper"),
    /^Built rig upper in \d+ s\. Left out: rustup \(rust-lang\.org cannot be reached\)\. To try again: kanibako rig rebuild upper$/,
  );
  await user.recipe("template-other", `FROM ${MIN}\n`);
  assert.match(await made("other"), /^Built rig other in \d+ s\.$/);
});

Deno.test("prepareRig() gives a bundled build every file it copies, readable for everyone", async () => {
  await using user = await TestUser.create();
  const seen: Record<string, number> = {};
  const store = new FakeImages({
    onBuild: ({ context }) => {
      for (const entry of Deno.readDirSync(context)) {
        seen[entry.name] = (Deno.statSync(`${context}/${entry.name}`).mode ?? 0) & 0o777;
      }
    },
  });
  store.add(DEBIAN);
  await prepareRig("min", { host: user.host, progress: user.progress, store });
  assert.deepEqual(seen, { "Containerfile.min": 0o644, "tmux.conf": 0o644 });
});

Deno.test("a program that prepares and is asked to end leaves nothing behind", async () => {
  await using user = await TestUser.create();
  await using _tool = await fakeMmdebstrap(
    `trap 'kill $!; rm -f "$out.part"; exit 1' TERM; : > "$out"; : > "$out.part"; echo begun >&2; sleep 60 & wait`,
  );
  const program = new URL("./interrupted.ts", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--quiet", program],
    env: { HOME: user.root, PATH: Deno.env.get("PATH") ?? "", DENO_DIR: denoDir() },
    clearEnv: true,
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const output = child.stdout.getReader();
  let text = "";
  while (!text.includes("begun")) {
    const { value, done } = await output.read();
    if (done) break;
    text += new TextDecoder().decode(value);
  }
  assert.equal((await leftovers(user)).length, 1, "there is something to leave behind");
  child.kill("SIGTERM");
  while (!(await output.read()).done);
  assert.equal((await child.status).code, 143);
  assert.deepEqual(await leftovers(user), []);
});

Deno.test("what a killed program left is removed by the next one that prepares", async () => {
  await using user = await TestUser.create();
  await Deno.mkdir(`${user.host.dirs.cache}/rig-build-dead`, { recursive: true });
  await Deno.mkdir(`${user.host.dirs.cache}/other`);
  const store = new FakeImages();
  store.add(DEBIAN);
  await prepareRig("min", { host: user.host, progress: user.progress, store });
  assert.deepEqual(await leftovers(user), []);
  assert.ok((await Deno.stat(`${user.host.dirs.cache}/other`)).isDirectory);
});

const DIGEST = `sha256:${"a".repeat(64)}`;
const PINNED = `docker.io/library/debian@${DIGEST}`;

Deno.test("a build on a pulled base is pinned to its digest, and the labels say what it was", async () => {
  await using user = await TestUser.create();
  const store = new FakeImages({ registry: { [DEBIAN]: DIGEST } });
  await prepareRig("oci", { host: user.host, progress: user.progress, store });
  assert.deepEqual(store.builds.map((build) => build.buildArgs["BASE_IMAGE"]), [PINNED, MIN]);
  const base = (reference: string) =>
    Object.entries(store.store.get(reference)!.labels).filter(([name]) => name.startsWith("kanibako.base"));
  assert.deepEqual(base(MIN), [
    ["kanibako.base", DEBIAN],
    ["kanibako.base.id", store.store.get(DEBIAN)!.id],
    ["kanibako.base.digest", PINNED],
  ]);
  // What stands on it must not pass for being built on that digest itself.
  assert.deepEqual(base(OCI), [
    ["kanibako.base", MIN],
    ["kanibako.base.id", store.store.get(MIN)!.id],
    ["kanibako.base.digest", ""],
  ]);
});

Deno.test("a build with cached layers takes the base it had, and only a fresh one takes a newer base", async () => {
  await using user = await TestUser.create();
  const newer = `sha256:${"b".repeat(64)}`;
  const store = new FakeImages({ registry: { [DEBIAN]: newer, [PINNED]: DIGEST } });
  store.add(MIN, { "kanibako.base.digest": PINNED });
  const options = { host: user.host, progress: user.progress, store, force: true };
  await prepareRig("min", options);
  assert.deepEqual(made(store), [`pull ${PINNED}`, `build ${MIN}`]);
  assert.equal(store.builds[0]?.buildArgs["BASE_IMAGE"], PINNED);
  store.calls.length = 0;
  await prepareRig("min", { ...options, fresh: true });
  assert.deepEqual(made(store), [`pull ${DEBIAN}`, `build ${MIN}`]);
  assert.equal(store.builds[1]?.buildArgs["BASE_IMAGE"], `docker.io/library/debian@${newer}`);
});

Deno.test("a digest of another repository in a label is not taken for the base, and one that is gone is not missed", async () => {
  for (
    const label of [
      `docker.io/evil/debian@${DIGEST}`,
      `evil.example/library/debian@${DIGEST}`,
      "debian",
      PINNED,
    ]
  ) {
    await using user = await TestUser.create();
    const store = new FakeImages({ registry: { [DEBIAN]: DIGEST } });
    store.add(MIN, { "kanibako.base.digest": label });
    await prepareRig("min", { host: user.host, progress: user.progress, store, force: true });
    assert.deepEqual(made(store).filter((call) => call.includes("evil")), [], label);
    assert.equal(made(store).at(-1), `build ${MIN}`, label);
  }
});

Deno.test("a bundled build says from its first step on whose it is", async () => {
  await using user = await TestUser.create();
  let text = "";
  const store = new FakeImages({
    registry: { [DEBIAN]: DIGEST },
    onBuild: async ({ containerfile }) => void (text = await Deno.readTextFile(containerfile)),
  });
  await prepareRig("min", { host: user.host, progress: user.progress, store });
  assert.match(text, /^FROM \$\{BASE_IMAGE\}\nLABEL kanibako\.rig=min\n/m);
});
