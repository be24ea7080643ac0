/**
 * Paths as a box sees them. They are part of the interface: rigs, agents and users rely on them.
 *
 * @module
 */

/** The box's home. */
export const GUEST_HOME = "/home/agent";
/** The project. */
export const GUEST_WORKSPACE = `${GUEST_HOME}/workspace`;
/** The vault's read-only side. */
export const GUEST_SHARE_RO = `${GUEST_HOME}/share-ro`;
/** The vault's writable side. */
export const GUEST_SHARE_RW = `${GUEST_HOME}/share-rw`;
/** What the host hands in, read-only. */
export const GUEST_IN = "/run/kanibako/in";
/** What the box leaves for the host. */
export const GUEST_OUT = "/run/kanibako/out";
/** The script every command of a box starts with. */
export const GUEST_ENTER = `${GUEST_IN}/enter`;
/** The agent user of a rig. */
export const AGENT_UID = 1000;
/** Its group. */
export const AGENT_GID = 1000;
/** The tmux session of a persistent box. */
export const TMUX_SESSION = "kanibako";
