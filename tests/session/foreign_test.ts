/** H4: what root has does not reach a box of another user. */

import { deepEqual, equal, match } from "node:assert/strict";
import { readCrabFile } from "../../lib/crab/file.ts";
import { resolveSettings } from "../../lib/config/resolve.ts";
import type { BoxRuntime } from "../../lib/runtime/runtime.ts";
import { foreignOwner, foreignWarning, withoutLogin, withoutRoots } from "../../lib/session/foreign.ts";
import { createProject } from "../../lib/project/create.ts";
import { Sandbox } from "../config/support.ts";

const runtime = (userNamespace: boolean) => ({ can: { userNamespace } }) as unknown as BoxRuntime;

Deno.test("H4: of what root sets, only what is set for this box reaches another user's", async () => {
  await using box = await Sandbox.make();
  const host = await box.open(
    '[box.path.share_ro]\nall = "/srv/all:~/all"\n[system.path.share_rw]\nbuild = "build:~/build"\nmine = "~/x:~/x"\n[box.path.seeded]\nrc = "/srv/rc:~/rc"\n[shared]\npip = ".cache/pip"\n[secret]\nROOT = "api.test"\n[secret_file]\nROOT = ".root"\n[ssh]\n"git.test" = "~/.ssh/id.pub"\n',
  );
  const { paths } = host.system;
  await box.write(paths.env, "SYSTEM_API_KEY=k\nPLAIN=p\n");
  await box.write(`${paths.crabs}/claude.toml`, "[crab]\nname = 'claude'\n[env]\nCRAB_TOKEN = 't'\n");
  const metadata = `${paths.boxes}/app`;
  await box.write(
    `${metadata}/project.toml`,
    '[box.path.share_ro]\nown = "/srv/own:~/own"\n[secret]\nOWN = "api.test"\n',
  );
  await box.write(`${metadata}/env`, "BOX_TOKEN=b\n");
  const place = { mode: "default", path: "/w/app", metadata } as const;
  const crab = await readCrabFile(paths, "claude");
  const all = await resolveSettings(host, place, crab, { env: ["GIVEN=g"] });
  deepEqual(Object.keys(all.secrets).sort(), ["OWN", "ROOT"]);
  deepEqual(Object.keys(all.ssh), ["git.test"]);
  // As they are for a box of one's own.
  deepEqual(Object.keys(all.env).sort(), ["BOX_TOKEN", "CRAB_TOKEN", "GIVEN", "PLAIN", "SYSTEM_API_KEY"]);
  const { settings, left } = withoutRoots(all);
  deepEqual(Object.keys(settings.env).sort(), ["BOX_TOKEN", "GIVEN"]);
  deepEqual(Object.keys(settings.binds).sort(), ["box.path.share_ro.own", "system.path.share_rw.build"]);
  deepEqual(Object.keys(settings.secrets), ["OWN"]);
  deepEqual([settings.secretFiles, settings.ssh], [{}, {}]);
  deepEqual([settings.caches, settings.agentCaches, settings.resources], [{}, {}, {}]);
  for (
    const name of [
      "CRAB_TOKEN",
      "PLAIN",
      "SYSTEM_API_KEY",
      "box.path.share_ro.all",
      "system.path.share_rw.mine",
      "box.path.seeded.rc",
      "secret.ROOT",
      "secret_file.ROOT",
      "ssh.git.test",
    ]
  ) {
    equal(left.includes(name), true, `${name} in ${left}`);
  }
  match(
    foreignWarning({ uid: 1000, left }),
    /belongs to user 1000.*gets neither your login nor what is set for all boxes .*SYSTEM_API_KEY/,
  );
});

Deno.test("H4: a box is another user's when root runs it without a user namespace in that user's folder", async () => {
  await using box = await Sandbox.make();
  const path = await box.folder("app");
  equal(foreignOwner(runtime(false), path), undefined);
  if (Deno.uid() !== 0) return console.log("giving a folder away: only root can");
  await Deno.chown(path, 1234, 1234);
  equal(foreignOwner(runtime(false), path), 1234);
  equal(foreignOwner(runtime(true), path), undefined);
  const project = await createProject(await box.open(), { path });
  deepEqual([project.sharedAuth, withoutLogin(project).sharedAuth], [true, false]);
});
