/**
 * The template language of released chat templates: Jinja2 as configured by Hugging Face transformers, as a lexer, a
 * parser and a tree walker. Behaviour follows Jinja2 3.1 and Python's strings, numbers and containers; a template can
 * only reach what it was given.
 */
package orrery.token.jinja;
