import { targetSource } from "../target_source.ts";
import { bind, type Part } from "./part.ts";

/** The host's agent, read-only. */
export const target: Part = {
  name: "target",
  contribute: ({ agent }) =>
    agent === undefined ? {} : {
      mounts: agent.mounts.map((mount) =>
        bind(mount.source, mount.destination, targetSource(agent.target), { readOnly: true })
      ),
    },
};
