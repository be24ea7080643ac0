// Messages between real boxes.

import assert from "node:assert/strict";
import { User } from "../support/program.ts";

Deno.test("boxes send messages by command and by hand, the host reads them escaped, and a box kept from the network has none", async () => {
  await using user = await User.make();
  const [one, two] = [await user.folder(), await user.folder()];
  const name = (path: string) => path.slice(path.lastIndexOf("/") + 1);
  const sh = (cwd: string, script: string) => user.run(["shell", "--", "sh", "-c", script], { cwd });
  // There is no network, and nobody has said that there are messages all the same.
  const without = await sh(one, "ls -d ~/comms; kanibako comms read");
  assert.match(without.stderr, /comms': No such file[^]*This box has no folder for messages/);
  await user.configure('[box]\nnetwork = "none"\ncomms = true\n');
  assert.equal((await sh(two, "test -d ~/comms/mailbox/$KANIBAKO_NAME")).code, 0);
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
    new RegExp(`^${name(one)} \\[.*\\]: one\\n  two \\\\x1b\\]0;x\\\\x07\\nby hand\\n$`),
  );
  await user.ok(["comms", "send", name(two), "from", "the host"]);
  const read = await sh(
    two,
    "kanibako comms read --clear --json && kanibako comms read && kanibako comms read -b",
  );
  assert.match(read.stdout, new RegExp(`\\n${name(one)} \\[now\\]: to all\\n$`));
  const json = JSON.parse(read.stdout.slice(0, read.stdout.lastIndexOf("}\n") + 1));
  assert.deepEqual(json.messages.map(({ text }: { text: string }) => text), [
    "one\ntwo \x1b]0;x\x07",
    "by hand",
    "from the host",
  ]);
  assert.match(read.stderr, /There are no messages/);
  // What a box spoils keeps no other from starting; a purge takes the mailbox along, and nothing else.
  await sh(
    one,
    `rm -r ~/comms/mailbox/${name(two)} ~/comms/broadcast.log; ln -s / ~/comms/mailbox/${
      name(two)
    }; mkdir ~/comms/broadcast.log`,
  );
  const spoilt = await sh(two, "echo still starts");
  assert.deepEqual([spoilt.code, spoilt.stdout], [0, "still starts\n"]);
  assert.match(spoilt.stderr, /This box has no mailbox/);
  await user.ok(["rm", name(two), "--purge", "--force"]);
  assert.deepEqual([...Deno.readDirSync(`${user.data}/comms/mailbox`)].map((entry) => entry.name), [
    name(one),
  ]);
});
