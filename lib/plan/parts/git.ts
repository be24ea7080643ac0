/**
 * Git data outside of the project.
 *
 * A repository is shown read-only, and what commits, branches and tags need is mounted once more to be written: whatever else could be
 * made in it might have the host's git run something. A file `commondir` is enough.
 *
 * @module
 */

import { isWithin } from "../../project/layout.ts";
import { BOX_REPOSITORY } from "../../spec/box_paths.ts";
import type { Mount } from "../../spec/box_spec.ts";
import { fromPart, type Source } from "../../spec/source.ts";
import { hiding } from "./nested.ts";
import { bind, type GitData, type GitRepository, type Part } from "./part.ts";

/** The data, and the worktrees that git in the box must not forget. */
export const git: Part = {
  name: "git",
  owns: [BOX_REPOSITORY],
  contribute: ({ git, shared }) => {
    if (!git) return {};
    const { shares, caches } = shared;
    // What the user shares is there already, as the user wants it.
    const isFree = (at: string) =>
      ![...shares, ...caches].some(({ destination }) => isWithin(at, destination));
    const data = dataMounts(git).filter(({ destination }) => isFree(destination));
    const stubs = git.worktrees.map((path) => `${path}/.git`)
      .filter((at) => isFree(at) && !data.some(({ destination }) => isWithin(at, destination)))
      .map((at) => hiding(at, fromPart("keeps git from forgetting a worktree")));
    return { mounts: [...data, ...stubs] };
  },
};

function dataMounts({ repositories, objects, from }: GitData): readonly Mount[] {
  const mounts = repositories.flatMap((one) => repositoryMounts(one, from));
  const borrowed = objects.filter(({ at }) => !mounts.some(({ destination }) => isWithin(at, destination)))
    .map(({ folder, at }) => bind(folder, at, from, { readOnly: true, relabel: "shared" }));
  return [...mounts, ...borrowed];
}

function repositoryMounts(
  { folder, at, writable, kept, config, front }: GitRepository,
  from: Source,
): readonly Mount[] {
  const whole = front ? BOX_REPOSITORY : at;
  // With a front a worktree's record is not where the rest is.
  const place = (path: string) => `${front && isWithin(path, front.record) ? at : whole}/${path}`;
  return [
    ...front ? [bind(front.folder, at, from, { relabel: "private" })] : [],
    bind(folder, whole, from, { readOnly: !writable.includes(""), relabel: "shared" }),
    ...writable.filter((path) => path !== "").map((path) => bind(`${folder}/${path}`, place(path), from)),
    ...kept.map((path) => bind(`${folder}/${path}`, place(path), from, { readOnly: true })),
    ...config === undefined ? [] : [
      {
        type: "files",
        destination: `${at}/config`,
        readOnly: true,
        files: new Map([["", { content: config, mode: 0o644 }]]),
        from,
      } as const,
    ],
  ];
}
