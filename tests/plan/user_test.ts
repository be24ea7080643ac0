import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { planBox } from "../../lib/plan/plan.ts";
import { accountFiles } from "../../lib/plan/user.ts";
import { writeNew } from "../../lib/runtime/cli/handed_files.ts";
import type { FilesMount, UserMapping } from "../../lib/spec/box_spec.ts";
import { planInput } from "../support/plan_input.ts";

const OWNER = { kind: "owner", uid: 1234, gid: 1235 } as const;

async function accounts(user: UserMapping): Promise<readonly FilesMount[]> {
  const { mounts } = planBox(await planInput({ user }));
  return mounts.filter((mount) => mount.type === "files").filter(({ destination }) =>
    destination.startsWith("/etc/")
  );
}

Deno.test("a box whose user the rig does not know gets files that name it", async () => {
  const found = await accounts(OWNER);
  deepStrictEqual(found.map(({ destination }) => destination), ["/etc/group", "/etc/passwd"]);
  const [group, passwd] = found.map(({ files }) => String(files.get("")?.content));
  match(passwd!, /^agent:x:1234:1235:agent:\/home\/agent:/m);
  match(passwd!, /^root:x:0:0:root:\/root:/);
  match(group!, /^agent:x:1235:$/m);
  match(accountFiles({ kind: "owner", uid: 0, gid: 0 })!.passwd, /^root:x:0:0:agent:\/home\/agent:/);
});

Deno.test("a box whose user is the rig's own gets none", async () => {
  const keep = { kind: "keep-id", uid: 1000, gid: 1000 } as const;
  deepStrictEqual(await accounts(keep), []);
  strictEqual(accountFiles(keep), undefined);
});

Deno.test("another user can read those files, whatever the umask says", async () => {
  const folder = await Deno.makeTempDir();
  const before = Deno.umask(0o077);
  try {
    for (const { destination, files } of await accounts(OWNER)) {
      const path = `${folder}/${destination.slice("/etc/".length)}`;
      await writeNew(path, files);
      strictEqual(Deno.statSync(path).mode! & 0o777, 0o644, path);
    }
    ok(Deno.statSync(`${folder}/passwd`).size > 0);
  } finally {
    Deno.umask(before);
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("an image that is not ours keeps its accounts, and the box's user comes first", () => {
  const image = {
    bash: false,
    passwd:
      "root:x:0:0:root:/root:/bin/ash\nagent:x:9:9::/:/bin/false\nnode:x:1234:1234::/home/node:/bin/sh\n",
    group: "root:x:0:\nwww:x:82:node\n",
  };
  const files = accountFiles(OWNER, image)!;
  strictEqual(
    files.passwd,
    "root:x:0:0:root:/root:/bin/sh\nagent:x:1234:1235:agent:/home/agent:/bin/sh\nnode:x:1234:1234::/home/node:/bin/sh\n",
  );
  strictEqual(files.group, "root:x:0:\nagent:x:1235:\nwww:x:82:node\n");
  // One without accounts gets those of every system.
  match(accountFiles(OWNER, { bash: true })!.passwd, /^nobody:x:65534:/m);
});
