import { match, strictEqual } from "node:assert/strict";
import { accounts, writeAccounts } from "../../lib/plan/user.ts";

const USER = { kind: "owner", uid: 1234, gid: 1235 } as const;

async function withUmask<T>(mask: number, work: () => Promise<T>): Promise<T> {
  const before = Deno.umask(mask);
  try {
    return await work();
  } finally {
    Deno.umask(before);
  }
}

function modeOf(path: string): number {
  return Deno.statSync(path).mode! & 0o777;
}

Deno.test("another user can read the files that name a box's user, whatever the umask says", async () => {
  const state = await Deno.makeTempDir();
  await withUmask(0o077, () => writeAccounts(USER, state));
  const { passwd, group } = accounts(USER, state)!;
  for (const path of [passwd, group]) strictEqual(modeOf(path), 0o644, path);
  for (const folder of [`${state}/accounts`, `${state}/accounts/1234-1235`]) {
    strictEqual(modeOf(folder), 0o755);
  }
  match(await Deno.readTextFile(passwd), /^agent:x:1234:1235:agent:\/home\/agent:/m);
  match(await Deno.readTextFile(group), /^agent:x:1235:$/m);
  await Deno.remove(state, { recursive: true });
});

Deno.test("files that nobody else can read are written again, and good ones are left alone", async () => {
  const state = await Deno.makeTempDir();
  const { passwd } = accounts(USER, state)!;
  await writeAccounts(USER, state);
  await Deno.chmod(passwd, 0o600);
  await writeAccounts(USER, state);
  strictEqual(modeOf(passwd), 0o644);
  await Deno.writeTextFile(passwd, "changed");
  await writeAccounts(USER, state);
  strictEqual(await Deno.readTextFile(passwd), "changed");
  await Deno.remove(state, { recursive: true });
});

Deno.test("who is the rig's own user needs no such files", async () => {
  const state = await Deno.makeTempDir();
  const keep = { kind: "keep-id", uid: 1000, gid: 1000 } as const;
  strictEqual(accounts(keep, state), undefined);
  await writeAccounts(keep, state);
  strictEqual([...Deno.readDirSync(state)].length, 0);
  await Deno.remove(state, { recursive: true });
});
