import { BOX_IN, BOX_OUT } from "../../spec/box_paths.ts";
import { fromPart } from "../../spec/source.ts";
import { bind, type Part } from "./part.ts";
import type { Mount } from "../../spec/box_spec.ts";

/** What the host hands in and what the box leaves, and who the box's user is where the rig does not know. */
export const housekeeping: Part = {
  name: "housekeeping",
  contribute: ({ run, accounts }) => {
    const mounts: Mount[] = [
      bind(run.in, BOX_IN, fromPart("housekeeping"), { readOnly: true, relabel: "private" }),
    ];
    if (run.out) mounts.push(bind(run.out, BOX_OUT, fromPart("housekeeping"), { relabel: "private" }));
    if (accounts) {
      mounts.push(
        bind(accounts.passwd, "/etc/passwd", fromPart("the project's owner"), {
          readOnly: true,
          relabel: "private",
        }),
        bind(accounts.group, "/etc/group", fromPart("the project's owner"), {
          readOnly: true,
          relabel: "private",
        }),
      );
    }
    return { mounts };
  },
};
