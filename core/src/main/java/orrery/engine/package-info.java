/** Generates text: pages, scheduler, sampler and sessions around one decoder. */
package orrery.engine;
