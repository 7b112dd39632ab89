/**
 * Models side by side: what their specs have in common, and how they differ, in a table and in sentences. Pure
 * functions of the specs.
 */
package orrery.report.compare;
