/** What stands between the commands and their readers: streams, colours, progress, JSON. */
package orrery.app.terminal;
