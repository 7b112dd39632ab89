/**
 * The template language of released chat templates: Jinja2 as Hugging Face transformers sets it up, as a lexer, a
 * parser and a tree walker. Behaviour follows Jinja2 3.1 and Python's strings, numbers and containers; what a template
 * can reach is only what it was given.
 */
package orrery.token.jinja;
