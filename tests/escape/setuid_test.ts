/** H5: what a box leaves in a folder that it shares with the host gives nobody there the rights of the box's user. */

import assert from "node:assert/strict";
import { engine, rootless, User } from "../support/program.ts";
import { filesBelow, inBoxOk } from "./support.ts";

const TRIES = await Deno.readTextFile(new URL("setuid.py", import.meta.url));

/** The files below a folder that give their runner other rights than the runner's own. */
async function setuidFiles(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const path of filesBelow(folder)) {
    if ((await Deno.lstat(path)).mode! & 0o6000) found.push(path.slice(folder.length + 1));
  }
  return found.sort();
}

Deno.test(`H5: no call of a strict box leaves a setuid program, a device or a file capability (${engine})`, async () => {
  await using user = await User.make();
  const folder = await user.folder();
  await Deno.writeTextFile(`${folder}/tries.py`, TRIES);
  const strict = ["--security", "strict"];
  const tried = await inBoxOk(user, folder, "python3 tries.py 2>/dev/null", strict);
  assert.equal(tried, "all tried\n");
  assert.deepEqual(await setuidFiles(folder), []);
  // What it made without the bits is there: a refusal was one of the bits, not of the call.
  for (const name of ["chmod-4755-0", "fchmod-6711-0", "fchmodat-2755-0"]) {
    assert.equal((await Deno.stat(`${folder}/${name}`)).mode! & 0o7777, 0o755, name);
  }
  // The allowed thing: modes, links, archives and repositories as ever.
  const works = await inBoxOk(
    user,
    folder,
    `set -e; cd "$(mktemp -d -p .)"; umask 022
     install -m 755 /bin/true t; ./t; chmod 1777 .; mkdir -m 700 d; touch d/x; cp -a d e; tar -cf a.tar d; tar -xpf a.tar
     git init -q r; cd r; git -c user.name=n -c user.email=e commit -q --allow-empty -m x; cd ..; git clone -q r s
     python3 -c 'import os; os.close(os.open("made", os.O_CREAT | os.O_WRONLY, 0o755)); os.mknod("node", 0o100640)'
     stat -c %a t d made node; mktemp >/dev/null; echo fine`,
    strict,
  );
  assert.equal(works, "755\n700\n755\n640\nfine\n");
});

Deno.test("H5: in a folder that hands its group on, trees are copied as ever, and no setuid program is made", async () => {
  await using user = await User.make();
  const folder = await user.folder();
  if (Deno.uid() === 0) await Deno.chown(folder, 1234, 1234);
  await Deno.chmod(folder, 0o2775);
  const copied = await inBoxOk(
    user,
    folder,
    `set -e; mkdir a; stat -c %a a; touch a/f; cp -a a b; chmod -R u+w a; git init -q --shared r; stat -c %a b
     ! chmod 4755 a/f && ! chmod 6755 a/f && echo refused`,
    ["--security", "strict"],
  );
  assert.equal(copied, "2755\n2755\nrefused\n");
});

Deno.test({
  name: `H5: where sudo works, packages bring their setuid programs${rootless ? "" : " (only without root)"}`,
  ignore: !rootless,
  fn: async () => {
    await using user = await User.make();
    const folder = await user.folder();
    const made = await inBoxOk(
      user,
      folder,
      `sudo -n sh -ec 'cp /usr/bin/id /usr/local/bin/own; chmod 4755 /usr/local/bin/own'; own -u`,
    );
    assert.equal(made, "0\n");
  },
});
