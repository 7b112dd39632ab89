/** What small models are trained on: synthetic tasks with known answers, and a text. */
package orrery.lab.data;
