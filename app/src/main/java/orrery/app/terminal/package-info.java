/** The commands' input and output: streams, colours, progress, JSON. */
package orrery.app.terminal;
