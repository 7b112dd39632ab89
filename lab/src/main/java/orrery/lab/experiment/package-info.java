/** Ablations with tiny models: each experiment is a grid of training runs in one file. */
package orrery.lab.experiment;
