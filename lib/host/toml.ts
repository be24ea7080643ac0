/**
 * The TOML library, loaded when the first file is read.
 *
 * @module
 */

export { parse, stringify, TomlError } from "smol-toml";
