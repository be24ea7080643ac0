import assert from "node:assert/strict";
import type { Host } from "../../../../lib/config/system.ts";
import type { Installed } from "../../../../lib/app/system/upgrade/installed.ts";
import { readPublicKey, verify } from "../../../../lib/app/system/upgrade/minisign.ts";
import { lookForUpgrade, rollBack, upgrade } from "../../../../lib/app/system/upgrade/upgrade.ts";
import { newSecretKey, signingKey } from "../../../../tools/release/sign.ts";
import { Sandbox } from "../../../config/support.ts";
import type { RecordingUi } from "../../../support/recording_ui.ts";
import { program, Publisher } from "../../../support/release.ts";

interface World extends AsyncDisposable {
  readonly publisher: Publisher;
  readonly host: Host;
  readonly how: Installed & { how: "file" };
  /** The names in the program's folder. */
  names(): string[];
  /** What the program's file says. */
  text(name?: string): string;
}

/** A machine with version 1.0.0 in a file, which follows a publisher. */
async function world(config?: (publisher: Publisher) => string): Promise<World> {
  const [sandbox, publisher] = await Promise.all([Sandbox.make(), Publisher.make()]);
  const host = await sandbox.open(config?.(publisher) ?? publisher.config);
  const folder = `${sandbox.root}/bin`;
  await Deno.mkdir(folder);
  await Deno.writeTextFile(`${folder}/kanibako`, program("1.0.0"), { mode: 0o755 });
  return {
    publisher,
    host,
    how: { how: "file", program: `${folder}/kanibako`, form: "portable" },
    names: () => [...Deno.readDirSync(folder)].map(({ name }) => name).sort(),
    text: (name = "kanibako") => Deno.readTextFileSync(`${folder}/${name}`),
    [Symbol.asyncDispose]: async () => {
      await publisher[Symbol.asyncDispose]();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}

const look = ({ host, how }: World) => lookForUpgrade(host, how, "1.0.0");
const get = async (at: World) => await upgrade(at.host, await look(at));

Deno.test("upgrade replaces the program by what was signed, keeps the old one, and goes back and forth", async () => {
  await using at = await world();
  await at.publisher.publish("1.1.0");
  assert.equal((await look(at)).newer, true);
  assert.deepEqual(at.names(), ["kanibako"], "looking changes nothing");
  assert.deepEqual(await get(at), { kind: "replaced", version: "1.1.0" });
  assert.deepEqual(
    (at.host.ui as RecordingUi).steps,
    ["Getting kanibako 1.1.0"],
    "one line, however large it is",
  );
  assert.equal(at.text(), program("1.1.0"));
  assert.deepEqual(at.names(), [".kanibako.previous", "kanibako"]);
  assert.equal(Deno.statSync(at.how.program).mode! & 0o777, 0o755);
  assert.equal(await rollBack(at.host, at.how), "1.0.0");
  assert.deepEqual([at.text(), at.text(".kanibako.previous")], [program("1.0.0"), program("1.1.0")]);
  assert.equal(await rollBack(at.host, at.how), "1.1.0");
  assert.equal(at.text(), program("1.1.0"));
  assert.deepEqual(at.names(), [".kanibako.previous", "kanibako"]);
});

Deno.test("upgrade never takes an older or the same version for a newer one", async () => {
  await using at = await world();
  for (
    const [version, newer] of [["1.0.0", false], ["0.9.9", false], ["1.0.0-rc.1", false], [
      "1.0.1-rc.1",
      true,
    ]] as const
  ) {
    await at.publisher.publish(version);
    assert.equal((await look(at)).newer, newer, version);
  }
});

Deno.test("upgrade refuses what is not signed by a trusted key, and changes nothing", async () => {
  await using at = await world();
  const other = await signingKey(await newSecretKey());
  await at.publisher.publish("1.1.0", { key: other });
  await assert.rejects(get(at), { code: "bad-signature", message: /which is not trusted here/ });
  // Another feed under a true signature of the first one.
  await at.publisher.publish("1.1.0");
  const signature = at.publisher.files.get("/r/release.json.minisig")!;
  await at.publisher.publish("1.2.0");
  at.publisher.files.set("/r/release.json.minisig", signature);
  await assert.rejects(get(at), { code: "bad-signature", message: /does not fit/ });
  for (const text of ["", "a\nb\nc\nd\n", "<html>\n"]) {
    at.publisher.files.set("/r/release.json.minisig", new TextEncoder().encode(text));
    await assert.rejects(get(at), { code: "bad-signature", message: /it is not one/ });
  }
  at.publisher.files.delete("/r/release.json.minisig");
  await assert.rejects(get(at), { code: "cannot-fetch", message: /answers 404/ });
  assert.deepEqual([at.names(), at.text()], [["kanibako"], program("1.0.0")]);
});

Deno.test("upgrade refuses a program that is not the signed one, and leaves nothing behind", async () => {
  await using at = await world();
  const bytes = await at.publisher.publish("1.1.0");
  const path = [...at.publisher.files.keys()].find((each) => each.includes("1.1.0"))!;
  const changed = bytes.map((byte, index) => index === 14 ? byte ^ 1 : byte);
  at.publisher.files.set(path, changed);
  await assert.rejects(get(at), { code: "bad-checksum" });
  at.publisher.files.set(path, bytes.slice(0, -1));
  await assert.rejects(get(at), { code: "bad-checksum" });
  at.publisher.files.set(path, new Uint8Array(bytes.length + 1));
  await assert.rejects(get(at), { code: "cannot-fetch", message: /larger than/ });
  at.publisher.files.delete(path);
  await assert.rejects(get(at), { code: "cannot-fetch", message: /404/ });
  // What is signed and does not run, or is another version, is not taken either.
  await at.publisher.publish("1.1.0", { content: "#!/bin/sh\necho no such library >&2\nexit 127\n" });
  await assert.rejects(get(at), { code: "does-not-run", output: "no such library\n" });
  await at.publisher.publish("1.1.0", { content: program("0.5.0") });
  await assert.rejects(get(at), { code: "does-not-run", output: "0.5.0" });
  assert.deepEqual([at.names(), at.text()], [["kanibako"], program("1.0.0")]);
});

Deno.test("upgrade reads a feed carefully, although it is signed", async () => {
  await using at = await world();
  for (
    const [more, said] of [
      [{ version: "../1" }, /version/],
      [
        { files: [{ name: "../../etc/passwd", platform: "x", form: "y", bytes: 1, sha256: "0".repeat(64) }] },
        /name/,
      ],
      [{ files: [{ name: "http:x", platform: "x", form: "y", bytes: 1, sha256: "0".repeat(64) }] }, /name/],
      [{ files: [{ name: "a", platform: "x", form: "y", bytes: 1e12, sha256: "0".repeat(64) }] }, /bytes/],
      [{ program: "another" }, /program/],
    ] as const
  ) {
    await at.publisher.publish("1.1.0", { more });
    await assert.rejects(look(at), { code: "bad-release", message: said });
  }
  await at.publisher.announce("{");
  await assert.rejects(look(at), { code: "bad-release", message: /not JSON/ });
  await at.publisher.announce(`"${"x".repeat(300_000)}"`);
  await assert.rejects(look(at), { code: "cannot-fetch", message: /larger/ });
  await at.publisher.publish("1.1.0", { form: "compiled" });
  await assert.rejects(get(at), { code: "no-file" });
});

Deno.test("upgrade says what to do without a feed, a key, a server, or a file of its own", async () => {
  await using none = await world(() => "");
  assert.equal((await look(none)).newer, undefined);
  await assert.rejects(get(none), { code: "no-feed" });
  await using keyless = await world(({ feed }) => `[upgrade]\nfeed = "${feed}"\n`);
  await assert.rejects(look(keyless), { code: "no-key" });
  await using odd = await world(() => '[upgrade]\nfeed = "file:///etc/passwd"\nkey = ["RW"]\n');
  await assert.rejects(look(odd), { code: "bad-value" });
  await using badKey = await world(({ feed }) => `[upgrade]\nfeed = "${feed}"\nkey = ["RWx"]\n`);
  await assert.rejects(look(badKey), { code: "bad-key" });
  await using gone = await world(({ key }) =>
    `[upgrade]\nfeed = "http://127.0.0.1:1/x"\nkey = ["${key.publicKey}"]\n`
  );
  await assert.rejects(look(gone), { code: "cannot-fetch", message: /blocked|refused/i });

  await using at = await world();
  await at.publisher.publish("1.1.0");
  const state = await look(at);
  const npm = { how: "package", manager: "npm", command: "npm install --global kanibako@latest" } as const;
  await assert.rejects(upgrade(at.host, { ...state, installed: npm }), { code: "managed" });
  await assert.rejects(rollBack(at.host, at.how), { code: "no-previous" });
  assert.deepEqual(at.names(), ["kanibako"]);
});

Deno.test("upgrade removes what a killed one left, and two at once are one", async () => {
  await using at = await world();
  const folder = at.how.program.slice(0, -"/kanibako".length);
  await Deno.writeTextFile(`${folder}/.kanibako.new-4242`, "half");
  await Deno.writeTextFile(`${folder}/.other.new-4242`, "not ours");
  await at.publisher.publish("1.1.0");
  const state = await look(at);
  const both = await Promise.allSettled([upgrade(at.host, state), upgrade(at.host, state)]);
  assert.deepEqual(both.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
  assert.equal(
    (both.find((each) => each.status === "rejected") as PromiseRejectedResult).reason.code,
    "busy",
  );
  assert.deepEqual(at.names(), [".kanibako.previous", ".other.new-4242", "kanibako"]);
});

Deno.test({
  name: "upgrade replaces no program of another user" +
    (Deno.uid() === 0 ? "" : " (only root can give one away)"),
  ignore: Deno.uid() !== 0,
  fn: async () => {
    await using at = await world();
    await at.publisher.publish("1.1.0");
    await Deno.chown(at.how.program, 4321, 4321);
    await assert.rejects(get(at), { code: "not-ours" });
    await Deno.chown(at.how.program, 0, 0);
    await get(at);
    await Deno.chown(at.how.program.replace(/kanibako$/, ".kanibako.previous"), 4321, 4321);
    await assert.rejects(rollBack(at.host, at.how), { code: "not-ours" });
    assert.equal(at.text(), program("1.1.0"));
  },
});

Deno.test("signatures are those of minisign: its own example is true, and false for any other content", async () => {
  // Made by minisign itself.
  const key = readPublicKey("RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3");
  const signature = [
    "untrusted comment: signature from minisign secret key",
    "RUQf6LRCGA9i559r3g7V1qNyJDApGip8MfqcadIgT9CuhV3EMhHoN1mGTkUidF/z7SrlQgXdy8ofjb7bNJJylDOocrCo8KLzZwo=",
    "trusted comment: timestamp:1556193335\tfile:test",
    "y/rUw2y8/hOUYjZU71eHp/Wo1KZ40fGy2VJEDl34XMJM+TX48Ss/17u3IvIfbVR1FkZZSNCisQbuQY+bHwhEBg==",
    "",
  ].join("\n");
  const test = new TextEncoder().encode("test");
  assert.equal(await verify(test, signature, [key]), "timestamp:1556193335\tfile:test");
  await assert.rejects(verify(new TextEncoder().encode("Test"), signature, [key]), { code: "bad-signature" });
  await assert.rejects(verify(test, signature.replace("file:test", "file:best"), [key]), {
    code: "bad-signature",
  });
});
