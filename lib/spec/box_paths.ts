/**
 * Paths as a box sees them. They are part of the interface: rigs, agents and users rely on them.
 *
 * @module
 */

/** The box's home. */
export const BOX_HOME = "/home/agent";
/** The project. */
export const BOX_WORKSPACE = `${BOX_HOME}/workspace`;
/** The vault's read-only side. */
export const BOX_SHARE_RO = `${BOX_HOME}/share-ro`;
/** The vault's writable side. */
export const BOX_SHARE_RW = `${BOX_HOME}/share-rw`;
/** Messages between boxes. */
export const BOX_COMMS = `${BOX_HOME}/comms`;
/** The folder of the box's helpers. */
export const BOX_HELPERS = `${BOX_HOME}/helpers`;
/** The variable that names the box's mailbox in {@link BOX_COMMS}. */
export const MAILBOX_VARIABLE = "KANIBAKO_MAILBOX";
/** Where the two below are. */
export const BOX_RUN = "/run/kanibako";
/** What the host hands in, read-only. */
export const BOX_IN = `${BOX_RUN}/in`;
/** What the box leaves for the host. */
export const BOX_OUT = `${BOX_RUN}/out`;
/** The certificates that a box trusts whose connections are looked into: its own, and those of the rig. The box puts them together. */
export const BOX_CERTIFICATES = `${BOX_OUT}/.ca.pem`;
/** The git data of a worktree's repository, where the box may add to it. */
export const BOX_REPOSITORY = `${BOX_RUN}/git`;
/** The script every command of a box starts with. */
export const BOX_ENTER = `${BOX_IN}/enter`;
/** The socket on which the host waits for the box's steward, as a name in {@link BOX_IN}. */
export const STEWARD_SOCKET = "steward";
/** The socket on which the host waits for what the box wants to reach, as a name in {@link BOX_IN}. */
export const DOOR_SOCKET = "door";
/** The socket on which the host waits for what the box wants of its user's ssh agent, as a name in {@link BOX_IN}. */
export const SSH_SOCKET = "ssh-agent";
/** The socket on which the host starts the browser that stands beside a box, as a name in {@link BOX_IN}. */
export const BROWSER_SOCKET = "browser";
/** The socket on which a box asks its hub, in frames, as a name in {@link BOX_IN}. */
export const HUB_SOCKET = "hub";
/** The same in lines of JSON. */
export const HELPER_SOCKET = "helper.sock";
/** The port of the box's loopback at which programs of the box find the browser. */
export const BROWSER_PORT = 9222;
/** The port of the same loopback on which the browser itself listens. */
export const BROWSER_OWN_PORT = 9223;
/** The path at which the browser is found, whatever name it has given itself. */
export const BROWSER_PATH = "/devtools/browser/kanibako";
/** This program. */
export const BOX_LAUNCHER = `${BOX_HOME}/.local/bin/kanibako`;
/** The agent user of a rig. */
export const AGENT_UID = 1000;
/** Its group. */
export const AGENT_GID = 1000;
/** The tmux session of a persistent box. */
export const TMUX_SESSION = "kanibako";
