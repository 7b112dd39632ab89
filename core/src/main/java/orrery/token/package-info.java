/** Between people's text and the model's: chat templates. */
package orrery.token;
