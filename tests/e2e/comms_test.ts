// Messages between real boxes.

import assert from "node:assert/strict";
import { User } from "../support/program.ts";

Deno.test("boxes send messages by command and by hand, the host reads them escaped, and a box kept from the network has none", async () => {
  await using user = await User.make();
  const [one, two] = [await user.folder(), await user.folder()];
  const name = (path: string) => path.slice(path.lastIndexOf("/") + 1);
  const sh = (cwd: string, script: string) => user.run(["shell", "--", "sh", "-c", script], { cwd });
  // There is no network, and nobody has said that there are messages all the same.
  assert.doesNotMatch(await user.ok(["shell", "--plan"], { cwd: one }), /comms/);
  await user.configure('[box]\nnetwork = "none"\ncomms = true\n');
  assert.match(await user.ok(["shell", "--plan"], { cwd: one }), /\/home\/agent\/comms/);
  for (const cwd of [one, two]) await user.ok(["create"], { cwd });
  // A box that has not been started has a mailbox with its first message.
  await user.ok(["comms", "send", name(two), "from", "the host"]);
  const sent = await sh(
    one,
    `printf 'one\\ntwo \\033]0;x\\007' | kanibako comms send ${name(two)} - &&
     echo "by hand" >>~/comms/mailbox/${name(two)}/messages.log &&
     echo "$KANIBAKO_NAME [now]: to all" >>~/comms/broadcast.log && kanibako comms send ${name(one)}x no`,
  );
  assert.match(sent.stderr, new RegExp(`Sent to ${name(two)}[^]*Did you mean ${name(one)}\\?`));
  const host = await user.run(["comms", "read"], { cwd: two });
  assert.match(
    host.stdout,
    new RegExp(
      `^host \\[.*\\]: from the host\\n${name(one)} \\[.*\\]: one\\n  two \\\\x1b\\]0;x\\\\x07\\nby hand\\n$`,
    ),
  );
  const read = await sh(
    two,
    "kanibako comms read --clear --json && kanibako comms read && kanibako comms read -b",
  );
  assert.match(read.stdout, new RegExp(`\\n${name(one)} \\[now\\]: to all\\n$`));
  const json = JSON.parse(read.stdout.slice(0, read.stdout.lastIndexOf("}\n") + 1));
  assert.deepEqual(json.messages.map(({ text }: { text: string }) => text), [
    "from the host",
    "one\ntwo \x1b]0;x\x07",
    "by hand",
  ]);
  assert.match(read.stderr, /There are no messages/);
  // What a box spoils keeps no other from starting; a purge takes the mailbox along, and nothing else.
  const comms = `${user.data}/comms`;
  await Deno.remove(`${comms}/mailbox/${name(two)}`, { recursive: true });
  await Deno.symlink("/", `${comms}/mailbox/${name(two)}`);
  await Deno.remove(`${comms}/broadcast.log`);
  await Deno.mkdir(`${comms}/broadcast.log`);
  const spoilt = await sh(two, "echo still starts");
  assert.deepEqual([spoilt.code, spoilt.stdout], [0, "still starts\n"]);
  assert.match(spoilt.stderr, /This box has no mailbox/);
  await user.ok(["rm", name(two), "--purge", "--force"]);
  assert.deepEqual([...Deno.readDirSync(`${comms}/mailbox`)].map((entry) => entry.name), [
    name(one),
  ]);
});
