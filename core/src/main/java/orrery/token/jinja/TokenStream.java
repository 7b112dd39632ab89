package orrery.token.jinja;

import java.util.List;

/** The tokens of a template, read from the front, and the depth of what is being parsed. */
final class TokenStream {
    // Python's own parser gives up at 200 parentheses; each level here takes about ten frames of the stack.
    private static final int DEPTH = 150;

    private final Source source;
    private final List<Token> tokens;
    private int next;
    private int depth;

    TokenStream(Source source) {
        this.source = source;
        this.tokens = Lexer.tokens(source);
    }

    Token current() {
        return tokens.get(next);
    }

    Token following() {
        return tokens.get(Math.min(next + 1, tokens.size() - 1));
    }

    /** Moves on, and returns the token that was current. The last one, of kind {@code END}, stays. */
    Token take() {
        Token token = current();
        if (token.kind() != Token.Kind.END) {
            next++;
        }
        return token;
    }

    boolean takeIfOperator(String operator) {
        boolean found = current().isOperator(operator);
        if (found) {
            take();
        }
        return found;
    }

    boolean takeIfName(String name) {
        boolean found = current().isName(name);
        if (found) {
            take();
        }
        return found;
    }

    Token expectOperator(String operator) {
        if (!current().isOperator(operator)) {
            throw unexpected("'" + operator + "'");
        }
        return take();
    }

    Token expectName(String name) {
        if (!current().isName(name)) {
            throw unexpected("'" + name + "'");
        }
        return take();
    }

    Token expect(Token.Kind kind) {
        if (current().kind() != kind) {
            throw unexpected(kind.described());
        }
        return take();
    }

    TemplateException unexpected(String expected) {
        return failure("expected " + expected + ", found " + current().described(), current());
    }

    TemplateException failure(String message, Token token) {
        return source.failure(message, token.at());
    }

    TemplateException failure(String message, int at) {
        return source.failure(message, at);
    }

    /** Enters a level of nesting; the caller ascends when it has been parsed. */
    void descend() {
        if (++depth > DEPTH) {
            throw failure("nested more than " + DEPTH + " levels deep", current());
        }
    }

    void ascend() {
        depth--;
    }
}
