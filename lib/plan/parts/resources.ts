import { BOX_HOME } from "../../spec/box_paths.ts";
import { bind, type Part } from "./part.ts";

/** What boxes share of the agent's configuration folder, where the user has asked for it. */
export const resources: Part = {
  name: "resources",
  contribute: ({ sharedResources, agent }) => ({
    mounts: agent === undefined
      ? []
      : sharedResources.map(({ path, source, from }) =>
        bind(source, `${BOX_HOME}/${agent.target.configDir}/${path.replace(/\/$/, "")}`, from, {
          relabel: "shared",
        })
      ),
  }),
};
