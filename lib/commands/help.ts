/**
 * `kanibako --help`. Laid out by hand, and loaded without anything else but the terminal.
 *
 * @module
 */

import { outText, showError } from "../host/ui/terminal.ts";

/** The text of `kanibako --help`. */
export const HELP: string = `kanibako - safe, persistent boxes for AI coding agents

Usage: kanibako [COMMAND] [OPTIONS]

  kanibako                     start the agent in this folder's box, or return to its session
  kanibako NAME                the same for the project NAME
  kanibako shell [-- CMD...]   open a shell in the box, or run one command in it
  kanibako stop                stop the box and keep everything in it

Daily commands
  start        work with an agent in a project's box [default]
  shell        open a shell in a box, or run one command in it
  run          run one command in a box of its own, gone afterwards
  stop         stop a running box, or all running boxes
  approve      answer a box that asks to reach a host
  list, ps     list all boxes, or running boxes
  replay       play a recording of a session

Projects
  create       create a project without starting its box
  rm           forget a project without touching its folder
  box          all commands for boxes
  workset      manage groups of projects with common settings

Other commands
  rig          manage container images: list, prepare, rebuild, remove
  crab         manage agents and their settings
  comms        send and read messages between boxes
  mcp          serve the commands of helpers to an agent, as tools
  record       see what boxes have done, and check that it is all there
  secret       store secrets that boxes use without having them
  system       show, check and configure this machine
  setup        set this machine up, or show what is left to do
  completions  print the completion script for bash, zsh or fish

Options
  -v, --verbose   print what is being done, on stderr
  -h, --help      show this help; after a command, help for that command
  --version       print the version

Examples
  cd ~/src/api && kanibako              start your agent in a box for this project
  kanibako -N -M opus                   start a new conversation with another model
  kanibako start --plan                 show what the box would get and where it comes from
  kanibako shell --network none -- make test

To leave a session, press Ctrl-b d. It keeps running.
`;

/** Prints it. */
export function printHelp(): void {
  // Nobody else catches what goes wrong before there is a command.
  try {
    outText(HELP);
  } catch (error) {
    Deno.exit(showError(error));
  }
}
