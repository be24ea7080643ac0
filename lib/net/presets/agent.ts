/** The preset of what the agent of a box needs, which each agent declares. */
export const AGENT = "agent";
