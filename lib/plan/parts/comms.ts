import { BOX_COMMS, MAILBOX_VARIABLE } from "../../spec/box_paths.ts";
import { bind, type Part } from "./part.ts";

/** The folder for messages between boxes, and which mailbox is this box's. */
export const comms: Part = {
  name: "comms",
  contribute: ({ comms }) =>
    comms === undefined ? {} : {
      mounts: [bind(comms.folder, BOX_COMMS, comms.from, { relabel: "shared" })],
      env: { [MAILBOX_VARIABLE]: { value: comms.mailbox, secret: false, from: comms.from } },
    },
};
