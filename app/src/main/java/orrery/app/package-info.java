/** The commands of the command line, one file each, and how they are found, failed and ended. */
package orrery.app;
