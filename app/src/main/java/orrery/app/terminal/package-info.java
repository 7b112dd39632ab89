/** What stands between the commands and whoever reads them: streams, colours, progress, JSON. */
package orrery.app.terminal;
