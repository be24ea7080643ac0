/**
 * Whether the content of a project's `devcontainer.json` may be used on this machine.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";

/** A `devcontainer.json` is to be used, and nobody approved its content as it is now. */
export class DevContainerNotApproved extends KanibakoError {
  override name = "DevContainerNotApproved";
  /** Makes the error. `file`: relative to the project; `changed`: other content was approved before. */
  constructor(readonly place: { readonly path: string }, file: string, changed: boolean) {
    super(
      "not-approved",
      `Cannot use ${shellQuote(`${place.path}/${file}`)}: it ${
        changed ? "changed since it was approved" : "was not approved on this machine"
      }.`,
      {
        hint: [
          "A box or a clone may have written it.",
          `To see what it asks for, and to approve it: kanibako box approve ${shellQuote(place.path)}`,
          `To do without it: kanibako box config ${shellQuote(place.path)} devcontainer=no`,
        ],
      },
    );
  }
}
