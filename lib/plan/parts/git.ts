/**
 * Git data outside of the project.
 *
 * A repository is shown read-only, and what commits, branches and tags need is mounted once more to be written: whatever else could be
 * made in it might have the host's git run something. A file `commondir` is enough.
 *
 * @module
 */

import { isWithin } from "../../project/layout.ts";
import type { Mount } from "../../spec/box_spec.ts";
import { fromPart } from "../../spec/source.ts";
import { hiding } from "./nested.ts";
import { bind, type GitData, type Part } from "./part.ts";

/** The data, and the worktrees that git in the box must not forget. */
export const git: Part = {
  name: "git",
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
  const mounts = repositories.flatMap(({ folder, at, writable, kept, config }): Mount[] => {
    const all = writable.includes("");
    return [
      bind(folder, at, from, { readOnly: !all, relabel: "shared" }),
      ...writable.filter((path) => path !== "").map((path) =>
        bind(`${folder}/${path}`, `${at}/${path}`, from)
      ),
      ...kept.map((path) => bind(`${folder}/${path}`, `${at}/${path}`, from, { readOnly: true })),
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
  });
  const borrowed = objects.filter(({ at }) => !mounts.some(({ destination }) => isWithin(at, destination)))
    .map(({ folder, at }) => bind(folder, at, from, { readOnly: true, relabel: "shared" }));
  return [...mounts, ...borrowed];
}
