package orrery.token.jinja;

/**
 * A piece of a template.
 *
 * @param text the data, the name, the decoded string, the digits or the operator itself
 * @param at offset of its first character in the template
 */
record Token(Kind kind, String text, int at) {
    enum Kind {
        DATA("text"),
        VARIABLE_BEGIN("'{{'"),
        VARIABLE_END("'}}'"),
        BLOCK_BEGIN("'{%'"),
        BLOCK_END("'%}'"),
        NAME("a name"),
        STRING("a string"),
        INTEGER("an integer"),
        FLOAT("a float"),
        OPERATOR("an operator"),
        END("the end of the template");

        private final String described;

        Kind(String described) {
            this.described = described;
        }

        String described() {
            return described;
        }
    }

    boolean is(Kind expected, String expectedText) {
        return kind == expected && text.equals(expectedText);
    }

    boolean isOperator(String expected) {
        return is(Kind.OPERATOR, expected);
    }

    boolean isName(String expected) {
        return is(Kind.NAME, expected);
    }

    /** For messages. */
    String described() {
        return switch (kind) {
            case NAME, OPERATOR -> "'" + text + "'";
            case INTEGER, FLOAT -> text;
            case DATA, VARIABLE_BEGIN, VARIABLE_END, BLOCK_BEGIN, BLOCK_END, STRING, END -> kind.described();
        };
    }
}
