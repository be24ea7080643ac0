import type { Mount } from "../../spec/box_spec.ts";
import { bind, type Part } from "./part.ts";

/** What a `devcontainer.json` wants mounted of the box's own: its volumes, and what is in memory. */
export const devcontainer: Part = {
  name: "devcontainer",
  chosenByUser: true,
  contribute: ({ devContainer }) => {
    if (!devContainer) return {};
    const { volumes, inMemory, folder, from } = devContainer;
    const mounts: Mount[] = [
      ...volumes.map(({ name, target, readOnly }) =>
        bind(`${folder}/${name}`, target, from, { readOnly, relabel: "private" })
      ),
      ...inMemory.map((destination) => ({ type: "tmpfs", destination, readOnly: false, from }) as const),
    ];
    return { mounts };
  },
};
