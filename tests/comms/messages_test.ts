/** T25, T47, T50: messages between boxes. Every box can write all of the folder, so the host takes nothing there for what it looks like. */

import assert from "node:assert/strict";
import {
  listMailboxes,
  type Post,
  postOnHost,
  readMessages,
  sendMessage,
} from "../../lib/app/comms/comms.ts";
import { removeProject } from "../../lib/app/project/remove.ts";
import { makeMailbox, openComms } from "../../lib/comms/folder.ts";
import { isMailbox, LOG_BYTES, mailboxOf } from "../../lib/comms/mailbox.ts";
import { messageLines } from "../../lib/comms/messages.ts";
import { createProject } from "../../lib/project/create.ts";
import { Sandbox } from "../config/support.ts";
import { readEnd } from "../../lib/host/tree/shared_log.ts";

/** A folder of messages, with the boxes a and b, and something outside of it. */
class World implements AsyncDisposable {
  readonly comms: string;
  private constructor(readonly base: string) {
    this.comms = `${base}/comms`;
  }

  static async make(): Promise<World> {
    const world = new World(await Deno.realPath(await Deno.makeTempDir({ prefix: "comms-" })));
    await Deno.writeTextFile(`${world.base}/secret`, "secret");
    for (const box of ["a", "b"]) await makeMailbox(world.comms, box);
    return world;
  }

  /** Of a box, or of the host, which finds each name as a mailbox. */
  post(name: string): Post {
    return name === "host"
      ? { folder: this.comms, name, find: (word) => Promise.resolve(word ?? "a") }
      : { folder: this.comms, name, own: name };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.chmod(this.comms, 0o700);
    await Deno.remove(this.base, { recursive: true });
  }
}

const texts = (read: { messages: readonly { text: string }[] }) => read.messages.map(({ text }) => text);

Deno.test("a message reaches the mailbox it was sent to, and one to all everybody", async () => {
  await using world = await World.make();
  await sendMessage(world.post("a"), { to: "b", text: "first\nsecond line\n" });
  await sendMessage(world.post("host"), { to: "b", text: "from you" });
  await sendMessage(world.post("b"), { text: "to all" });
  const read = await readMessages(world.post("b"), {});
  assert.deepEqual(texts(read), ["first\nsecond line", "from you"]);
  assert.deepEqual(read.messages.map(({ from }) => from), ["a", "host"]);
  assert.match(read.messages[0]!.at!, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.equal(read.mailbox, "b");
  assert.deepEqual(texts(await readMessages(world.post("a"), {})), []);
  for (const name of ["a", "host"]) {
    assert.deepEqual(texts(await readMessages(world.post(name), { broadcast: true })), ["to all"]);
  }
  assert.deepEqual(listMailboxes(world.post("a")).map(({ name }) => name), ["a", "b"]);
});

Deno.test("what is written by hand is read too, and --clear takes all of it once", async () => {
  await using world = await World.make();
  const box = `${world.comms}/mailbox/a`;
  await Deno.writeTextFile(`${box}/messages.log`, "b [noon]: by hand\nno form at all\n");
  await Deno.writeTextFile(`${box}/notes`, "a note\n");
  const read = await readMessages(world.post("a"), { take: true });
  assert.deepEqual(read.messages, [
    { from: "b", at: "noon", text: "by hand", file: "messages.log" },
    { text: "no form at all", file: "messages.log" },
    { text: "a note", file: "notes" },
  ]);
  assert.deepEqual(texts(await readMessages(world.post("a"), {})), []);
  assert.deepEqual([...Deno.readDirSync(box)], []);
});

Deno.test("T47 a text cannot pretend to be several messages, and is bounded", () => {
  const at = new Date("2026-10-31T12:00:00.5Z");
  for (const end of ["\n", "\r\n", "\r", "\u0085", "\u2028", "\u2029"]) {
    const lines = messageLines({ from: "a", text: `x${end}b [now]: y`, at });
    assert.equal(lines, "a [2026-10-31T12:00:00Z]: x\n  b [now]: y\n");
  }
  assert.throws(() => messageLines({ from: "a", text: " \n\n", at }), { code: "no-text" });
  assert.throws(() => messageLines({ from: "a", text: "x".repeat(64 * 1024), at }), { code: "too-large" });
});

Deno.test("T25 whatever a box puts in the place of messages leads nowhere, holds nobody up, and its neighbours are read", async () => {
  await using world = await World.make();
  const box = `${world.comms}/mailbox/a`;
  await sendMessage(world.post("b"), { to: "a", text: "real" });
  await Deno.symlink("../../../secret", `${box}/link`);
  await Deno.mkdir(`${box}/folder`);
  await new Deno.Command("mkfifo", { args: [`${box}/pipe`] }).output();
  for (const take of [false, true]) {
    const read = await readMessages(world.post("a"), { take });
    assert.deepEqual(texts(read), ["real"]);
    assert.equal(read.unread.length, 3);
  }
  assert.equal(await Deno.readTextFile(`${world.base}/secret`), "secret");
  // In the place of the file itself, and of the log of all.
  for (
    const [folder, name, to] of [[box, "messages.log", "a"], [
      world.comms,
      "broadcast.log",
      undefined,
    ]] as const
  ) {
    const send = () => sendMessage(world.post("host"), { ...(to === undefined ? {} : { to }), text: "x" });
    for (
      const put of [
        () => Deno.symlink(`${world.base}/secret`, `${folder}/${name}`),
        () => Deno.symlink(`${world.base}/new`, `${folder}/${name}`),
        () => new Deno.Command("mkfifo", { args: [`${folder}/${name}`] }).output(),
        () => Deno.mkdir(`${folder}/${name}`),
      ]
    ) {
      await Deno.remove(`${folder}/${name}`, { recursive: true }).catch(() => {});
      await put();
      await assert.rejects(send, { code: "unsafe-tree" });
    }
    await Deno.remove(`${folder}/${name}`, { recursive: true });
    await send();
    assert.match(await Deno.readTextFile(`${folder}/${name}`), /^host \[.*\]: x\n$/);
  }
  assert.equal(await Deno.readTextFile(`${world.base}/secret`), "secret");
  await assert.rejects(Deno.stat(`${world.base}/new`));
});

Deno.test("T25 a mailbox that became a link is none, and none is made or removed where it leads", async () => {
  await using world = await World.make();
  await Deno.mkdir(`${world.base}/elsewhere`);
  await Deno.remove(`${world.comms}/mailbox/a`);
  await Deno.symlink(`${world.base}/elsewhere`, `${world.comms}/mailbox/a`);
  await assert.rejects(sendMessage(world.post("b"), { to: "a", text: "x" }), { code: "unsafe-tree" });
  await assert.rejects(makeMailbox(world.comms, "a"), { code: "unsafe-tree" });
  assert.deepEqual(listMailboxes(world.post("b")).map(({ name }) => name), ["b"]);
  await Deno.remove(`${world.comms}/mailbox`, { recursive: true });
  await Deno.symlink(`${world.base}/elsewhere`, `${world.comms}/mailbox`);
  await assert.rejects(makeMailbox(world.comms, "c"), { code: "unsafe-tree" });
  assert.deepEqual([...Deno.readDirSync(`${world.base}/elsewhere`)], []);
  await Deno.remove(`${world.comms}/mailbox`);
  await makeMailbox(world.comms, "c");
  assert.deepEqual(listMailboxes(world.post("c")).map(({ name }) => name), ["c"]);
});

Deno.test("T47 no name leads out of the mailboxes, and a name that is not there is answered with the nearest", async () => {
  await using world = await World.make();
  for (const name of ["..", "../mailbox/b", "b/../a", "/etc", "", "B", "a b", "b\0", "a..b"]) {
    assert.equal(isMailbox(name), false, name);
    await assert.rejects(sendMessage(world.post("a"), { to: name, text: "x" }), { code: "no-mailbox" });
  }
  await makeMailbox(world.comms, "webshop");
  await assert.rejects(sendMessage(world.post("a"), { to: "webshpo", text: "x" }), {
    hints: ["Did you mean webshop?"],
  });
  assert.equal(mailboxOf({ id: "kanibako-app", role: "box" }), "app");
  assert.equal(mailboxOf({ id: "kanibako-ws-team-app-0123abcd", role: "box" }), "ws-team-app-0123abcd");
  assert.equal(mailboxOf({ id: "kanibako-scratch-1", role: "scratch" }), undefined);
});

Deno.test("T50 a log is set aside when it is large, and of a huge one only the end is read", async () => {
  await using world = await World.make();
  const log = `${world.comms}/broadcast.log`;
  await Deno.writeTextFile(log, "old [then]: x\n".repeat(LOG_BYTES / 14 + 1));
  await Deno.mkdir(`${log}.1`); // what a box puts in the way keeps nobody from anything
  await makeMailbox(world.comms, "a");
  await sendMessage(world.post("a"), { text: "still said" });
  await Deno.remove(`${log}.1`);
  await makeMailbox(world.comms, "a");
  assert.equal((await Deno.stat(log)).size, 0);
  assert.ok((await Deno.stat(`${log}.1`)).size >= LOG_BYTES);
  await Deno.writeTextFile(`${world.comms}/mailbox/b/messages.log`, "first\n");
  await Deno.truncate(`${world.comms}/mailbox/b/messages.log`, 2 ** 40);
  await Deno.writeTextFile(`${world.comms}/mailbox/b/messages.log`, "\na [now]: last\n", { append: true });
  const read = await readMessages(world.post("b"), { take: true });
  assert.deepEqual([texts(read).at(-1), read.cut], ["last", true]);
  // What was not read whole stays.
  assert.deepEqual([...Deno.readDirSync(`${world.comms}/mailbox/b`)].map(({ name }) => name), [
    "messages.log",
  ]);
});

Deno.test("T25 a folder that a box has closed is opened again", async () => {
  await using world = await World.make();
  await Deno.chmod(world.comms, 0);
  await makeMailbox(world.comms, "c");
  assert.equal((await Deno.stat(world.comms)).mode! & 0o777, 0o700);
});

Deno.test("readEnd() begins with a whole line where something is left out", async () => {
  await using world = await World.make();
  await Deno.writeTextFile(`${world.comms}/x`, "one\ntwo\nthree\n");
  using folder = openComms(world.comms);
  assert.deepEqual(readEnd(folder, "x", 100), { text: "one\ntwo\nthree\n", cut: false });
  assert.deepEqual(readEnd(folder, "x", 8), { text: "three\n", cut: true });
  assert.equal(readEnd(folder, "y", 8), undefined);
});

Deno.test("on the host a name is a mailbox or a project, and one that is neither is said to be none", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const path = await box.folder("api");
  await createProject(host, { path });
  const post = postOnHost(host, path);
  // A box that has never started has no mailbox yet: it gets one with the first message.
  for (const to of ["api", path]) assert.equal(await sendMessage(post, { to, text: `to ${to}` }), "api");
  assert.deepEqual(texts(await readMessages(post, {})), ["to api", `to ${path}`]);
  await assert.rejects(sendMessage(post, { to: "nobody", text: "x" }), {
    code: "no-mailbox",
    message: "There is no mailbox or project nobody.",
  });
  await assert.rejects(readMessages(postOnHost(host, await box.folder("other")), {}), { code: "no-mailbox" });
  await removeProject(host, "api", "/", { purge: true, force: true });
  assert.deepEqual(listMailboxes(post), []);
});
