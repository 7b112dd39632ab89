/**
 * What a model does inside on one text: attention weights, experts, logit lens. Only observers see it; nothing runs
 * slower without them.
 */
@org.jspecify.annotations.NullMarked
package orrery.look;
