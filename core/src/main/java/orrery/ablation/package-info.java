/** Results of training runs that differ in one mechanism: their file, and what they show in words. */
package orrery.ablation;
