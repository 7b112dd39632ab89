/**
 * The atlas: every release as a page of its own, compared, drawn and explained, in a static site that needs no server
 * and no network.
 */
package orrery.atlas;
