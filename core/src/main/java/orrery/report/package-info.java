/** What a spec costs and looks like, in words and numbers: pure functions of the spec, without weights or I/O. */
package orrery.report;
