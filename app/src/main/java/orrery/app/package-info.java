/** The commands of the command line, one file each, with their lookup and error handling. */
package orrery.app;
