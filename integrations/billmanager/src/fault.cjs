// What goes wrong, in the form that BILLmanager shows: a type whose text is in the module's XML, the object, the value.
"use strict";

const { escapeXml } = require("./xml.cjs");

/** The sentence of BILLmanager's manual, followed by the cause. */
const CANNOT_CONNECT = "Cannot connect to the processing module";

/** @typedef {{ type: string, object: string, message: string }} Told */

/**
 * Types that the framework knows: `client` (no answer, or a bad one) and `auth` (the key is refused) register the
 * problem processingmodule_connect. All others have their text as msg_error_TYPE.
 */
class Fault extends Error {
  /**
   * @param {string} type
   * @param {string} object what it is about: a field of the panel, where there is one
   * @param {string} message what is wrong and what to do, one or two sentences
   */
  constructor(type, object, message) {
    super(message);
    this.name = "Fault";
    this.type = type;
    this.object = object;
  }
}

/** @param {string} object @param {string} cause */
function connectionFault(object, cause) {
  return new Fault("client", object, withSentence(cause));
}

/** @param {string} cause */
function withSentence(cause) {
  return cause.startsWith(CANNOT_CONNECT) ? cause : `${CANNOT_CONNECT}: ${cause}`;
}

/**
 * Whatever was thrown, as a fault: an error of the module itself is one, too, and its text is for the log.
 * @param {unknown} error
 * @returns {Fault}
 */
function faultOf(error) {
  if (error instanceof Fault) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new Fault("pmenomfleet_internal", "module", message);
}

/** @param {Told} fault @param {string} [inside] more elements */
function errorElement({ type, object, message }, inside = "") {
  const params = `<param name="object">${escapeXml(object)}</param><param name="value">${escapeXml(message)}</param>`;
  return `<error type="${escapeXml(type)}" object="${escapeXml(object)}" value="${escapeXml(message)}">${params}${inside}</error>`;
}

/** @param {Told} fault */
function errorXml(fault) {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<doc>${errorElement(fault)}</doc>\n`;
}

module.exports = { CANNOT_CONNECT, Fault, connectionFault, errorElement, errorXml, faultOf, withSentence };
