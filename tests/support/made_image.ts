/** Images that somebody else might have made. */

import assert from "node:assert/strict";
import type { User } from "./program.ts";

/** The `config` of an image, by the Docker Image Specification 1.2. */
export type ImageConfig = Readonly<Record<string, unknown>>;

/**
 * An image of a few programs of this machine, with any `config`, also one that no build tool would write. `shell`: a script that runs in the
 * place of its shell. `without`: a pattern of files that it lacks. `arrange`: words of a shell that change it, in its root.
 */
export async function load(
  user: User,
  config: ImageConfig,
  shell = "",
  options: { readonly without?: string; readonly arrange?: string; readonly architecture?: string } = {},
): Promise<string & { readonly brand?: "image" }> {
  const name = `localhost/kanibako-test-${crypto.randomUUID().slice(0, 8)}:latest`;
  const folder = `${user.home}/image`;
  const make =
    `mkdir -p "$1/root/bin" "$1/root/tmp" "$1/root/etc" && cd "$1" && for p in sh env cat mv rm chmod mkdir mkfifo date id grep sleep ls touch; do
    f=$(command -v $p) && cp -L "$f" root/bin/$p && ldd "$f" | grep -o '/[^ )]*' | while read -r l; do cp -L --parents "$l" root/; done
  done && ldd "$3" | grep -o '/[^ )]*' | while read -r l; do cp -L --parents "$l" root/; done; if [ -n "$4" ]; then find root -name "$4" -delete; fi && if [ -n "$2" ]; then mv root/bin/sh root/bin/real && printf "#!/bin/real\\n%s\\n" "$2" >root/bin/sh && chmod 755 root/bin/sh; fi && (cd root && eval "$5") && ln -s /proc/1/root/tmp root/link && ln -s ../../../../../../../../tmp root/climb && tar -C root -cf layer.tar . && sha256sum layer.tar`;
  const made = await user.call([
    "sh",
    "-ec",
    make,
    "sh",
    folder,
    shell,
    Deno.execPath(),
    options.without ?? "",
    options.arrange ?? ":",
  ]);
  assert.equal(made.code, 0, made.stderr);
  const layer = made.stdout.split(" ")[0];
  const { architecture = Deno.build.arch === "aarch64" ? "arm64" : "amd64" } = options;
  const image = {
    architecture,
    os: "linux",
    config,
    rootfs: { type: "layers", diff_ids: [`sha256:${layer}`] },
  };
  await Deno.writeTextFile(`${folder}/config.json`, JSON.stringify(image));
  await Deno.writeTextFile(
    `${folder}/manifest.json`,
    JSON.stringify([{ Config: "config.json", RepoTags: [name], Layers: ["layer.tar"] }]),
  );
  const packed = await user.call([
    "tar",
    "-C",
    folder,
    "-cf",
    `${folder}.tar`,
    "manifest.json",
    "config.json",
    "layer.tar",
  ]);
  assert.equal(packed.code, 0, packed.stderr);
  await user.engine("load", "--input", `${folder}.tar`);
  await Deno.remove(folder, { recursive: true });
  return name;
}
