/**
 * `kanibako --help`. Laid out by hand, and loaded without anything else but the terminal.
 *
 * @module
 */

import { outText } from "../host/ui/terminal.ts";

/** The text of `kanibako --help`. */
export const HELP: string = `kanibako - a safe, lasting place for an AI agent to work in

Usage: kanibako [COMMAND] [OPTIONS]

  kanibako                     work with the agent in this folder's box; run again, it picks the session up
  kanibako NAME                the same for another project
  kanibako shell [-- CMD...]   a shell, or one command, in the box
  kanibako stop                stop the box; what is in it stays

Every day
  start        work with an agent in the project's box (the default)
  shell        open a shell in the box, or run one command in it
  stop         stop a running box, or all of them
  list, ps     list the boxes; those that are running

Projects
  create       make a folder a project without starting it
  rm           forget a project; its own folder is never touched
  box          all that can be done with boxes
  workset      groups of projects with common settings

The rest
  rig          container images: list, prepare, rebuild, remove
  crab         agents and how they are configured
  system       this machine: info, diagnose
  setup        see what is ready and what is still to do
  completions  completions for bash, zsh or fish

Options
  -v, --verbose   tell what is being done, on stderr
  -h, --help      this text; after a command, help for that command
  --version       print the version

Examples
  cd ~/src/api && kanibako              a box for this project, with your agent in it
  kanibako -N -M opus                   a new conversation with another model
  kanibako start --plan                 what the box would get, and from where
  kanibako shell --network none -- make test

Leave a session with Ctrl-b d: it keeps running.
`;

/** Prints it. */
export function printHelp(): void {
  outText(HELP);
}
