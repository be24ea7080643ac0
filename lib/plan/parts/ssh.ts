import { BOX_IN, SSH_SOCKET } from "../../spec/box_paths.ts";
import type { Part } from "./part.ts";

/** The user's ssh agent, for the keys and hosts that the user has named. Without any, a box has none. */
export const ssh: Part = {
  name: "ssh",
  contribute: ({ ssh }) => {
    if (!ssh) return {};
    const { agent, grants, from } = ssh;
    return {
      env: { SSH_AUTH_SOCK: { value: `${BOX_IN}/${SSH_SOCKET}`, secret: false, via: "file", from } },
      services: [{
        name: "ssh",
        options: {
          agent,
          hosts: grants.map(({ host }) => host),
          hostKeys: grants.map(({ hostKeys }) => hostKeys.join(" ")),
          keys: grants.map(({ keys }) => keys.join(" ")),
        },
      }],
    };
  },
};
