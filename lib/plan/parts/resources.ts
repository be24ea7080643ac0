import { BOX_HOME } from "../../spec/box_paths.ts";
import { bind, type Part } from "./part.ts";

/** Parts of the agent's configuration folder that boxes share, and what of the host's they can read. */
export const resources: Part = {
  name: "resources",
  contribute: ({ sharedResources, conversations, agent }) => ({
    mounts: agent === undefined ? [] : [
      ...sharedResources.map(({ path, source, from }) =>
        bind(source, `${BOX_HOME}/${agent.target.configDir}/${path.replace(/\/$/, "")}`, from, {
          relabel: "shared",
        })
      ),
      ...conversations ? [conversations] : [],
    ],
  }),
};
