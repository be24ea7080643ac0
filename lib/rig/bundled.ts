/**
 * The templates and their files that this program brings, as texts. A list and nothing else: a test compares it with the folder.
 *
 * @module
 */

import android from "../../containerfiles/Containerfile.template-android" with { type: "text" };
import behemoth from "../../containerfiles/Containerfile.template-behemoth" with { type: "text" };
import cCpp from "../../containerfiles/Containerfile.template-c-cpp" with { type: "text" };
import dataScience from "../../containerfiles/Containerfile.template-data-science" with { type: "text" };
import dotnet from "../../containerfiles/Containerfile.template-dotnet" with { type: "text" };
import elixir from "../../containerfiles/Containerfile.template-elixir" with { type: "text" };
import fullstack from "../../containerfiles/Containerfile.template-fullstack" with { type: "text" };
import go from "../../containerfiles/Containerfile.template-go" with { type: "text" };
import java from "../../containerfiles/Containerfile.template-java" with { type: "text" };
import js from "../../containerfiles/Containerfile.template-js" with { type: "text" };
import jvm from "../../containerfiles/Containerfile.template-jvm" with { type: "text" };
import lua from "../../containerfiles/Containerfile.template-lua" with { type: "text" };
import ndk from "../../containerfiles/Containerfile.template-ndk" with { type: "text" };
import node from "../../containerfiles/Containerfile.template-node" with { type: "text" };
import nodeCi from "../../containerfiles/Containerfile.template-node-ci" with { type: "text" };
import php from "../../containerfiles/Containerfile.template-php" with { type: "text" };
import python from "../../containerfiles/Containerfile.template-python" with { type: "text" };
import pythonCi from "../../containerfiles/Containerfile.template-python-ci" with { type: "text" };
import ruby from "../../containerfiles/Containerfile.template-ruby" with { type: "text" };
import rust from "../../containerfiles/Containerfile.template-rust" with { type: "text" };
import rustCi from "../../containerfiles/Containerfile.template-rust-ci" with { type: "text" };
import shell from "../../containerfiles/Containerfile.template-shell" with { type: "text" };
import systems from "../../containerfiles/Containerfile.template-systems" with { type: "text" };
import terraform from "../../containerfiles/Containerfile.template-terraform" with { type: "text" };
import webDev from "../../containerfiles/Containerfile.template-web-dev" with { type: "text" };
import vendor from "../../containerfiles/vendor" with { type: "text" };
import vendorAndroidNdk from "../../containerfiles/vendor-android-ndk" with { type: "text" };
import vendorAndroidSdk from "../../containerfiles/vendor-android-sdk" with { type: "text" };
import vendorDotnet from "../../containerfiles/vendor-dotnet" with { type: "text" };
import vendorHex from "../../containerfiles/vendor-hex" with { type: "text" };
import vendorNpmTools from "../../containerfiles/vendor-npm-tools" with { type: "text" };
import vendorPythonTools from "../../containerfiles/vendor-python-tools" with { type: "text" };
import vendorRustup from "../../containerfiles/vendor-rustup" with { type: "text" };
import vendorTerraform from "../../containerfiles/vendor-terraform" with { type: "text" };

/** Containerfiles of templates, by the name of the template. */
export const BUNDLED_TEMPLATES: Readonly<Record<string, string>> = {
  android,
  behemoth,
  "c-cpp": cCpp,
  "data-science": dataScience,
  dotnet,
  elixir,
  fullstack,
  go,
  java,
  js,
  jvm,
  lua,
  ndk,
  node,
  "node-ci": nodeCi,
  php,
  python,
  "python-ci": pythonCi,
  ruby,
  rust,
  "rust-ci": rustCi,
  shell,
  systems,
  terraform,
  "web-dev": webDev,
};

/** Files that they copy: what a vendor alone gives, and how it is installed. */
export const VENDOR_FILES: Readonly<Record<string, string>> = {
  vendor,
  "vendor-android-ndk": vendorAndroidNdk,
  "vendor-android-sdk": vendorAndroidSdk,
  "vendor-dotnet": vendorDotnet,
  "vendor-hex": vendorHex,
  "vendor-npm-tools": vendorNpmTools,
  "vendor-python-tools": vendorPythonTools,
  "vendor-rustup": vendorRustup,
  "vendor-terraform": vendorTerraform,
};
