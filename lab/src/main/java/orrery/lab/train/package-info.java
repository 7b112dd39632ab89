/** Training: a text, a config and a plan become a checkpoint. */
package orrery.lab.train;
