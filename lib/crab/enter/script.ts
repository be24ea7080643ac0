/**
 * What runs first in every box, as one file: a call reads no further than its part of it, which is the first.
 *
 * @module
 */

import begin from "./begin.sh" with { type: "text" };
import beside from "./beside.sh" with { type: "text" };
import calls from "./calls.sh" with { type: "text" };
import command from "./command.sh" with { type: "text" };
import lifecycle from "./lifecycle.sh" with { type: "text" };
import logins from "./logins.sh" with { type: "text" };
import session from "./session.sh" with { type: "text" };
import verbs from "./verbs.sh" with { type: "text" };

/** The script that is `in/enter` in a box. */
export const ENTER: string = [begin, logins, beside, lifecycle, command, session, calls, verbs].join("\n");
