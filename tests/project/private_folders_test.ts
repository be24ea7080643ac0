/** H1: private folders are known by what they are. */

import { deepEqual, equal, match, rejects, throws } from "node:assert/strict";
import { exposures } from "../../lib/project/exposure.ts";
import { checkWorkspace } from "../../lib/project/guard.ts";
import { createProject } from "../../lib/project/create.ts";
import { locateProject } from "../../lib/project/locate.ts";
import { checkBeforeLaunch } from "../../lib/project/launch_guard.ts";
import { controlPlaces, guardedFolders, secretPlaces } from "../../lib/project/secret_places.ts";
import { targets } from "../../targets/discover.ts";
import { Sandbox } from "../config/support.ts";

const plain = { standalone: false, allowHome: false };
const unsafe = { code: "unsafe-workspace" };

/** A sandbox whose home has `place` by a link into `dotfiles`, where the folder or file itself is. */
async function behindLink(box: Sandbox, place: string): Promise<{ dotfiles: string; kept: string }> {
  const { root } = box;
  const name = place.replace(/\/$/, "");
  const dotfiles = `${root}/home/dotfiles`;
  const kept = `${dotfiles}/kept`;
  if (place.endsWith("/")) await Deno.mkdir(kept, { recursive: true });
  else await box.write(kept, "KEY");
  await Deno.mkdir(`${root}/home/${name}`.replace(/\/[^/]*$/, ""), { recursive: true });
  await Deno.symlink(kept, `${root}/home/${name}`);
  return { dotfiles, kept };
}

Deno.test("H1: each private place behind a link is refused, and so is a folder around it", async () => {
  for (const place of [...guardedFolders(), ...secretPlaces(targets())]) {
    await using box = await Sandbox.make();
    const host = await box.open();
    const { dotfiles, kept } = await behindLink(box, place);
    if (place.endsWith("/")) {
      await rejects(createProject(host, { path: kept }), unsafe, place);
      await rejects(createProject(host, { path: `${kept}/deeper` }), unsafe, place);
      await rejects(createProject(host, { path: `${box.root}/home/${place}` }), unsafe, place);
    }
    await rejects(createProject(host, { path: dotfiles }), (error: Error) => {
      match(error.message, /in it|contains/);
      return error.message.includes(`~/${place.replace(/\/$/, "")}`);
    }, place);
    await createProject(host, { path: `${box.root}/home/other` });
  }
});

Deno.test("H1: a repository of dotfiles is a workspace, and what is linked into it is named", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const dotfiles = `${box.root}/home/dotfiles`;
  for (const name of [".bashrc", ".gitconfig", ".vimrc"]) {
    await box.write(`${dotfiles}/${name}`, "");
    await Deno.symlink(`dotfiles/${name}`, `${box.root}/home/${name}`);
  }
  await box.write(`${dotfiles}/ssh-config`, "");
  await Deno.mkdir(`${box.root}/home/.ssh`);
  await Deno.symlink(`${dotfiles}/ssh-config`, `${box.root}/home/.ssh/config`);
  await Deno.symlink(dotfiles, `${box.root}/home/d`);
  const project = await createProject(host, { path: dotfiles });
  const [text, ...more] = exposures(host, project);
  match(text!, /can change: ~\/\.bashrc, ~\/\.gitconfig, ~\/\.ssh\/config, ~\/\.vimrc lead there/);
  equal(more.length, 0);
  checkBeforeLaunch(host, project);
  // The twin: nothing leads into another folder.
  deepEqual(exposures(host, await createProject(host, { path: `${box.root}/work/plain` })), []);
});

Deno.test("H1: a key that is linked into a folder alone is a key in it", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const key = await box.write("work/app/id_ed25519", "KEY");
  await box.write("home/.ssh/config", "");
  await Deno.symlink(key, `${box.root}/home/.ssh/id_ed25519`);
  await rejects(
    checkWorkspace(host, `${box.root}/work/app`, plain),
    /your keys are in it \(~\/\.ssh\/id_ed25519\)/,
  );
  await Deno.remove(`${box.root}/home/.ssh/id_ed25519`);
  await checkWorkspace(host, `${box.root}/work/app`, plain);
});

Deno.test("H1: a link made after the project was created keeps its box from starting", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const project = await createProject(host, { path: await box.folder("dotfiles") });
  checkBeforeLaunch(host, project);
  await Deno.symlink(`${project.path}/ssh`, `${box.root}/home/.ssh`);
  // It leads to nothing yet, and the box could make what it leads to.
  throws(() => checkBeforeLaunch(host, project), /your keys are in it \(~\/\.ssh\)/);
  await Deno.mkdir(`${project.path}/ssh`);
  throws(() => checkBeforeLaunch(host, project), unsafe);
  await Deno.remove(`${box.root}/home/.ssh`);
  checkBeforeLaunch(host, project);
});

Deno.test("H1: a home or vault of a box that is a link to something private is not given", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const project = await createProject(host, { path: await box.folder("app"), layout: "robust" });
  const elsewhere = await box.folder("elsewhere");
  await Deno.mkdir(`${box.root}/home/.ssh`);
  for (const place of [project.home, project.vault!.readOnly, project.vault!.readWrite]) {
    await Deno.rename(place, `${place}.old`);
    for (
      const target of [`${box.root}/home/.ssh`, `${box.root}/home`, host.dirs.state, host.dirs.data, "/etc"]
    ) {
      await Deno.symlink(target, place);
      throws(() => checkBeforeLaunch(host, project), { code: "unsafe-path" }, `${place} -> ${target}`);
      await Deno.remove(place);
    }
    await Deno.symlink(elsewhere, place);
    checkBeforeLaunch(host, project);
    await Deno.remove(place);
    await Deno.rename(`${place}.old`, place);
  }
});

Deno.test("H1: dots, slashes and links on the way lead to the same answer", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  await Deno.mkdir(`${box.root}/home/.ssh/x`, { recursive: true });
  await Deno.symlink(`${box.root}/home`, `${box.root}/work/h`);
  for (
    const path of [
      "home/.ssh/",
      "home/../home/.ssh",
      "home/.ssh/x/..",
      "home//.ssh/./x",
      "work/h/.ssh",
      "work/h/.ssh/new",
      "home/.ssh/x/../../.ssh/",
    ]
  ) await rejects(createProject(host, { path: `${box.root}/${path}` }), unsafe, path);
  await createProject(host, { path: `${box.root}/work/h/../home/x` });
});

Deno.test("H1: a folder with another name of a private file is refused, and one of a dotfile is named", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const app = await box.folder("app/deep");
  await box.write("home/.ssh/id_ed25519", "KEY");
  await Deno.link(`${box.root}/home/.ssh/id_ed25519`, `${app}/key`);
  await rejects(
    createProject(host, { path: `${box.root}/work/app` }),
    /another name of ~\/\.ssh\/id_ed25519/,
  );
  await Deno.remove(`${app}/key`);
  await box.write("home/.bashrc", "");
  await Deno.link(`${box.root}/home/.bashrc`, `${app}/bashrc`);
  const project = await createProject(host, { path: `${box.root}/work/app` });
  match(exposures(host, project)[0]!, /: ~\/\.bashrc leads there/);
});

Deno.test("H1: containers and images of the machine behind a link are not to be had", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const storage = await box.folder("disk/storage");
  await Deno.mkdir(`${box.root}/home/.local/share`, { recursive: true });
  await Deno.symlink(storage, `${box.root}/home/.local/share/containers`);
  await rejects(checkWorkspace(host, `${box.root}/work/disk`, plain), /~\/\.local\/share\/containers/);
  await rejects(checkWorkspace(host, `${storage}/overlay`, plain), unsafe);
  // Or kept elsewhere, as the engine's own file says.
  const other = await box.folder("disk2/storage");
  await checkWorkspace(host, `${box.root}/work/disk2`, plain);
  await box.write("home/.config/containers/storage.conf", `[storage]\ngraphroot = "${other}"\n`);
  await rejects(
    checkWorkspace(host, `${box.root}/work/disk2`, plain),
    /containers and images of this machine are in it/,
  );
  await rejects(checkWorkspace(host, `${other}/overlay`, plain), unsafe);
});

Deno.test("H1: kanibako's own folders behind a link are refused from both sides", async () => {
  await using box = await Sandbox.make();
  const { root } = box;
  for (const name of ["config", "data", "state", "cache"]) {
    const kept = `${root}/work/kept/${name}`;
    await Deno.mkdir(`${root}/work/kept`, { recursive: true });
    await Deno.rename(`${root}/${name}`, kept);
    // The folder of state may be no link itself.
    await Deno.symlink(kept, `${root}/${name}`);
  }
  const host = await box.open();
  for (const path of ["work/kept", "work/kept/data/kanibako/boxes", "work/kept/state/kanibako/x"]) {
    await rejects(checkWorkspace(host, `${root}/${path}`, plain), unsafe, path);
  }
  await checkWorkspace(host, `${root}/work/app`, plain);
});

Deno.test("H1: a single file of kanibako's that is kept elsewhere makes its folder one of kanibako's", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const kept = await box.write("work/kept/claude.toml", "");
  await Deno.mkdir(host.system.paths.crabs, { recursive: true });
  await checkWorkspace(host, `${box.root}/work/kept`, plain);
  await Deno.symlink(kept, `${host.system.paths.crabs}/claude.toml`);
  await rejects(checkWorkspace(host, `${box.root}/work/kept`, plain), /kanibako's own files are in it/);
});

Deno.test("H1: what programs obey is kept from being a workspace itself, by a link too", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  for (const place of controlPlaces().filter((one) => one.endsWith("/"))) {
    const kept = await box.folder(`kept/${place.replaceAll("/", "_")}`);
    const at = `${box.root}/home/${place.replace(/\/$/, "")}`;
    await Deno.mkdir(at.slice(0, at.lastIndexOf("/")), { recursive: true });
    await Deno.symlink(kept, at);
    await rejects(checkWorkspace(host, kept, plain), unsafe, place);
  }
});

Deno.test("H1: a bind mount of a private folder is that folder, also of one around it or in a workspace", async () => {
  await using box = await Sandbox.make();
  const { root } = box;
  for (const name of ["ssh", "dotfiles", "outer/inner", "home2", "plain", "etc"]) await box.folder(name);
  await box.write("home/.ssh/id_ed25519", "KEY");
  await box.write("home/dotfiles/aws/credentials", "KEY");
  await Deno.symlink("dotfiles/aws", `${root}/home/.aws`);
  const mounts = [
    ["home/.ssh", "work/ssh"],
    ["home/dotfiles", "work/dotfiles"],
    ["home/.ssh", "work/outer/inner"],
    ["home", "work/home2"],
  ].map(([from, to]) => `mount --bind ${root}/${from} ${root}/${to}`);
  const asked = ["ssh", "dotfiles", "outer", "home2", "home2/.ssh", "etc", "plain"].map((name) =>
    `${root}/work/${name}`
  );
  const worker = new URL("bind_mount_worker.ts", import.meta.url).pathname;
  const script = [...mounts, `mount --bind /etc ${root}/work/etc`, 'exec "$@"'].join(" && ");
  const deno = [Deno.execPath(), "run", "-A", "--no-check", "--quiet", worker, root, ...asked];
  const { success, stdout, stderr } = await new Deno.Command("unshare", {
    args: ["--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", ...deno],
  }).output();
  if (!success && /unshare failed|permission denied|not permitted/i.test(new TextDecoder().decode(stderr))) {
    return console.log(`nothing can be mounted here: ${new TextDecoder().decode(stderr).trim()}`);
  }
  deepEqual(
    JSON.parse(new TextDecoder().decode(stdout)),
    [
      "unsafe-workspace",
      "unsafe-workspace",
      "unsafe-workspace",
      "home-project",
      "unsafe-workspace",
      "unsafe-workspace",
      "fine",
    ],
    new TextDecoder().decode(stderr),
  );
});

Deno.test("H1: a program of a project that is linked to from ~/.local/bin is named and no reason to refuse", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const tool = await box.write("work/app/bin/tool", "#!/bin/sh\n");
  await box.write("home/.local/bin/other", "");
  await Deno.symlink(tool, `${box.root}/home/.local/bin/tool`);
  const project = await createProject(host, { path: `${box.root}/work/app` });
  match(exposures(host, project)[0]!, /: ~\/\.local\/bin\/tool leads there/);
});

Deno.test("H1: a folder of PATH that lies in a new project is named", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const bin = await box.folder("app/bin");
  const project = await createProject(host, { path: `${box.root}/work/app` });
  match(
    exposures(host, project, `/usr/bin:${bin}:relative`)[0]!,
    /looks for programs in \S+\/app\/bin, where the box/,
  );
  deepEqual(exposures(host, project, `/usr/bin:${box.root}/work:`), []);
});

Deno.test("n6: a folder that others may write is named when it becomes a project", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const path = await box.folder("app");
  await Deno.chmod(path, 0o777);
  const project = await createProject(host, { path });
  match(exposures(host, project)[0]!, /^Every user of this machine can write .*, and with it the vault,/);
  await Deno.chmod(path, 0o755);
  deepEqual(exposures(host, project), []);
  if (Deno.uid() !== 0) return console.log("the group's bit: only root can give a folder to another group");
  await Deno.chown(path, 0, 12345);
  await Deno.chmod(path, 0o775);
  match(exposures(host, project)[0]!, /^The group 12345 can write/);
});

Deno.test("H1: a home that is a link is the home: a project of the whole of it does not take in what is below", async () => {
  await using box = await Sandbox.make();
  await Deno.rename(`${box.root}/home`, `${box.root}/work/moved`);
  await Deno.symlink("work/moved", `${box.root}/home`);
  const host = await box.open();
  await rejects(createProject(host, { path: `${box.root}/work/moved` }), { code: "home-project" });
  const whole = await createProject(host, { path: host.dirs.home, mode: "standalone", allowHome: true });
  equal(whole.path, `${box.root}/work/moved`);
  checkBeforeLaunch(host, whole);
  await Deno.mkdir(`${box.root}/home/code`);
  const inside = await locateProject(host, `${box.root}/home/code`);
  deepEqual([inside.path, inside.exists], [`${box.root}/work/moved/code`, false]);
  await rejects(checkWorkspace(host, `${box.root}/work/moved/.ssh`, plain), unsafe);
});
