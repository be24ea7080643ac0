import { match, rejects } from "node:assert/strict";
import { checkWorkspace } from "../../lib/project/guard.ts";
import { createProject } from "../../lib/project/create.ts";
import { Sandbox } from "../config/support.ts";

const plain = { standalone: false, allowHome: false };

for (
  const path of [
    ...[
      "/",
      "/home",
      "/root",
      "/tmp",
      "/etc",
      "/etc/ssh",
      "/usr",
      "/usr/bin",
      "/usr/local",
      "/var",
      "/var/tmp",
      "/opt",
    ],
    ...[
      "/dev/shm",
      "/proc/1",
      "/sys",
      "/boot",
      "/run",
      "/bin",
      "/lib64/x",
      "/home/somebody",
      "/var/lib/docker/volumes",
    ],
  ]
) {
  Deno.test(`the system's folder ${path} is no workspace`, async () => {
    await using box = await Sandbox.make();
    await rejects(checkWorkspace(await box.open(), path, plain), { code: "unsafe-workspace" });
  });
}

for (
  const path of [
    "/home/somebody/code",
    "/opt/app",
    "/srv/www",
    "/usr/src/linux",
    "/var/www/site",
    "/mnt/disk",
  ]
) {
  Deno.test(`the folder ${path} can be a workspace`, async () => {
    await using box = await Sandbox.make();
    await checkWorkspace(await box.open(), path, plain);
  });
}

Deno.test("the home is a workspace only when standalone and asked for", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const home = host.dirs.home;
  for (const [standalone, allowHome] of [[false, false], [false, true], [true, false]] as const) {
    await rejects(
      checkWorkspace(host, home, { standalone, allowHome }),
      (error: { code: string; hints: string[] }) => {
        match(error.hints[1]!, /kanibako create --standalone --allow-home/);
        return error.code === "home-project";
      },
    );
  }
  await checkWorkspace(host, home, { standalone: true, allowHome: true });
  await checkWorkspace(host, `${home}/code`, plain);
});

Deno.test("folders above the home and above or in our own folders are no workspaces", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const own = [host.dirs.data, host.dirs.state, host.dirs.cache, `${host.dirs.data}/boxes/x/shell`];
  const above = [
    box.root,
    `${box.root}/data`,
    `${box.root}/state`,
    `${box.root}/cache`,
    `${box.root}/config`,
  ];
  for (const path of [...own, ...above]) {
    await rejects(checkWorkspace(host, path, plain), { code: "unsafe-workspace" }, path);
  }
  await checkWorkspace(host, `${box.root}/data/other`, plain);
});

Deno.test("folders that hold keys, or programs of the host's user, are no workspaces", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  for (const name of [".ssh", ".gnupg/x", ".claude", ".config/containers", ".local/bin"]) {
    await rejects(checkWorkspace(host, `${host.dirs.home}/${name}`, plain), { code: "unsafe-workspace" });
  }
  await checkWorkspace(host, `${host.dirs.home}/.dotfiles`, plain);
  await rejects(checkWorkspace(host, `${host.dirs.home}/.config/fish`, plain), { code: "unsafe-workspace" });
  await checkWorkspace(host, `${host.dirs.home}/.config/other`, plain);
});

Deno.test("a link to a guarded folder is guarded; a link to another folder is followed", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  await Deno.symlink("/etc", `${box.root}/work/etc`);
  await Deno.symlink(host.dirs.home, `${box.root}/work/home`);
  await Deno.mkdir(host.dirs.data);
  await Deno.symlink(host.dirs.data, `${box.root}/work/data`);
  await rejects(createProject(host, { path: `${box.root}/work/etc` }), { code: "unsafe-workspace" });
  await rejects(createProject(host, { path: `${box.root}/work/home` }), { code: "home-project" });
  await rejects(createProject(host, { path: `${box.root}/work/data/x` }), { code: "unsafe-workspace" });
  const real = await box.folder("real");
  await Deno.symlink(real, `${box.root}/work/link`);
  match((await createProject(host, { path: `${box.root}/work/link` })).path, /\/real$/);
});

Deno.test("nothing is made where the guard says no", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  await rejects(createProject(host, { path: `${host.dirs.home}/.ssh/new` }), { code: "unsafe-workspace" });
  await rejects(Deno.stat(`${host.dirs.home}/.ssh`));
});
