/**
 * The TOML library.
 *
 * @module
 */

export { parse, stringify, TomlError } from "smol-toml";
