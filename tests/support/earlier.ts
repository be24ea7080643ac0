/** Data as the earlier Python program left it, in its three forms. Written from the description of its files. */

import { sha256 } from "../../lib/host/sha256.ts";

/** A home with such data. */
export interface EarlierHome {
  readonly home: string;
  /** Its data folder. */
  readonly data: string;
  /** The workspace of the box `app`. */
  readonly app: string;
  /** The root of the workset `research`; version 0.x has it, too. */
  readonly workset: string;
}

/** Where it lies. [default: as below a home] */
export interface Where {
  readonly data?: string;
  readonly config?: string;
}

/** 1.2.5: TOML, names, agents. */
export async function leave125(home: string, where: Where = {}): Promise<EarlierHome> {
  const { data, config, app, workset } = placesOf(home, where);
  await write(
    `${config}/kanibako.toml`,
    `[paths]
data_path = ""
boxes = "boxes"
agents = "agents"
templates = "templates"
comms = "comms"
workspaces = "workspaces"
ws_hints = "working_sets.toml"
shared = "shared"
vault = "vault"
[container]
image = "ghcr.io/doctorjei/kanibako-oci:latest"
[shared]
pip = ".cache/pip"
`,
  );
  await write(`${data}/env`, "COLORTERM=truecolor\nEDITOR=nano\n");
  await write(`${data}/names.toml`, `[projects]\napp = "${app}"\n\n[worksets]\nresearch = "${workset}"\n`);
  await write(`${data}/working_sets.toml`, `[worksets]\nresearch = "${workset}"\n`);
  await box(
    `${data}/boxes/app`,
    "toml",
    `[project]
mode = "local"
layout = "default"
vault_enabled = true
auth = "distinct"
name = "app"
[resolved]
workspace = "${app}"
shell = "${data}/boxes/app/shell"
vault_ro = "${app}/vault/share-ro"
vault_rw = "${app}/vault/share-rw"
metadata = "${data}/boxes/app"
project_hash = "${await sha256(app)}"
global_shared = "${data}/shared/global"
local_shared = "${data}/shared"
[container]
image = "kanibako-template-jvm"
[target_settings]
model = "sonnet"
[resource_overrides]
"settings.json" = "project"
`,
  );
  await vault(`${app}/vault`);
  await write(
    `${data}/agents/claude.toml`,
    `[agent]
name = "Claude Code"
shell = "standard"
default_args = ["--verbose"]
[state]
model = "opus"
access = "permissive"
[env]
CLAUDE_X = "1"
[shared]
[tweakcc]
enabled = false
`,
  );
  await manifest(workset, "toml");
  return { home, data, app, workset };
}

/** 1.5: YAML all over. */
export async function leave15(home: string, where: Where = {}): Promise<EarlierHome> {
  const { data, config, app, workset } = placesOf(home, where);
  await write(
    `${config}/kanibako.yaml`,
    `system:
  path:
    data: $XDG_DATA_HOME/kanibako
    boxes: '@system.path.data/boxes'
    crabs: '@system.path.data/crabs'
    comms: '@system.path.data/comms'
    templates: '@system.path.data/templates'
    ws_hints: '@system.path.data/worksets.yaml'
box:
  image: ghcr.io/doctorjei/kanibako-oci:latest
  crab: ''
  share_images: false
shared:
  pip: .cache/pip
allow_helpers: false
`,
  );
  await write(`${data}/env`, "COLORTERM=truecolor\nEDITOR=nano\n");
  await write(`${data}/names.yaml`, `projects:\n  app: ${app}\nworksets:\n  research: ${workset}\n`);
  await write(`${data}/worksets.yaml`, `worksets:\n  research: ${workset}\n`);
  await box(
    `${data}/boxes/app`,
    "yaml",
    `project:
  mode: default
  layout: default
  enable_vault: true
  group_auth: false
  name: app
resolved:
  workspace: ${app}
  shell: ${data}/boxes/app/shell
  vault_ro: ${app}/vault/ro
  vault_rw: ${app}/vault/rw
  metadata: ${data}/boxes/app
  project_hash: ${await sha256(app)}
  global_shared: ${data}/shared/global
  local_shared: ${data}/shared
box:
  image: kanibako-template-jvm
  share_images: 'false'
crab:
  model: sonnet
  start_mode: null
resource_overrides:
  settings.json: project
made_up: 1
`,
  );
  await vault(`${app}/vault`);
  await write(
    `${data}/crabs/claude.yaml`,
    `crab:
  name: Claude Code
  shell: standard
  run_args:
  - --verbose
  model: opus
  access: permissive
env:
  CLAUDE_X: '1'
shared: {}
tweakcc:
  enabled: false
`,
  );
  await write(
    `${data}/rigs.yaml`,
    `rigs:
  mine:
    kind: extended
    image: kanibako-rig-mine
    parent: ghcr.io/doctorjei/kanibako-oci:latest
    reproducible: false
    source_type: extend
`,
  );
  await write(`${data}/containers/Containerfile.template-go`, "# kanibako-template: Go\nFROM kanibako-oci\n");
  await write(`${data}/templates/general/standard/.vimrc`, "set nu\n");
  await write(`${data}/shared/global/pip/wheel`, "w\n");
  await write(`${data}/comms/broadcast.log`, "hello\n");
  await write(`${data}/plugins/mine.py`, "class X: pass\n");
  await manifest(workset, "yaml");
  return { home, data, app, workset };
}

/** 0.x: boxes are called by the hash of their path. */
export async function leave0(home: string, where: Where = {}): Promise<EarlierHome> {
  const { data, config, app, workset } = placesOf(home, where);
  await write(
    `${config}/kanibako/kanibako.toml`,
    `[container]\nimage = "ghcr.io/doctorjei/kanibako-base:latest"\n`,
  );
  await box(
    `${data}/boxes/${await sha256(app)}`,
    "toml",
    `[project]
mode = "account_centric"
layout = "tree"
vault_enabled = true
auth = "shared"
[paths]
workspace = "${app}"
shell = "${data}/boxes/${await sha256(app)}/shell"
`,
  );
  await write(`${data}/boxes/${await sha256(app)}/project-path.txt`, `${app}\n`);
  await vault(`${data}/boxes/${await sha256(app)}/vault`);
  await write(`${app}/code`, "c\n");
  // A second one says its path in the file beside alone.
  await Deno.mkdir(`${home}/other/app`, { recursive: true });
  await write(`${data}/boxes/${await sha256(`${home}/other/app`)}/project-path.txt`, `${home}/other/app\n`);
  await write(`${data}/boxes/${await sha256(`${home}/other/app`)}/shell/.note`, "other\n");
  await manifest(workset, "toml");
  await write(`${data}/worksets.toml`, `[worksets]\nresearch = "${workset}"\n`);
  return { home, data, app, workset };
}

function placesOf(home: string, where: Where) {
  const { data = `${home}/.local/share/kanibako`, config = `${home}/.config` } = where;
  return { data, config, app: `${home}/app`, workset: `${home}/ws/research` };
}

async function box(metadata: string, ending: string, settings: string): Promise<void> {
  await write(`${metadata}/project.${ending}`, settings);
  await write(`${metadata}/env`, "FOO=bar\n");
  await write(`${metadata}/.kanibako.lock`, "");
  await write(`${metadata}/shell/.bashrc`, "export MINE=1\n");
  await write(`${metadata}/shell/.claude/projects/-home-agent-workspace/1.jsonl`, "{}\n");
}

async function vault(folder: string): Promise<void> {
  const older = folder.endsWith("app/vault") && !folder.includes("boxes");
  await write(`${folder}/${older ? "share-ro" : "ro"}/r`, "r\n");
  await write(`${folder}/${older ? "share-rw" : "rw"}/w`, "w\n");
}

async function manifest(root: string, ending: "toml" | "yaml"): Promise<void> {
  await write(
    `${root}/workset.${ending}`,
    ending === "toml"
      ? `name = "research"\ncreated = "2026-01-02T03:04:05+00:00"\nauth = "shared"\n[[projects]]\nname = "paper"\nsource_path = "/src/paper"\n`
      : `name: research\ncreated: '2026-01-02T03:04:05+00:00'\ngroup_auth: true\nprojects:\n- name: paper\n  source_path: /src/paper\n`,
  );
  await write(
    `${root}/boxes/paper/project.${ending}`,
    ending === "toml"
      ? `[project]\nmode = "workset"\nlayout = "robust"\nvault_enabled = true\n[resolved]\nshell = "${root}/boxes/paper/shell"\n[crab]\nmodel = "haiku"\n`
      : `project:\n  mode: workset\n  layout: robust\n  enable_vault: true\nresolved:\n  shell: ${root}/boxes/paper/shell\ncrab:\n  model: haiku\n`,
  );
  await write(`${root}/boxes/paper/shell/.bashrc`, "");
  await write(`${root}/workspaces/paper/text`, "t\n");
  await write(`${root}/vault/paper/rw/w`, "w\n");
  await Deno.mkdir(`${root}/vault/paper/ro`, { recursive: true });
}

async function write(path: string, text: string): Promise<void> {
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  await Deno.writeTextFile(path, text);
}
